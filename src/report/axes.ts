/** `10¹⁸`: a power of ten; anything else as a mantissa before it. */
export function powerOfTen(value: number): string {
  return scientific(value, 2);
}

/** A number of so many significant digits with a power of ten, and a true minus: `−6.34·10⁻³`. */
export function scientific(value: number, digits: number): string {
  if (value === 0) return "0";
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e") as [string, string];
  const ten = `10${raised(String(Number(exponent)))}`;
  return Number(mantissa) === 1 ? ten : `${String(Number(mantissa)).replace("-", "−")}·${ten}`;
}

/** A number to so many significant digits; very large and small ones with a power of ten: `0.1364`, `6.34·10⁻³`. */
export function setNumber(value: number, digits = 4): string {
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-4 || size >= 1e5)) return scientific(value, digits);
  return String(Number(value.toPrecision(digits))).replace("-", "−");
}

/** Words with the numbers and powers in them set as such: `3e16` as 3·10¹⁶, `C^-0.5` as C⁻⁰·⁵. */
export function setWords(text: string): string {
  return text
    .replace(/(?<![\w.])\d+(?:\.\d+)?e[+-]?\d+(?![\w.]*\w)/g, (number) => scientific(Number(number), 3))
    .replace(/\^([+-]?(?:\d+(?:\.\d+)?|[abc](?![\w(])))/g, (_, exponent: string) => raised(exponent));
}

/** Digits as a superscript, such as in `C⁰·⁵²`. */
function raised(text: string): string {
  return [...text].map((digit) => SUPERSCRIPT[digit] ?? digit).join("");
}

/** `0.1364·C⁰·⁵¹⁴³`: a power law of compute. */
export function powerLawText({
  coefficient,
  exponent,
}: {
  readonly coefficient: number;
  readonly exponent: number;
}): string {
  return `${setNumber(coefficient)}·C${raised(exponent.toFixed(4))}`;
}

const SUPERSCRIPT: Readonly<Record<string, string>> = {
  "-": "⁻",
  ".": "·",
  a: "ᵃ",
  b: "ᵇ",
  c: "ᶜ",
  "0": "⁰",
  "1": "¹",
  "2": "²",
  "3": "³",
  "4": "⁴",
  "5": "⁵",
  "6": "⁶",
  "7": "⁷",
  "8": "⁸",
  "9": "⁹",
};

/** An axis of a smaller ratio has 2 and 5 of its decades too. */
const FEW_DECADES = 3e3;

/** Round values of a logarithmic axis: 1, 2, 5 of each decade when it has few, decades otherwise. */
export function logTicks(low: number, high: number): number[] {
  const tens = decades(low, high);
  const step = Math.ceil(tens.length / 9);
  const mantissas = high / low < FEW_DECADES ? [1, 2, 5] : [1];
  return tens
    .filter((_, i) => i % step === 0)
    .flatMap((ten) => mantissas.map((mantissa) => mantissa * ten))
    .filter((tick) => tick >= low && tick <= high);
}

/** Sets of round values of a logarithmic axis, the densest first, for an axis to take the first whose labels fit. */
export function tickSets(low: number, high: number): number[][] {
  const tens = decades(low, high).filter((ten) => ten >= low && ten <= high);
  const dense = high / low < FEW_DECADES ? logTicks(low, high) : tens;
  const sparser = tens.length > 1 ? tens : dense;
  return [dense, ...[1, 2, 3, 4, 6].map((step) => sparser.filter((_, i) => i % step === 0))];
}

/** Powers of ten around two positive numbers, both ends widened to the next. */
function decades(low: number, high: number): number[] {
  const first = Math.floor(Math.log10(low) + 1e-9);
  const last = Math.ceil(Math.log10(high) - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(`1e${first + i}`));
}
