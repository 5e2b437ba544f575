import type { PowerLaw } from "../../fit/power-law.ts";
import type { Figure } from "../figure.ts";
import { type Formula, fraction, numeral, plain, power, verbatim } from "./formula.ts";

/** A piece of a write-up, to be set on paper or shown on a page. Texts are plain. */
export type Block =
  | { readonly kind: "heading"; readonly text: string }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly string[] }
  | { readonly kind: "equation"; readonly formula: Formula }
  | { readonly kind: "table"; readonly table: Table }
  | { readonly kind: "figure"; readonly name: string; readonly figure: Figure; readonly caption: string }
  | { readonly kind: "code"; readonly text: string };

export interface Table {
  readonly caption: string;
  /** Headings; the first column is set to the left, the others to the right unless `left` names them. */
  readonly columns: readonly string[];
  readonly left?: readonly number[];
  readonly rows: readonly (readonly string[])[];
  /** A wide table, set smaller. */
  readonly small?: true;
}

/** A write-up: what it is, who wrote it, whose numbers it shows, and its pieces. */
export interface Document {
  readonly title: string;
  readonly subtitle: string;
  readonly author?: string;
  readonly date?: string;
  /** The note on every page: whether the numbers are real. */
  readonly provenance: string;
  readonly real: boolean;
  readonly blocks: readonly Block[];
}

export function heading(text: string): Block {
  return { kind: "heading", text };
}

export function text(...sentences: readonly string[]): Block {
  return { kind: "text", text: sentences.join(" ") };
}

export function table(content: Table): Block {
  return { kind: "table", table: content };
}

/** The law of Hoffmann et al. 2022: `L(N, D) = E + A/N^α + B/D^β`. */
export function lawEquation(): Block {
  return {
    kind: "equation",
    formula: [
      ...plain("L(N, D) = E +"),
      fraction(plain("A"), [power(plain("N"), plain("α"))]),
      ...plain("+"),
      fraction(plain("B"), [power(plain("D"), plain("β"))]),
    ],
  };
}

/** `SYMBOL*(C) = k·C^a` as a separate line. */
export function powerLawEquation(symbol: "N" | "L", { coefficient, exponent }: PowerLaw): Block {
  const C = plain("C");
  return {
    kind: "equation",
    formula: [
      power(plain(symbol), plain("*")),
      ...plain("(C) ="),
      ...numeral(coefficient),
      ...plain("·"),
      power(C, verbatim(exponent.toFixed(4))),
    ],
  };
}

/** The size that a shape has by the handout's formula. */
export function sizeEquation(layers: number, width: number, size: number): Block {
  return {
    kind: "equation",
    formula: [
      ...plain("N ="),
      ...verbatim("12"),
      ...plain("L"),
      power(plain("d"), verbatim("2")),
      ...plain("="),
      ...verbatim("12"),
      ...plain("·"),
      ...verbatim(String(layers)),
      ...plain("·"),
      power(verbatim(String(width)), verbatim("2")),
      ...plain("="),
      ...verbatim(size.toLocaleString("en-US")),
    ],
  };
}
