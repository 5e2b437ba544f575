import {
  closeSync,
  createReadStream,
  existsSync,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  truncateSync,
  writeSync,
} from "node:fs";
import { createInterface } from "node:readline";
import { parseResultLine, type StoredResult } from "./result.ts";

/** Problems found in a results file. */
export interface ResultsFileReport {
  /** Lines, counted from 1, that are not what was written: their jobs are played again. */
  readonly corruptLines: readonly number[];
  /** True when the last line was torn, as after a crash, and has been dropped. */
  readonly tornLine: boolean;
}

/** Streams the results of a file, first mending a torn last line, so that appending goes on at a line's beginning. */
export async function readResults(path: string, onResult: (result: StoredResult) => void): Promise<ResultsFileReport> {
  if (!existsSync(path)) return { corruptLines: [], tornLine: false };
  const tornLine = dropTornLine(path);
  const corruptLines: number[] = [];
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    number++;
    const result = parseResultLine(line);
    if (result) onResult(result);
    else corruptLines.push(number);
  }
  return { corruptLines, tornLine };
}

/** Takes results out of a file, in one step: until it is done, the file is as it was. */
export async function dropResults(path: string, isDropped: (result: StoredResult) => boolean): Promise<void> {
  const draft = `${path}.new`;
  rmSync(draft, { force: true });
  const kept = new ResultsWriter(draft);
  try {
    for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
      const result = parseResultLine(line);
      if (!result || !isDropped(result)) kept.append(line);
    }
  } finally {
    kept.close();
  }
  renameSync(draft, path);
}

/** Appends lines, each in one write, so that an interruption tears at most the last. */
export class ResultsWriter {
  readonly #file: number;

  constructor(path: string) {
    this.#file = openSync(path, "a");
  }

  append(line: string): void {
    writeSync(this.#file, `${line}\n`);
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** Cuts what follows the last line end. */
function dropTornLine(path: string): boolean {
  const file = openSync(path, "r");
  const chunk = Buffer.alloc(65_536);
  const { size } = fstatSync(file);
  let end = size;
  try {
    while (end > 0) {
      const start = Math.max(0, end - chunk.length);
      const length = readSync(file, chunk, 0, end - start, start);
      const newline = chunk.subarray(0, length).lastIndexOf(10);
      if (newline >= 0) {
        end = start + newline + 1;
        break;
      }
      end = start;
    }
  } finally {
    closeSync(file);
  }
  if (end < size) truncateSync(path, end);
  return end < size;
}
