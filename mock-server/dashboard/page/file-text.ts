import { UserError } from "../../../src/task/errors.ts";

/** Longer texts are no strings in a browser. */
const LONGEST = 500e6;

/**
 * The text of a table's file, as the command line reads it: UTF-8 or UTF-16, also packed with gzip.
 *
 * @throws UserError where it is a spreadsheet, an archive, a folder, or too long, or cannot be read.
 */
export async function readText(file: Blob): Promise<string> {
  const head = new Uint8Array(await readable(file.slice(0, 4).arrayBuffer()));
  const magic = String.fromCharCode(...head);
  if (magic.startsWith("PK\x03\x04"))
    throw new UserError("a spreadsheet or a ZIP archive, not a table as text: export it as CSV");
  if (magic === "PAR1") throw new UserError("a Parquet file, not a table as text: export it as CSV");
  const isPacked = head[0] === 0x1f && head[1] === 0x8b;
  try {
    const stream = isPacked ? file.stream().pipeThrough(new DecompressionStream("gzip")) : file.stream();
    return await textOf(stream);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`cannot be ${isPacked ? "unpacked with gzip" : "read"}: ${(error as Error).message}`);
  }
}

/** Of a folder, or a file that has changed since it was chosen, a browser gives nothing. */
async function readable<T>(content: Promise<T>): Promise<T> {
  try {
    return await content;
  } catch (error) {
    throw new UserError(`cannot be read, as if it were a folder or had changed: ${(error as Error).message}`);
  }
}

async function textOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  const reader = stream.getReader();
  let decoder: TextDecoder | undefined;
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + (decoder?.decode() ?? "");
    decoder ??= new TextDecoder(value[0] === 0xff && value[1] === 0xfe ? "utf-16le" : "utf-8");
    text += decoder.decode(value, { stream: true });
    if (text.length > LONGEST) throw new UserError(`more than ${LONGEST / 1e6} MB of text: split it`);
  }
}
