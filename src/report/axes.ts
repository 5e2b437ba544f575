/** Decades between two positive numbers, both ends widened to the next; every second one when there are many. */
export function decades(low: number, high: number): number[] {
  const first = Math.floor(Math.log10(low) + 1e-9);
  const last = Math.ceil(Math.log10(high) - 1e-9);
  const step = Math.ceil((last - first + 1) / 9);
  const exponents = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  return exponents.filter((exponent) => (exponent - first) % step === 0).map((exponent) => Number(`1e${exponent}`));
}

/** `10¹⁸`: a power of ten; anything else as a mantissa before it. */
export function powerOfTen(value: number): string {
  const [mantissa, exponent] = value.toExponential(1).split("e") as [string, string];
  const superscript = [...String(Number(exponent))].map((digit) => SUPERSCRIPT[digit]).join("");
  return Number(mantissa) === 1 ? `10${superscript}` : `${Number(mantissa)}·10${superscript}`;
}

const SUPERSCRIPT: Readonly<Record<string, string>> = {
  "-": "⁻",
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

/** Round values of a logarithmic axis: 1, 2, 5 of each decade when it has few, decades otherwise. */
export function logTicks(low: number, high: number): number[] {
  const tens = decades(low, high);
  const mantissas = high / low < 3e3 ? [1, 2, 5] : [1];
  return tens
    .flatMap((ten) => mantissas.map((mantissa) => mantissa * ten))
    .filter((tick) => tick >= low && tick <= high);
}
