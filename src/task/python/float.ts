/**
 * A float as Python's `repr` prints it, which is how the API writes every float: fixed notation for 1e-4 ≤ |x| < 1e16
 * with at least one decimal (`13.0`), else an exponent of at least two digits (`5e-05`, `1e+16`).
 */
export function pythonFloat(value: number): string {
  if (Number.isNaN(value)) return "nan";
  const size = Math.abs(value);
  if (size === Infinity) return value > 0 ? "inf" : "-inf";
  if (size === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  if (size >= 1e-4 && size < 1e16) return Number.isInteger(value) ? `${value}.0` : `${value}`;
  const [mantissa, exponent] = value.toExponential().split("e") as [string, string];
  return `${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, "0")}`;
}
