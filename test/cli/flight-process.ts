import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { inflateRawSync } from "node:zlib";
import { onTestFinished } from "vitest";

/** A key that is found wherever it leaks: long, with everything that URLs escape. */
export const CANARY: string = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI+canary/${"Kq7+/Zx".repeat(6)}== canary+person@host`;

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

export interface MockProcess {
  readonly url: string;
  /** Questions that came so far. */
  asked(): number;
  /** Called when a question has come and before it is looked at. */
  onQuestion: (number: number) => Promise<void> | void;
}

/** A mock in another process, whose every question this test lets pass. */
export async function mockProcess(world: string): Promise<MockProcess> {
  const child = spawn(process.execPath, [path("../experiment/mock-process.ts"), world], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const url = (await lines.next()).value as string;
  let questions = 0;
  const mock: MockProcess = { url, asked: () => questions, onQuestion: () => undefined };
  const serve = async () => {
    for (let line = await lines.next(); !line.done; line = await lines.next()) {
      await mock.onQuestion(++questions);
      child.stdin.write("go\n");
    }
  };
  void serve();
  return mock;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** The command line in a process of its own. */
export function isoflopProcess(...args: string[]): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const child = spawn(process.execPath, [path("../../src/cli/main.ts"), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let [out, err] = ["", ""];
  child.stdout?.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    err += chunk;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal, out, err }));
  });
  return { child, ended };
}

/** Every file below a folder, with what archives hold unpacked. */
export function filesBelow(folder: string): { readonly name: string; readonly bytes: Buffer }[] {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return names.flatMap(({ parentPath, name }) => {
    const bytes = readFileSync(join(parentPath, name));
    return [{ name, bytes }, ...(name.endsWith(".zip") ? unzipped(bytes) : [])];
  });
}

/** The entries of a ZIP archive, read by its local headers. */
export function unzipped(bytes: Buffer): { readonly name: string; readonly bytes: Buffer }[] {
  const entries: { name: string; bytes: Buffer }[] = [];
  for (let at = 0; bytes.readUInt32LE(at) === 0x04034b50; ) {
    const [size, nameLength] = [bytes.readUInt32LE(at + 18), bytes.readUInt16LE(at + 26)];
    const start = at + 30 + nameLength;
    const name = bytes.toString("utf8", at + 30, start);
    entries.push({ name, bytes: inflateRawSync(bytes.subarray(start, start + size)) });
    at = start + size;
  }
  return entries;
}

/** The forms of a key in what was written, plain, escaped in part or in full, or in base64 or hexadecimal. */
export function leaksOf(key: string, written: Buffer): string[] {
  const secret = key.split(" ")[1] as string;
  const bytes = Buffer.from(secret);
  const forms = {
    plain: secret,
    escaped: encodeURIComponent(secret),
    form: new URLSearchParams({ x: secret }).toString().slice(2),
    percent: [...bytes].map((byte) => `%${byte.toString(16)}`).join(""),
    spaced: secret.replaceAll("+", " "),
    hexadecimal: bytes.toString("hex"),
    base64: bytes.subarray(0, 45).toString("base64"),
    comment: "canary+person",
    middle: secret.slice(20, 50),
  };
  const text = written.toString("latin1").toLowerCase();
  return Object.entries(forms).flatMap(([name, form]) => (text.includes(form.toLowerCase()) ? [name] : []));
}
