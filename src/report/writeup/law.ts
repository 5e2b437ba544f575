import { bootstrapFits, FEWEST_REFITS, type Interval, refitInterval, refitIntervals } from "../../fit/bootstrap.ts";
import { type Fit, isUsable } from "../../fit/fitter.ts";
import { parametric } from "../../fit/methods/parametric.ts";
import type { PowerLaw } from "../../fit/power-law.ts";
import { randomStream } from "../../task/random.ts";
import type { RunPoint } from "../../task/run-point.ts";
import { curveRange, logSteps } from "../figures/bands.ts";

/**
 * L(N, D) = E + A/N^α + B/D^β through the runs, with intervals from a bootstrap of its residuals. Without intervals where
 * too few of the refits are determined.
 */
export interface LawNumbers {
  readonly status: Fit["status"];
  readonly explanation: string;
  readonly parameters: Readonly<Record<(typeof PARAMETERS)[number], number>>;
  /** Root mean square of ln(predicted / observed). */
  readonly rms: number;
  /** N*(C), the size of the lowest loss. */
  readonly size: PowerLaw;
  readonly at: { readonly C: number; readonly N: number; readonly D: number; readonly loss: number };
  readonly intervals?: {
    readonly level: number;
    readonly draws: number;
    readonly parameters: Readonly<Record<string, Interval>>;
    readonly exponent: Interval;
    readonly at: { readonly N: Interval; readonly loss: Interval };
    /** Along C, from the cheapest run to beyond the target. */
    readonly band: readonly { readonly C: number; readonly N: Interval; readonly loss: Interval }[];
    /** Of the loss along N, for each budget. */
    readonly profiles: readonly {
      readonly C: number;
      readonly at: readonly { readonly N: number; readonly loss: Interval }[];
    }[];
  };
}

export const PARAMETERS = ["E", "A", "B", "alpha", "beta"] as const;

/** Coverage aimed at by the bootstrap, its refits, and the points of bands. */
const BOOTSTRAP = { level: 0.9, draws: 200, alongC: 25, alongN: 31 };
/** Fewer runs than this leave nothing to estimate an error from. */
const FEWEST_RUNS = 6;

/** The parametric law of the runs; undefined where they do not determine it. */
export function lawNumbers(points: readonly RunPoint[], target: number, seed: number): LawNumbers | undefined {
  if (points.length < FEWEST_RUNS) return undefined;
  const fit = parametric.fit(points, { targets: [target] });
  const at = isUsable(fit) ? fit.optimum(target) : undefined;
  const { loss: law, laws } = fit;
  if (!at || at.loss === undefined || !law || !laws) return undefined;
  const squares = points.map(({ N, D, C, loss }) => square(Math.log(law(N, D, C) / loss)));
  const { E, A, B, alpha, beta } = fit.parameters as LawNumbers["parameters"];
  const intervals = intervalsOf(fit, points, target, seed);
  return {
    status: fit.status,
    explanation: fit.explanation,
    parameters: { E, A, B, alpha, beta },
    rms: Math.sqrt(squares.reduce((sum, value) => sum + value, 0) / points.length),
    size: laws.N,
    at: { C: target, N: at.N, D: at.D, loss: at.loss },
    ...(intervals ? { intervals } : {}),
  };
}

/** The loss of N parameters on C FLOPs by the law, D being C/(6N). */
export function lossOf(
  { parameters: { E, A, B, alpha, beta } }: Pick<LawNumbers, "parameters">,
  N: number,
  C: number,
): number {
  const D = C / (6 * N);
  return E + A * Math.exp(-alpha * Math.log(N)) + B * Math.exp(-beta * Math.log(D));
}

function intervalsOf(fit: Fit, points: readonly RunPoint[], target: number, seed: number): LawNumbers["intervals"] {
  const { level, draws, alongC, alongN } = BOOTSTRAP;
  const rng = randomStream(`writeup/${seed}`);
  const refits = bootstrapFits(parametric, points, fit, { resampling: "residuals", draws, rng });
  if (refits.length < FEWEST_REFITS) return undefined;
  const freedom = { runs: points.length, parameters: Object.keys(fit.parameters).length };
  const computes = points.map(({ C }) => C);
  const steps = logSteps(Math.min(...computes) / 2, 2 * Math.max(target, ...computes), alongC);
  const of = refitIntervals(refits, [target, ...steps], level, freedom);
  const found = (of?.targets ?? []).flatMap(({ C, N, loss }) => (loss ? [{ C, N, loss }] : []));
  const [at, ...band] = found;
  const exponent = of?.parameters.a;
  if (!of || !at || at.C !== target || !exponent) return undefined;
  const profiles = [...Map.groupBy(points, ({ C }) => C)].map(([C, own]) => {
    const along = logSteps(...curveRange(own.map(({ N }) => N)), alongN);
    return {
      C,
      at: along.flatMap((N) => {
        const loss = refitInterval(refits, level, (refit) => refit.loss?.(N, C / (6 * N), C), freedom);
        return loss ? [{ N, loss }] : [];
      }),
    };
  });
  const { N, loss } = at;
  return { level, draws: refits.length, parameters: of.parameters, exponent, at: { N, loss }, band, profiles };
}

function square(value: number): number {
  return value * value;
}
