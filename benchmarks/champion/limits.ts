import type { SurfaceDocument } from "../../src/surface/surface.ts";
import type { WorldDocument } from "../../src/surface/world-document.ts";
import type { ConstantsBelief } from "../../src/tournament/analysis/information-limit.ts";
import { leavesOf, valueAt } from "../../src/tournament/analysis/information-limit.ts";

/** Variance of ln of a constant that keeps a covariance positive definite: about 1 %. */
const RIDGE = 1e-4;
/** Fewer draws than this many times the constants say little of how they go together. */
const ENOUGH = 1.5;

/**
 * How the constants of worlds of one making go together, from others of the same form; absent where there are too few.
 */
export function beliefFrom(draws: readonly WorldDocument[], document: WorldDocument): ConstantsBelief | undefined {
  const leaves = leavesOf(document.surface);
  const form = formOf(document.surface);
  const alike = draws.filter((draw) => draw.name !== document.name && formOf(draw.surface) === form);
  const size = leaves.length;
  if (alike.length < ENOUGH * size) return undefined;
  const logs = alike.map(({ surface }) => leaves.map((leaf) => Math.log(Math.abs(valueAt(surface, leaf)))));
  const means = leaves.map((_, i) => logs.reduce((sum, row) => sum + row[i]!, 0) / logs.length);
  const covariance = new Float64Array(size * size);
  for (const row of logs)
    for (let a = 0; a < size; a++)
      for (let b = 0; b < size; b++)
        covariance[a * size + b]! += ((row[a]! - means[a]!) * (row[b]! - means[b]!)) / (logs.length - 1);
  for (let i = 0; i < size; i++) covariance[i * size + i]! += RIDGE;
  return { covariance };
}

/** The document without its constants; signs, zeros and the exponents of a best rate are part of the form. */
function formOf(surface: SurfaceDocument): string {
  return JSON.stringify(surface, (key, value) =>
    // As text: numbers inside would come back here and lose all but their signs.
    key === "optimum" ? `${value.N}/${value.D}/${value.C}` : typeof value === "number" ? Math.sign(value) : value,
  );
}
