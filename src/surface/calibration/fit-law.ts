import { minimizeNewton, type Problem } from "../../fit/kernels/newton.ts";
import { UserError, unknownName } from "../../task/errors.ts";
import { randomStream, standardNormal } from "../../task/random.ts";
import { BLOCK, blocksOf, type Points } from "../points.ts";
import { buildSurface } from "../surface.ts";
import { type CalibratedLaw, freeParameters, minimumRuns, type Values } from "./calibrated-law.ts";
import type { Sample } from "./sample.ts";

/** The parameters of a fitted law. */
export interface CalibratedFit {
  readonly values: Values;
  /** The soft-L1 cost reached. */
  readonly cost: number;
  /** How many of the starts ended at this cost, to a part in ten thousand. */
  readonly agreeing: number;
}

export interface FitLawOptions {
  /** Parameters held at values that the user gave. */
  readonly fixed?: Values;
  /** Parameters to search for that the law would hold. */
  readonly released?: readonly string[];
  /** Where the first search starts; parameters it leaves out start at the law's own values. */
  readonly start?: Values;
  /** How many searches: the first from `start`, the others from perturbed values. */
  readonly starts: number;
  /** Multiplies the weight of each sample: the draws of a bootstrap. */
  readonly multipliers?: Float64Array;
  /** Name of the random stream that perturbs the other starts. */
  readonly stream: string;
}

const ITERATIONS = 80;
const DIFFERENCE = 1e-6;

/**
 * Fits a law to samples of ln loss by the soft-L1 loss s²·Σ(√(1 + w·r²/s²) − 1) (Charbonnier et al. 1997), Newton's
 * method with the Gauss–Newton matrix and a numeric Jacobian, from several starts.
 *
 * @throws UserError for an unknown parameter or one out of its range, or too few samples for the free parameters.
 */
export function fitLaw(law: CalibratedLaw, samples: readonly Sample[], options: FitLawOptions): CalibratedFit {
  const { fixed = {}, released = [], start = {}, starts, multipliers, stream } = options;
  const names = law.parameters.map(({ name }) => name);
  for (const [name, value] of Object.entries(fixed)) {
    const parameter = law.parameters.find((each) => each.name === name);
    if (!parameter) throw unknownName(`parameter of the law "${law.name}"`, name, names);
    const { lower, upper } = parameter;
    if (!(value >= lower && value <= upper))
      throw new UserError(`${name} of the law "${law.name}" must lie between ${lower} and ${upper}, got ${value}`);
  }
  const searched = [
    ...freeParameters(law, fixed),
    ...law.parameters.filter(({ name, held }) => held && released.includes(name) && fixed[name] === undefined),
  ];
  const needed = Math.max(minimumRuns(law, fixed), searched.length + 1);
  const distinct = new Set(samples.map(({ group, point }) => `${group}/${point.trainFlops}`)).size;
  if (distinct < needed)
    throw new UserError(
      `the law "${law.name}" has ${searched.length} free parameters: it needs at least ${needed} distinct runs, got ${distinct}`,
    );
  const base = { ...Object.fromEntries(law.parameters.map((each) => [each.name, each.start])), ...start, ...fixed };
  const weights = Float64Array.from(samples, ({ weight }, i) => weight * (multipliers?.[i] ?? 1));
  const valuesAt = (x: Float64Array): Values => ({
    ...base,
    ...Object.fromEntries(searched.map(({ name }, i) => [name, x[i] as number])),
  });
  const problem = softL1Problem(law, samples, weights, searched, valuesAt);
  const subset = starts > 1 ? thinned(samples, weights) : undefined;
  const search = subset ? softL1Problem(law, subset.samples, subset.weights, searched, valuesAt) : problem;
  const rng = randomStream(stream);
  const minima = Array.from({ length: starts }, (_, index) => {
    const x = Float64Array.from(searched, ({ name }) => {
      const value = base[name] as number;
      return index === 0 ? value : value + standardNormal(rng) * (0.2 * Math.abs(value) + 0.05);
    });
    return minimizeNewton(search, x, { iterations: ITERATIONS });
  }).filter(({ value }) => Number.isFinite(value));
  const lowest = minima.toSorted((a, b) => a.value - b.value)[0];
  if (!lowest) throw new UserError(`the law "${law.name}" is not finite at any start: check the table's units`);
  const agreeing = minima.filter(({ value }) => value <= lowest.value * (1 + 1e-4) + 1e-15).length;
  const best = search === problem ? lowest : minimizeNewton(problem, lowest.x, { iterations: ITERATIONS });
  return { values: valuesAt(best.x), cost: best.value, agreeing };
}

