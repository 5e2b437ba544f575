/**
 * A float as Pydantic's serializer writes it (pydantic-core 2.46): positional for 1e-5 ≤ |x| < 1e16 with at least one decimal
 * (`30.0`, `0.00001`), else an exponent without padding (`1e-6`, `1.5e+16`). Finite values only.
 */
export function rustFloat(value: number): string {
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const [mantissa, exponent] = value.toExponential().split("e") as [string, string];
  const power = Number(exponent);
  if (power < -5 || power > 15) return value.toExponential();
  if (power >= 0) return Number.isInteger(value) ? `${value}.0` : `${value}`;
  const digits = mantissa.replace(/[-.]/g, "");
  return `${value < 0 ? "-" : ""}0.${"0".repeat(-power - 1)}${digits}`;
}
