import type { PowerLaw } from "../../fit/power-law.ts";
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

/** `SYMBOL(C) = k · C^a` as a separate line. */
export function powerLawEquation(symbol: "N" | "L", { coefficient, exponent }: PowerLaw): Block {
  const [mantissa, power] = coefficient.toExponential(3).split("e") as [string, string];
  const ten = Number(power) === 0 ? undefined : String(Number(power));
  const shownExponent = exponent.toFixed(4).replace("-", "−");
  const typstTen = ten === undefined ? "" : ` dot 10^(${ten})`;
  const mathTen = ten === undefined ? "" : `<mo>·</mo><msup><mn>10</mn><mn>${ten.replace("-", "−")}</mn></msup>`;
  return {
    kind: "equation",
    typst: `${symbol}^*(C) = ${mantissa}${typstTen} dot C^(${exponent.toFixed(4)})`,
    mathml:
      `<msup><mi>${symbol}</mi><mo>*</mo></msup><mo stretchy="false">(</mo><mi>C</mi><mo stretchy="false">)</mo><mo>=</mo><mn>${mantissa}</mn>${mathTen}` +
      `<mo>·</mo><msup><mi>C</mi><mn>${shownExponent}</mn></msup>`,
  };
}

/** The size that a shape has by the handout's formula. */
export function sizeEquation(layers: number, width: number, size: number): Block {
  const shown = size.toLocaleString("en-US");
  return {
    kind: "equation",
    typst: `N = 12 L d^2 = 12 dot ${layers} dot ${width}^2 = "${shown}"`,
    mathml:
      `<mi>N</mi><mo>=</mo><mn>12</mn><mi>L</mi><msup><mi>d</mi><mn>2</mn></msup><mo>=</mo>` +
      `<mn>12</mn><mo>·</mo><mn>${layers}</mn><mo>·</mo><msup><mn>${width}</mn><mn>2</mn></msup><mo>=</mo><mn>${shown}</mn>`,
  };
}
