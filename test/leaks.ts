import { type Dirent, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inflateRawSync, inflateSync } from "node:zlib";

/** The forms of a secret in what was written: plain, escaped in part or in full, or in base64 or hexadecimal. */
export function leaksOf(secret: string, written: Buffer): string[] {
  const bytes = Buffer.from(secret);
  const forms: Record<string, string> = {
    plain: secret,
    json: JSON.stringify(secret).slice(1, -1),
    html: secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;"),
    escaped: encodeURIComponent(secret),
    form: new URLSearchParams({ x: secret }).toString().slice(2),
    percent: [...bytes].map((byte) => `%${byte.toString(16)}`).join(""),
    spaced: secret.replaceAll("+", " "),
    hexadecimal: bytes.toString("hex"),
    "UTF-16": bytes.toString("latin1").replace(/./g, "$&\0"),
    middle: secret.slice(20, 50),
  };
  // What stands before a secret turns its base64 into one of three texts, of which whole groups of three bytes are sure.
  for (const start of [0, 1, 2])
    forms[`base64 ${start}`] = bytes
      .subarray(start, start + 3 * Math.floor((bytes.length - start) / 3))
      .toString("base64");
  const text = written.toString("latin1").toLowerCase();
  return Object.entries(forms).flatMap(([name, form]) => (text.includes(form.toLowerCase()) ? [name] : []));
}

export interface Written {
  readonly name: string;
  readonly bytes: Buffer;
}

/**
 * Every file below a folder, with what archives and the streams of PDF files hold unpacked. Links are not followed: npx
 * keeps one to the checkout, which has the key in its tests.
 */
export function filesBelow(folder: string): Written[] {
  return entriesOf(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    // A process that is ending may still take away its own.
    if (!entry.isFile() || !existsSync(path)) return [];
    const { name } = entry;
    const bytes = readFileSync(path);
    const inner = name.endsWith(".zip") ? unzipped(bytes) : name.endsWith(".pdf") ? streamsOf(bytes, name) : [];
    return [{ name, bytes }, ...inner];
  });
}

function entriesOf(folder: string): Dirent[] {
  return existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
}

/** The entries of a ZIP archive, read by its local headers. */
export function unzipped(bytes: Buffer): Written[] {
  const entries: Written[] = [];
  for (let at = 0; bytes.readUInt32LE(at) === 0x04034b50; ) {
    const [size, nameLength] = [bytes.readUInt32LE(at + 18), bytes.readUInt16LE(at + 26)];
    const start = at + 30 + nameLength;
    const name = bytes.toString("utf8", at + 30, start);
    entries.push({ name, bytes: inflateRawSync(bytes.subarray(start, start + size)) });
    at = start + size;
  }
  return entries;
}

/** The deflated streams of a PDF file. */
function streamsOf(bytes: Buffer, name: string): Written[] {
  const streams: Written[] = [];
  for (const { index, 0: word } of bytes.toString("latin1").matchAll(/(?<!end)stream\r?\n/g))
    try {
      streams.push({ name: `${name} at ${index}`, bytes: inflateSync(bytes.subarray(index + word.length)) });
    } catch {
      // Another kind of stream: it is searched as it stands.
    }
  return streams;
}
