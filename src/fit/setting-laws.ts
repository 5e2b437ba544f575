import { quantile } from "../statistics/quantile.ts";
import type { Rng } from "../task/random.ts";
import type { RunPoint } from "../task/run-point.ts";
import type { Interval } from "./bootstrap.ts";
import { leastSquares } from "./kernels/least-squares.ts";
import { solveCholesky } from "./kernels/matrix.ts";

/** Settings whose best value can be a power law of N and D. */
export const SETTINGS_WITH_LAWS = ["learning_rate", "batch_size"] as const;
export type SettingName = (typeof SETTINGS_WITH_LAWS)[number];

/** A run with its settings. */
export interface TunedRun extends RunPoint {
  readonly learningRate?: number;
  readonly batchSize?: number;
}

/** The best settings of one N and D: the bottom of a bowl through its runs. */
export interface TunedSize {
  readonly N: number;
  readonly D: number;
  readonly runs: number;
  /** Runs near the lowest loss, that the bowl goes through. */
  readonly used: number;
  /** Absent where there is no bottom inside what was tried; `reason` says why. */
  readonly best?: Readonly<Partial<Record<SettingName, number>>>;
  readonly reason?: string;
}

/** setting* = coefficient · N^n · D^d; an exponent is absent where the law does not use its variable. */
export interface SettingLaw {
  readonly setting: SettingName;
  readonly coefficient: number;
  readonly exponents: { readonly N?: number; readonly D?: number };
  readonly intervals?: {
    readonly level: number;
    readonly coefficient: Interval;
    readonly N?: Interval;
    readonly D?: Interval;
  };
}

export interface SettingLaws {
  readonly cells: readonly TunedSize[];
  readonly laws: readonly SettingLaw[];
  readonly warnings: readonly string[];
}

/** A bowl goes through the runs whose loss is within this share of the lowest of their cell. */
const NEAR = 0.02;
const LEVEL = 0.9;

/**
 * The best learning rate and batch as power laws of N and D (docs/fitters.md, "Learning rate and batch size"): in each cell of equal N
 * and D a quadratic bowl of ln loss over the logarithms of the settings, through the runs within 2 % of the lowest; then
 * straight lines through the logarithms of their bottoms. The learning rate is a law of N and D, the batch of D alone, as
 * Li et al. (2025) found it. Intervals come from cells drawn again with replacement.
 */
export function fitSettingLaws(
  runs: readonly TunedRun[],
  settings: readonly SettingName[],
  { draws, rng }: { readonly draws: number; readonly rng: Rng },
): SettingLaws {
  const cells = [...Map.groupBy(runs, ({ N, D }) => `${N}/${D}`).values()].map((members) => cellOf(members, settings));
  const found = cells.filter(({ best }) => best !== undefined);
  const laws: SettingLaw[] = [];
  const warnings: string[] = [];
  for (const setting of settings) {
    const law = lawThrough(found, setting);
    if (!law) {
      warnings.push(`no law of ${setting}: ${found.length} of ${cells.length} cells of N and D have a best value`);
      continue;
    }
    const drawn = Array.from({ length: draws }, () =>
      lawThrough(
        found.map(() => found[Math.floor(rng() * found.length)]!),
        setting,
      ),
    ).filter((one) => one !== undefined);
    laws.push(drawn.length >= 20 ? { ...law, intervals: intervalsOf(law, drawn) } : law);
  }
  return { cells, laws, warnings };
}

function settingOf(run: TunedRun, setting: SettingName): number | undefined {
  return setting === "learning_rate" ? run.learningRate : run.batchSize;
}