/** With more samples than this the starts use only so many, evenly spaced; the best one continues with all. */
const MOST_SEARCHED = 5000;

function thinned(
  samples: readonly Sample[],
  weights: Float64Array,
): { readonly samples: readonly Sample[]; readonly weights: Float64Array } | undefined {
  if (samples.length <= MOST_SEARCHED) return undefined;
  const places = Array.from({ length: MOST_SEARCHED }, (_, i) => Math.floor((i * samples.length) / MOST_SEARCHED));
  return { samples: places.map((i) => samples[i]!), weights: Float64Array.from(places, (i) => weights[i]!) };
}

/** ln of the loss a law predicts at each sample. */
export function logPredictions(law: CalibratedLaw, values: Values, samples: readonly Sample[]): Float64Array {
  return logLossesAt(law, values, blocksOf(samples.map(({ point }) => point)));
}

function logLossesAt(law: CalibratedLaw, values: Values, blocks: readonly Points[]): Float64Array {
  const surface = buildSurface(law.surface(values));
  const predicted = new Float64Array(blocks.reduce((sum, { count }) => sum + count, 0));
  const losses = new Float64Array(BLOCK);
  let row = 0;
  for (const block of blocks) {
    surface(block, losses);
    for (let i = 0; i < block.count; i++) predicted[row++] = Math.log(losses[i]!);
  }
  return predicted;
}

function softL1Problem(
  law: CalibratedLaw,
  samples: readonly Sample[],
  weights: Float64Array,
  searched: ReturnType<typeof freeParameters>,
  valuesAt: (x: Float64Array) => Values,
): Problem {
  const size = searched.length;
  const square = law.scale * law.scale;
  const blocks = blocksOf(samples.map(({ point }) => point));
  const predict = (x: Float64Array) => logLossesAt(law, valuesAt(x), blocks);
  const costOf = (predicted: Float64Array) => {
    let cost = 0;
    for (const [i, { logLoss }] of samples.entries()) {
      const residual = (predicted[i] as number) - logLoss;
      cost += square * (Math.sqrt(1 + ((weights[i] as number) * residual * residual) / square) - 1);
    }
    return cost;
  };
  return {
    size,
    lower: Float64Array.from(searched, ({ lower }) => lower),
    upper: Float64Array.from(searched, ({ upper }) => upper),
    floor: samples.length * 1e-30,
    value: (x) => costOf(predict(x)),
    expand(x, gradient, hessian, metric) {
      const predicted = predict(x);
      const columns = searched.map(({ upper }, j) => {
        const moved = x.slice();
        const width = DIFFERENCE * Math.max(0.1, Math.abs(x[j] as number));
        const step = (x[j] as number) + width <= upper ? width : -width;
        moved[j] = (x[j] as number) + step;
        return predict(moved).map((value, i) => (value - (predicted[i] as number)) / step);
      });
      gradient.fill(0);
      hessian.fill(0);
      metric.fill(0);
      for (const [i, { logLoss }] of samples.entries()) {
        const weight = weights[i] as number;
        const residual = (predicted[i] as number) - logLoss;
        const root = Math.sqrt(1 + (weight * residual * residual) / square);
        for (let j = 0; j < size; j++) {
          const slope = columns[j]?.[i] as number;
          gradient[j] = (gradient[j] as number) + (weight * residual * slope) / root;
          for (let k = 0; k <= j; k++) {
            const at = j * size + k;
            hessian[at] = (hessian[at] as number) + (weight * slope * (columns[k]?.[i] as number)) / root;
          }
        }
      }
      for (let j = 0; j < size; j++) metric[j * size + j] = hessian[j * size + j] as number;
      return costOf(predicted);
    },
  };
}
