import { existsSync, readFileSync } from "node:fs";
import { UserError } from "../../task/errors.ts";
import { type AnyRecord, FIRST_SEAL, type JournalHeader, type JournalRecord, parseLine } from "./record.ts";

/** What a journal file holds; of another edition than 2025 its records are of another type. */
export interface JournalContents<R extends AnyRecord = JournalRecord> {
  readonly header: JournalHeader;
  readonly records: readonly R[];
  /** The checksum of the last line, which seals the next. */
  readonly seal: string;
  /** Bytes of the file that are sound. */
  readonly length: number;
  /** The rest: a last line that a crash cut short; empty when there is none. */
  readonly torn: Buffer;
  /** True when the last line lacks nothing but its line feed. */
  readonly unended: boolean;
}

const LINE_FEED = 0x0a;

/**
 * Reads a journal; undefined when there is no such file. A last line that was cut short is the normal mark of a crash.
 *
 * @throws UserError naming file and line for damage anywhere else: nothing may be spent until a person has looked.
 */
export function readJournal<R extends AnyRecord = JournalRecord>(file: string): JournalContents<R> | undefined {
  if (!existsSync(file)) return undefined;
  const bytes = readBytes(file);
  const lines: unknown[] = [];
  let [seal, length] = [FIRST_SEAL, 0];
  for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, length)) {
    const line = parseLine(textOf(bytes.subarray(length, end)), seal);
    if (!line) throw damaged(file, lines.length + 1);
    lines.push(line.record);
    [seal, length] = [line.seal, end + 1];
  }
  const tail = bytes.subarray(length);
  const whole = parseLine(textOf(tail), seal);
  // A whole line with another byte in place of its line feed was changed, not cut short.
  if (!whole && parseLine(textOf(tail.subarray(0, -1)), seal)) throw damaged(file, lines.length + 1);
  if (whole) lines.push(whole.record);
  const [header, ...records] = lines as [JournalHeader?, ...R[]];
  if (!header) throw headless(file);
  if (header.kind !== "journal" || header.schema !== 1)
    throw new UserError(`journal "${file}" is of another kind or version: give --journal another file`);
  return {
    header,
    records,
    seal: whole?.seal ?? seal,
    length: whole ? bytes.length : length,
    torn: whole ? Buffer.alloc(0) : tail,
    unended: whole !== undefined,
  };
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UserError(`cannot read journal "${file}": ${(error as NodeJS.ErrnoException).code}`);
  }
}

/** One character per byte, so that no replacement character hides damage. */
function textOf(bytes: Buffer): string {
  return bytes.toString("latin1");
}

function damaged(file: string, line: number): UserError {
  return new UserError(
    `journal "${file}" is damaged at line ${line}: its checksum does not match. Nothing was sent. Restore the file from a copy, ` +
      "or look at the line. To start again from the runs the endpoint lists as paid, give --journal a new file",
  );
}

function headless(file: string): UserError {
  return new UserError(
    `"${file}" does not begin with the whole first line of a journal: it was cut short, or is no journal. Nothing was sent. ` +
      "Restore it from a copy, or give --journal a new file",
  );
}
