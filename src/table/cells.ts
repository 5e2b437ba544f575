import { UserError } from "../task/errors.ts";

/** A cell as it was written: text from a CSV, anything from JSON; undefined where its row has none. */
export type Cell = unknown;

/** A table before anything in it is understood. Rows count from 1, the header of a CSV not among them. */
export interface RawTable {
  readonly columns: readonly string[];
  /** Names that the header has more than once. */
  readonly repeated: ReadonlySet<string>;
  /** Cells in the order of the columns. */
  readonly rows: readonly (readonly Cell[])[];
  /** Rows that are no data, by their index, and why: comments, separators, lines of a log. */
  readonly strays: ReadonlyMap<number, string>;
  /** How the text was read, where it is not plain. */
  readonly notes: readonly string[];
  /** The character between the cells of a CSV. */
  readonly delimiter?: string;
}

const MISSING =
  /^(?:[+-]?(?:nan|inf(?:inity)?|∞)|n\/?a|#n\/?a|#(?:div\/0|value|ref|num|null)!|#name\?|none|null|nil|missing|undefined|unknown|diverged|failed|crashed|error|oom|running|pending|queued|planned|tbd|todo|\.|\?|[-–—_=*]+)?$/i;

/** Whether a cell holds nothing: empty, `NA`, `#N/A`, `nan`, `-`, null, or a word for a run without a result. */
export function isMissing(cell: Cell): boolean {
  if (typeof cell === "string") return MISSING.test(cell.trim());
  return cell === undefined || cell === null || (typeof cell === "number" && !Number.isFinite(cell));
}

/** `125.000`: a decimal, or, where decimals have commas, thousands. */
const THOUSANDS = /^[+-]?[1-9]\d{0,2}\.\d{3}$/;
/** A number without separators or units, as most cells are: read at once. */
const PLAIN = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** A cell as text, for comparisons and labels. */
export function cellText(cell: Cell): string {
  if (cell === undefined || cell === null) return "";
  return typeof cell === "string" ? cell.trim() : typeof cell === "object" ? JSON.stringify(cell) : String(cell);
}

/** Turns cells into numbers, and remembers in what notations it found them. */
export class NumberReader {
  readonly #decimalComma: boolean;
  readonly #thousands = new Set<string>();
  readonly #units = new Map<string, Set<string>>();

  /** @param decimalComma whether `4,71` is 4.71, and `18.973.666` a whole number. */
  constructor(decimalComma: boolean) {
    this.#decimalComma = decimalComma;
  }

  /**
   * The number in a cell; NaN where it holds nothing (`isMissing`).
   *
   * @throws UserError naming row and column for anything else.
   */
  read(cell: Cell, row: number, column: string): number {
    const value = this.parse(cell, column);
    if (value === undefined) throw notANumber(cell, row, column);
    return value;
  }

  /** As `read`; undefined for anything else. */
  parse(cell: Cell, column: string): number | undefined {
    if (typeof cell === "number") return Number.isFinite(cell) ? cell : Number.NaN;
    if (typeof cell !== "string") return cell === undefined || cell === null ? Number.NaN : undefined;
    const text = cell.trim();
    if (PLAIN.test(text) && !(this.#decimalComma && THOUSANDS.test(text))) return finite(Number(text));
    if (MISSING.test(text)) return Number.NaN;
    const parsed = parseNumber(text, this.#decimalComma);
    if (!parsed) return undefined;
    if (parsed.thousands) this.#thousands.add(column);
    if (parsed.unit) this.#units.set(column, (this.#units.get(column) ?? new Set()).add(parsed.unit));
    return finite(parsed.value);
  }

  /** One sentence for each notation beyond plain numbers. */
  notes(): string[] {
    const notes = this.#decimalComma ? ["numbers have decimal commas: 4,71 is 4.71"] : [];
    if (this.#thousands.size > 0) notes.push(`thousands separators were removed in ${quoted([...this.#thousands])}`);
    for (const [column, units] of this.#units)
      notes.push(`numbers of "${column}" are written with ${quoted([...units].slice(0, 4))}`);
    return notes;
  }
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

/** The error for a cell that holds something else than a number. */
export function notANumber(cell: Cell, row: number, column: string): UserError {
  return new UserError(`row ${row}, column ${column}: ${shown(cell)} is not a number`);
}

/** `"a", "b"`. */
export function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}

/** `row 7`, `rows 7, 9`, `rows 1, 2, 3 and 40 more`. */
export function rowsText(rows: readonly number[]): string {
  const shown = rows.slice(0, 6).join(", ");
  const more = rows.length > 6 ? ` and ${rows.length - 6} more` : "";
  return `${rows.length === 1 ? "row" : "rows"} ${shown}${more}`;
}

/** Whether a table's numbers have decimal commas, from the cells of the columns that are read. */
export function hasDecimalCommas({ rows, delimiter }: RawTable, columns: readonly number[]): boolean {
  if (delimiter === undefined) return false;
  let [commas, points, unclear] = [0, 0, 0];
  for (const row of rows) {
    for (const column of columns) {
      const text = cellText(row[column]);
      if (/^[+-]?[1-9]\d{0,2},\d{3}$/.test(text)) unclear++;
      else if (/^[+-]?\d+,\d+(?:[eE][+-]?\d+)?$/.test(text)) commas++;
      else if (text.includes(".") && PLAIN.test(text) && !THOUSANDS.test(text)) points++;
    }
  }
  // `4,711` alone is ambiguous; a table with another delimiter than the comma writes decimals with it.
  return points === 0 && (commas > 0 || (unclear > 0 && delimiter !== ","));
}

const SCALES: Readonly<Record<string, number>> = {
  "": 1,
  ...{ k: 1e3, thousand: 1e3, thousands: 1e3, kilo: 1e3 },
  ...{ m: 1e6, mn: 1e6, mio: 1e6, million: 1e6, millions: 1e6, mega: 1e6 },
  ...{ b: 1e9, bn: 1e9, billion: 1e9, billions: 1e9, g: 1e9, giga: 1e9 },
  ...{ t: 1e12, tn: 1e12, trillion: 1e12, trillions: 1e12, tera: 1e12 },
  ...{ p: 1e15, peta: 1e15, e: 1e18, exa: 1e18, z: 1e21, zetta: 1e21, y: 1e24, yotta: 1e24 },
};
const COUNT_UNIT =
  /^(k|thousands?|m|mn|mio|millions?|b|bn|billions?|g|t|tn|trillions?)?[\s-]*(params?|parameters?|tokens?|toks?|flops?|nats?(?:\/tok(?:en)?)?|seq(?:uence)?s?)?$/i;
const FLOPS_UNIT = /^(k|m|g|t|p|e|z|y|kilo|mega|giga|tera|peta|exa|zetta|yotta)[\s-]*flops?$/i;
const FLOPS_DAYS = /^(?:pf|petaflops?)(?:\/s)?[\s-]*days?$/i;
/** 10^15 FLOPs a second, for a day. */
export const PETAFLOP_DAY = 8.64e19;

/** The factor a unit stands for; undefined for other text. */
export function unitScale(unit: string): number | undefined {
  if (FLOPS_DAYS.test(unit)) return PETAFLOP_DAY;
  const match = FLOPS_UNIT.exec(unit) ?? COUNT_UNIT.exec(unit);
  return match ? SCALES[(match[1] ?? "").toLowerCase()] : undefined;
}

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** A number with separators of thousands, a power of ten or a unit: `18,973,666`, `2.1 × 10^18`, `125M`, `1e17 FLOPs`. */
function parseNumber(
  text: string,
  decimalComma: boolean,
): { readonly value: number; readonly thousands: boolean; readonly unit: string } | undefined {
  let rest = text
    .replace(/[−‒]/g, "-")
    .replace(/[\u00a0\u2009\u202f]/g, " ")
    .replace(/^[~≈]\s*/, "")
    .replace(/^10(?=\s*\^|[⁻⁰¹²³⁴-⁹])/, "1×10");
  const separators = decimalComma ? "[.'’_ ]" : "[,'’_ ]";
  const grouped = new RegExp(`^[+-]?\\d{1,3}(?:(${separators})\\d{3}(?:\\1\\d{3})*)(?!\\d)`).exec(rest);
  if (grouped) rest = grouped[0].replaceAll(grouped[1]!, "") + rest.slice(grouped[0].length);
  if (decimalComma) rest = rest.replace(",", ".");
  const match =
    /^([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)(?:\s*[x×*·]\s*10(?:\s*\^\s*([+-]?\d+)|([⁻⁰¹²³⁴-⁹]+)))?/.exec(
      rest,
    );
  if (!match) return undefined;
  const [whole, mantissa, power, superscript = ""] = match;
  const digits = [...superscript].map((mark) => (mark === "⁻" ? "-" : SUPERSCRIPTS.indexOf(mark)));
  const unit = rest.slice(whole.length).trim();
  const scale = unitScale(unit);
  if (scale === undefined) return undefined;
  const value = Number(mantissa) * Number(`1e${power ?? (digits.join("") || 0)}`) * scale;
  return { value, thousands: grouped !== null, unit };
}

function shown(cell: Cell): string {
  const text = JSON.stringify(cell) ?? String(cell);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
