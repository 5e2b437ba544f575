import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../../src/task/errors.ts";

/** A parser of what comes from outside: what it has to read well, and what it does with any text. */
export interface Parser {
  readonly name: string;
  /** Texts that it takes. */
  readonly seeds: readonly string[];
  /** Reads one text; a UserError is an answer, any other error a find. */
  readonly read: (text: string) => unknown;
  /** It gets one text where others get this many: it takes long. @defaultValue 1 */
  readonly oneIn?: number;
}

const folder = mkdtempSync(join(tmpdir(), "isoflop-fuzz-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

/** Hands a text to a reader of files. */
export function throughFile(name: string, read: (file: string) => unknown): Parser["read"] {
  const file = join(folder, name);
  return (text) => {
    writeFileSync(file, text, "latin1");
    return read(file);
  };
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError((error as Error).message);
  }
}