function cellOf(runs: readonly TunedRun[], settings: readonly SettingName[]): TunedSize {
  const { N, D } = runs[0]!;
  const lowest = runs.reduce((low, { loss }) => Math.min(low, loss), Number.POSITIVE_INFINITY);
  const near = runs.filter(
    (run) => run.loss <= lowest * (1 + NEAR) && settings.every((setting) => (settingOf(run, setting) ?? 0) > 0),
  );
  const cell = { N, D, runs: runs.length, used: near.length };
  // Only what was varied can have a best value.
  const varied = settings.filter((setting) => new Set(near.map((run) => settingOf(run, setting))).size > 2);
  if (varied.length === 0) return { ...cell, reason: "no setting takes three values near the lowest loss" };
  const logs = varied.map((setting) => near.map((run) => Math.log(settingOf(run, setting)!)));
  const bottom = bowlBottom(
    logs,
    near.map(({ loss }) => Math.log(loss)),
  );
  if (typeof bottom === "string") return { ...cell, reason: bottom };
  return { ...cell, best: Object.fromEntries(varied.map((setting, i) => [setting, Math.exp(bottom[i]!)])) };
}

/** Where a quadratic through points of one or two coordinates is lowest, or why that is not among the points. */
function bowlBottom(coordinates: readonly (readonly number[])[], values: readonly number[]): number[] | string {
  const centers = coordinates.map((column) => column.reduce((sum, value) => sum + value, 0) / column.length);
  const x = coordinates.map((column, i) => Float64Array.from(column, (value) => value - centers[i]!));
  const products = x.flatMap((a, i) => x.slice(i).map((b) => a.map((value, row) => value * b[row]!)));
  const columns = [Float64Array.from(values, () => 1), ...x, ...products];
  if (values.length <= columns.length)
    return `a bowl needs ${columns.length + 1} runs near the lowest loss, there are ${values.length}`;
  const solved = leastSquares(columns, Float64Array.from(values));
  if (!solved) return "its runs determine no bowl";
  const n = x.length;
  const curvature = new Float64Array(n * n);
  for (let i = 0, k = 1 + n; i < n; i++)
    for (let j = i; j < n; j++, k++) curvature[j * n + i] = solved[k]! * (i === j ? 2 : 1);
  const shift = Float64Array.from({ length: n }, (_, i) => -solved[1 + i]!);
  if (!solveCholesky(curvature, shift, n)) return "the bowl opens downward";
  const inside = x.every(
    (column, i) => column.some((value) => value < shift[i]!) && column.some((value) => value > shift[i]!),
  );
  return inside ? [...shift].map((value, i) => value + centers[i]!) : "the bottom lies outside the values tried";
}

function lawThrough(cells: readonly TunedSize[], setting: SettingName): SettingLaw | undefined {
  const used = cells.filter(({ best }) => best?.[setting] !== undefined);
  const varies = (of: (cell: TunedSize) => number) => new Set(used.map(of)).size > 1;
  const inN = setting === "learning_rate" && varies(({ N }) => N);
  const inD = varies(({ D }) => D);
  const column = (of: (cell: TunedSize) => number) => Float64Array.from(used, of);
  const columns = [
    column(() => 1),
    ...(inN ? [column(({ N }) => Math.log(N))] : []),
    ...(inD ? [column(({ D }) => Math.log(D))] : []),
  ];
  if (columns.length < 2 || used.length <= columns.length) return undefined;
  const solved = leastSquares(
    columns,
    column(({ best }) => Math.log(best![setting]!)),
  );
  if (!solved) return undefined;
  const [constant, ...slopes] = solved;
  return {
    setting,
    coefficient: Math.exp(constant!),
    exponents: { ...(inN && { N: slopes[0]! }), ...(inD && { D: slopes.at(-1)! }) },
  };
}

function intervalsOf({ exponents }: SettingLaw, drawn: readonly SettingLaw[]): NonNullable<SettingLaw["intervals"]> {
  const interval = (of: (law: SettingLaw) => number | undefined): Interval => {
    const values = drawn.flatMap((law) => of(law) ?? []);
    return [quantile(values, (1 - LEVEL) / 2), quantile(values, (1 + LEVEL) / 2)];
  };
  return {
    level: LEVEL,
    coefficient: interval(({ coefficient }) => coefficient),
    ...(exponents.N !== undefined && { N: interval((law) => law.exponents.N) }),
    ...(exponents.D !== undefined && { D: interval((law) => law.exponents.D) }),
  };
}
