import type { RunPoint } from "../task/run-point.ts";
import { leastSquares } from "./kernels/least-squares.ts";

/** Groups of a column: no fewer runs than this each, and no more groups than this. */
const GROUP = { runs: 3, most: 16 };
/** Share of the residual variance a column must explain, and the least F statistic. */
const SPLIT = { share: 0.5, F: 15 };
/** Runs looked at: more add nothing to so coarse a question. */
const MOST_RUNS = 5000;

/**
 * A sentence that names the text column whose groups lie on different curves, as a table that pools several data sets or
 * recipes has one; undefined where there is none. Residuals of ln loss are taken from a smooth surface over ln N and ln D.
 */
export function pooledExperiments(runs: readonly RunPoint[]): string | undefined {
  const stride = Math.ceil(runs.length / MOST_RUNS);
  const sample = runs.filter(({ loss, labels }, i) => labels !== undefined && loss > 0 && i % stride === 0);
  const names = new Set(sample.flatMap(({ labels }) => Object.keys(labels!)));
  if (names.size === 0) return undefined;
  const residuals = smoothResiduals(sample);
  if (!residuals) return undefined;
  let worst: { readonly name: string; readonly share: number; readonly groups: readonly string[] } | undefined;
  for (const name of names) {
    const groups = Map.groupBy(sample.keys(), (i) => sample[i]!.labels![name] ?? "");
    if (groups.size < 2 || groups.size > GROUP.most || sample.length < groups.size * GROUP.runs) continue;
    const large = [...groups].filter(([, members]) => members.length >= GROUP.runs);
    if (large.length < 2) continue;
    const share = explained(large.map(([, members]) => members.map((i) => residuals[i]!)));
    if (share > (worst?.share ?? 0)) worst = { name, share, groups: large.map(([group]) => group) };
  }
  if (!worst) return undefined;
  const shown = worst.groups.slice(0, 4).join(", ") + (worst.groups.length > 4 ? ", …" : "");
  return (
    `the runs pool experiments that lie on different curves: column "${worst.name}" (${shown}) explains ` +
    `${Math.round(100 * worst.share)} % of the residuals; fit one with --where "${worst.name}=${worst.groups[0]}", or each with --by "${worst.name}"`
  );
}

/** The share of variance that lies between groups; 0 where chance could do as much. */
function explained(groups: readonly (readonly number[])[]): number {
  const all = groups.flat();
  const spread = (values: readonly number[]) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  };
  const total = spread(all);
  const within = groups.reduce((sum, group) => sum + spread(group), 0);
  // Rounded losses leave residuals that mean nothing.
  if (!(total > 1e-8 * all.length)) return 0;
  const share = 1 - within / total;
  const F = (total - within) / (groups.length - 1) / (within / Math.max(1, all.length - groups.length - 6) || 1e-300);
  return share >= SPLIT.share && F >= SPLIT.F ? share : 0;
}

function smoothResiduals(runs: readonly RunPoint[]): Float64Array | undefined {
  const observed = Float64Array.from(runs, ({ loss }) => Math.log(loss));
  const centered = (of: (run: RunPoint) => number) => {
    const logs = Float64Array.from(runs, (run) => Math.log(of(run)));
    const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
    return logs.map((log) => log - mean);
  };
  const product = (a: Float64Array, b: Float64Array) => a.map((value, i) => value * b[i]!);
  const one = observed.map(() => 1);
  const [u, v, w] = [centered(({ N }) => N), centered(({ D }) => D), centered(({ C }) => C)];
  const surfaces = [
    [one, u, v, product(u, u), product(u, v), product(v, v)],
    [one, u, v],
    [one, w, product(w, w)],
    [one, w],
    [one],
  ];
  for (const columns of surfaces) {
    if (runs.length < columns.length + 2 || columns.some((column) => column.some(Number.isNaN))) continue;
    const solved = leastSquares(columns, observed);
    if (solved)
      return observed.map((value, i) => columns.reduce((left, column, j) => left - solved[j]! * column[i]!, value));
  }
  return undefined;
}
