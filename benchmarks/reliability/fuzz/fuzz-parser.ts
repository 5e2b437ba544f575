import { UserError } from "../../../src/task/errors.ts";
import { randomStream } from "../../../src/task/random.ts";
import { mutant } from "./mutate.ts";
import type { Parser } from "./parser.ts";

/** A text that a parser did not take as it should. */
export interface Find {
  readonly parser: string;
  readonly text: string;
  readonly problem: string;
}

/** How many texts were read well, how many refused, and what went wrong. */
export interface Tally {
  read: number;
  refused: number;
  readonly finds: Find[];
}

/** Reads `cases` texts, from the nth on; the same seed and number give the same text. Stops at the tenth find. */
export async function fuzzParser(parser: Parser, cases: number, seed = 0): Promise<Tally> {
  const tally: Tally = { read: 0, refused: 0, finds: [] };
  for (let n = 0; n < casesOf(parser, cases) && tally.finds.length < 10; n++) {
    const text = mutant(parser.seeds, randomStream(`fuzz/${seed}/${parser.name}/${n}`));
    await readOne(parser, text, tally);
  }
  return tally;
}

/** How many texts a parser gets, where others get `cases`. */
export function casesOf({ oneIn = 1 }: Parser, cases: number): number {
  return Math.ceil(cases / oneIn);
}

/** Reads one text and keeps count of what came of it. */
export async function readOne({ name, read }: Parser, text: string, tally: Tally): Promise<void> {
  try {
    await read(text);
    tally.read++;
  } catch (error) {
    if (error instanceof UserError && !error.message.includes("\n")) tally.refused++;
    else tally.finds.push({ parser: name, text, problem: String(error) });
  }
  if (pollution() !== PRISTINE) tally.finds.push({ parser: name, text, problem: "Object.prototype was changed" });
}

/** What the prototypes of everything hold. */
export function pollution(): number {
  return [Object, Array, Function, String, Number].reduce(
    (count, type) => count + Reflect.ownKeys(type.prototype).length,
    0,
  );
}

/** That number before anything was read. */
export const PRISTINE: number = pollution();
