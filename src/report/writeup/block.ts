import type { Figure } from "../figure.ts";

/** A piece of a write-up, to be set on paper or shown on a page. Texts are plain. */
export type Block =
  | { readonly kind: "heading"; readonly text: string }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly string[] }
  | { readonly kind: "equation"; readonly typst: string; readonly mathml: string }
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

/** A write-up: what it is, whose numbers it shows, and its pieces. */
export interface Document {
  readonly title: string;
  readonly subtitle: string;
  /** What stands on every page: whether the numbers are real. */
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
