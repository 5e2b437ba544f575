import { escapeHtml } from "../html.ts";

/** A formula, independent of what sets it: a page, Typst, LaTeX and Word each have a notation for the same pieces. */
export type Formula = readonly Piece[];

export type Piece =
  /** A variable, set in italics: `N`, `α`. */
  | { readonly kind: "symbol"; readonly text: string }
  /** A number as it is shown. */
  | { readonly kind: "number"; readonly text: string }
  | { readonly kind: "operator"; readonly text: string }
  | { readonly kind: "power"; readonly base: Formula; readonly exponent: Formula }
  | { readonly kind: "fraction"; readonly over: Formula; readonly under: Formula };

/** Letters as variables and everything else as operators: `plain("L(N, D) = E +")`. */
export function plain(text: string): Piece[] {
  return [...text.replaceAll(" ", "").replaceAll("-", "−")].map((sign) =>
    /\p{L}/u.test(sign) ? { kind: "symbol", text: sign } : { kind: "operator", text: sign },
  );
}

/** A number to so many significant digits; very large and very small ones with a power of ten. */
export function numeral(value: number, digits = 4): Piece[] {
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e") as [string, string];
  const ten = Number(exponent);
  if (ten >= -4 && ten < 6) return verbatim(value.toFixed(Math.max(0, digits - 1 - ten)));
  return [...verbatim(mantissa), { kind: "operator", text: "·" }, power(verbatim("10"), verbatim(String(ten)))];
}

/** A number as it is written, with a true minus. */
export function verbatim(text: string): Piece[] {
  const digits: Piece = { kind: "number", text: text.replace(/^-/, "") };
  return text.startsWith("-") ? [{ kind: "operator", text: "−" }, digits] : [digits];
}

export function power(base: Formula, exponent: Formula): Piece {
  return { kind: "power", base, exponent };
}

export function fraction(over: Formula, under: Formula): Piece {
  return { kind: "fraction", over, under };
}

export function mathml(formula: Formula): string {
  return formula.map(mathmlPiece).join("");
}

function mathmlPiece(piece: Piece): string {
  const row = (pieces: Formula) => (pieces.length === 1 ? mathml(pieces) : `<mrow>${mathml(pieces)}</mrow>`);
  switch (piece.kind) {
    case "symbol":
      return `<mi>${escapeHtml(piece.text)}</mi>`;
    case "number":
      return `<mn>${escapeHtml(piece.text)}</mn>`;
    case "operator":
      return `<mo${/[()[\]]/.test(piece.text) ? ' stretchy="false"' : ""}>${escapeHtml(piece.text)}</mo>`;
    case "power":
      return `<msup>${row(piece.base)}${row(piece.exponent)}</msup>`;
    case "fraction":
      return `<mfrac>${row(piece.over)}${row(piece.under)}</mfrac>`;
  }
}

/** In Typst's mathematics, without the dollar signs. */
export function typstMath(formula: Formula): string {
  return formula.map(typstPiece).join(" ");
}

function typstPiece(piece: Piece): string {
  switch (piece.kind) {
    case "symbol":
      return piece.text;
    case "number":
      return `"${piece.text}"`;
    case "operator":
      return piece.text === "·" ? "dot.op" : `\\${piece.text}`;
    case "power":
      return `${typstMath(piece.base)}^(${typstMath(piece.exponent)})`;
    case "fraction":
      return `frac(${typstMath(piece.over)}, ${typstMath(piece.under)})`;
  }
}

/** In LaTeX's mathematics, without the dollar signs; Markdown takes the same. */
export function latexMath(formula: Formula): string {
  return formula.map(latexPiece).join(" ");
}

function latexPiece(piece: Piece): string {
  switch (piece.kind) {
    case "symbol":
    case "operator":
      return LATEX[piece.text] ?? piece.text;
    case "number":
      return piece.text.replaceAll(",", "{,}");
    case "power":
      return `${latexMath(piece.base)}^{${latexMath(piece.exponent)}}`;
    case "fraction":
      return `\\frac{${latexMath(piece.over)}}{${latexMath(piece.under)}}`;
  }
}

/** Signs of formulas that have a name in LaTeX. */
const LATEX: Readonly<Record<string, string>> = {
  "·": "\\cdot",
  "×": "\\times",
  "−": "-",
  "≈": "\\approx",
  "*": "\\ast",
  α: "\\alpha",
  β: "\\beta",
  γ: "\\gamma",
  δ: "\\delta",
  σ: "\\sigma",
};
