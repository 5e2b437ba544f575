// How the constants of the shipped draws follow the floor, α and the critical rate's exponent: what the champion believes
// of the endpoint (strategies/champion/annealed.ts).
//   node --import tsx benchmarks/calibration/beliefs.ts
import { solveCholesky } from "../../src/fit/kernels/matrix.ts";
import { valleyExponent } from "../../src/surface/calibration/laws/annealed.ts";
import type { Annealed } from "../../src/surface/laws/annealed.ts";
import { presetDocument, presetNames } from "../../src/surface/presets.ts";

const CENTER = { E: 1.15, criticalExponent: 0.713 };
const CONSTANTS = [
  "logA",
  "logK",
  "beta",
  "g0",
  "g1",
  "w",
  "v",
  "b",
  "firstPhaseLoss",
  "logX",
  "gateWidth",
  "logCriticalRate",
] as const;

const bases = presetNames()
  .filter((name) => /^stanford-2025\/\d+$/.test(name))
  .map((name) => presetDocument(name).surface.base as Annealed);
const rows = bases.map(({ E, alpha, criticalExponent }) => [
  1,
  E - CENTER.E,
  (E - CENTER.E) * (E - CENTER.E),
  alpha - valleyExponent(E),
  criticalExponent - CENTER.criticalExponent,
]);
console.log(
  `value at E ${CENTER.E}, per nat of E, per its square, per unit of α off its line and of the exponent; spread left`,
);
for (const name of CONSTANTS) {
  const values = bases.map((base) => base[name]);
  const size = 5;
  const matrix = new Float64Array(size * size);
  const right = new Float64Array(size);
  for (const [i, row] of rows.entries())
    for (let j = 0; j < size; j++) {
      right[j]! += row[j]! * values[i]!;
      for (let k = 0; k < size; k++) matrix[j * size + k]! += row[j]! * row[k]!;
    }
  if (!solveCholesky(matrix, right, size)) throw new Error("the draws are all alike");
  const slopes = right;
  const left = values.map((value, i) => value - rows[i]!.reduce((sum, x, j) => sum + x * slopes[j]!, 0));
  const spread = Math.sqrt(left.reduce((sum, x) => sum + x * x, 0) / (left.length - size));
  console.log(`  ${name}: [${[...slopes, spread].map((value) => Number(value.toPrecision(4))).join(", ")}],`);
}
