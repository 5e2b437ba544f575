import { CONTEXT_LENGTH, nonEmbeddingParameters } from "../../src/task/accounting.ts";
import type { AnsweredRun, RunConfig } from "../../src/task/configuration.ts";
import { type NormalPrior, type Posterior, robustLaplace } from "./laplace.ts";
import { TOKEN_RULES, type TokenRule } from "./token-rules.ts";

/** A training run as the families see it: ln N, ln D in tokens, and optimizer steps. */
interface LogScales {
  readonly logN: number;
  readonly logD: number;
  readonly steps: number;
}

/** A family of laws: its token rule, the prior of its variables, and its loss in nats. */
export interface LawFamily {
  readonly name: string;
  readonly tokenRule: TokenRule;
  readonly prior: NormalPrior;
  /**
   * The loss everywhere, given the variables; what does not depend on the run is computed once. Fills in the derivatives by
   * the variables where they are asked for.
   */
  readonly lossAt: (x: Float64Array) => (scales: LogScales, slopes?: Float64Array) => number;
}

/** ln N and ln D at which the terms are measured: the middle of what a cap like the course's buys. */
const CENTER = { logN: Math.log(2e7), logD: Math.log(8e8) };
/** The loss of an untrained model of 32,000 tokens, in nats. */
const LOG_UNTRAINED = Math.log(10.5);

/** E, ln of the size and data terms at the center, their exponents: from published fits, widened. */
const CHINCHILLA: NormalPrior = { mean: [1.7, 0.34, 0.22, 0.34, 0.34], sd: [0.5, 0.5, 0.5, 0.08, 0.08] };

/** A run under a token rule. */
export function logScalesOf(config: RunConfig, { tokensOf }: TokenRule): LogScales {
  const tokens = tokensOf(config);
  return {
    logN: Math.log(nonEmbeddingParameters(config)),
    logD: Math.log(tokens),
    steps: tokens / (config.batchSize * CONTEXT_LENGTH),
  };
}

/** N parameters trained with C FLOPs under a token rule. */
export function logScalesAt(N: number, C: number, batchSize: number, { tokens }: TokenRule): LogScales {
  const D = tokens(N, C);
  return { logN: Math.log(N), logD: Math.log(D), steps: D / (batchSize * CONTEXT_LENGTH) };
}

/** Chinchilla's law in which the first steps count less: D·S/(S + S_0). */
function chinchilla(tokenRule: TokenRule): LawFamily {
  return {
    name: `Chinchilla, ${tokenRule.formula}`,
    tokenRule,
    prior: { mean: [...CHINCHILLA.mean, Math.log(100)], sd: [...CHINCHILLA.sd, 1] },
    lossAt(x) {
      const [law, lost] = [threeTerms(x), Math.exp(x[5]!)];
      return ({ logN, logD, steps }, slopes) => {
        const loss = law(logN, logD - Math.log1p(lost / steps), slopes);
        if (slopes) slopes[5] = (-slopes[5]! * lost) / (steps + lost);
        return loss;
      };
    },
  };
}

/** Chinchilla's law that saturates at the untrained loss. */
function saturating(tokenRule: TokenRule): LawFamily {
  return {
    name: `saturating, ${tokenRule.formula}`,
    tokenRule,
    prior: { mean: [1.2, ...CHINCHILLA.mean.slice(1), Math.log(1.4)], sd: [0.7, ...CHINCHILLA.sd.slice(1), 0.3] },
    lossAt(x) {
      const [law, p] = [threeTerms(x), Math.exp(x[5]!)];
      const untrained = Math.exp(-p * LOG_UNTRAINED);
      return ({ logN, logD }, slopes) => {
        const logLaw = Math.log(law(logN, logD, slopes));
        const term = Math.exp(-p * logLaw);
        const logSum = Math.log(untrained + term);
        const loss = Math.exp(-logSum / p);
        if (slopes) {
          const share = term / (untrained + term);
          for (let i = 0; i < 5; i++) slopes[i]! *= (loss * share) / Math.exp(logLaw);
          slopes[5] = loss * (logSum / p + (1 - share) * LOG_UNTRAINED + share * logLaw);
        }
        return loss;
      };
    },
  };
}

/** Kaplan et al. 2020, equation 1.5, no floor: ln L at the center, ln p, ln(α_N/α_D) and the balance of the terms. */
function kaplan(tokenRule: TokenRule): LawFamily {
  return {
    name: `Kaplan, ${tokenRule.formula}`,
    tokenRule,
    prior: { mean: [1.44, Math.log(0.12), Math.log(0.85), 0], sd: [0.2, 0.5, 0.3, 1] },
    lossAt(x) {
      const [level, p, s, t] = [x[0]!, Math.exp(x[1]!), Math.exp(x[2]!), x[3]!];
      const both = Math.log(2 * Math.cosh(t / 2));
      return ({ logN, logD }, slopes) => {
        const z1 = t / 2 - s * (logN - CENTER.logN);
        const z2 = -t / 2 - (logD - CENTER.logD);
        const top = Math.max(z1, z2);
        const sum = top + Math.log1p(Math.exp(Math.min(z1, z2) - top)) - both;
        const loss = Math.exp(level + p * sum);
        if (slopes) {
          const share = 1 / (1 + Math.exp(z2 - z1));
          slopes[0] = loss;
          slopes[1] = loss * p * sum;
          slopes[2] = -loss * p * share * s * (logN - CENTER.logN);
          slopes[3] = loss * p * (share - 0.5 - 0.5 * Math.tanh(t / 2));
        }
        return loss;
      };
    },
  };
}

/** Chinchilla's law; its derivatives have a sixth, by ln D. */
function threeTerms(x: Float64Array): (logN: number, logD: number, slopes?: Float64Array) => number {
  const [E, a, b, alpha, beta] = [Math.max(0, x[0]!), x[1]!, x[2]!, x[3]!, x[4]!];
  return (logN, logD, slopes) => {
    const u = logN - CENTER.logN;
    const v = logD - CENTER.logD;
    const size = Math.exp(a - alpha * u);
    const data = Math.exp(b - beta * v);
    if (slopes) {
      slopes[0] = E > 0 ? 1 : 0;
      slopes[1] = size;
      slopes[2] = data;
      slopes[3] = -size * u;
      slopes[4] = -data * v;
      slopes[5] = -data * beta;
    }
    return E + size + data;
  };
}

const [HANDOUT, CHARGED] = TOKEN_RULES as unknown as [TokenRule, TokenRule];

/** The families, in no order. */
export const FAMILIES: readonly LawFamily[] = [
  chinchilla(HANDOUT),
  chinchilla(CHARGED),
  saturating(HANDOUT),
  saturating(CHARGED),
  kaplan(HANDOUT),
  kaplan(CHARGED),
];

/** Standard deviation of a loss about a law, in nats: at the largest budget, and more per factor of e below it. */
export interface Noise {
  readonly top: number;
  readonly perLog: number;
  /** FLOPs of the largest budget. */
  readonly largest: number;
}

/** A residual beyond this many standard deviations makes a run count less. */
const ROBUST_LIMIT = 2;
const TYPICAL = { top: 0.018, perLog: 0.012 };

/** The standard deviation for a run of this compute. */
export function noiseAt(flops: number, { top, perLog, largest }: Noise): number {
  const extra = perLog * Math.log(Math.max(1, largest / flops));
  return Math.sqrt(top * top + extra * extra);
}

/**
 * The posterior of a family given the runs. The fit is robust, since a model trained at the learning rate of a smaller
 * one may have diverged.
 */
export function fitFamily(family: LawFamily, runs: readonly AnsweredRun[], noise: Noise): Posterior | undefined {
  const scales = runs.map((run) => logScalesOf(run, family.tokenRule));
  const observed = Float64Array.from(runs, ({ loss }) => loss);
  const predict = (x: Float64Array, predicted: Float64Array) => {
    const lossOf = family.lossAt(x);
    for (let i = 0; i < scales.length; i++) predicted[i] = lossOf(scales[i]!);
  };
  const size = family.prior.mean.length;
  const slopes = new Float64Array(size);
  const differentiate = (x: Float64Array, jacobian: Float64Array) => {
    const lossOf = family.lossAt(x);
    for (let i = 0; i < scales.length; i++) {
      lossOf(scales[i]!, slopes);
      jacobian.set(slopes, i * size);
    }
  };
  const sd = Float64Array.from(runs, ({ trainFlops }) => noiseAt(trainFlops, noise));
  return robustLaplace(family.prior, { observed, sd, predict, differentiate }, ROBUST_LIMIT);
}

/** The noise of runs like the course's. */
function typicalNoise(runs: readonly AnsweredRun[]): Noise {
  return { ...TYPICAL, largest: Math.max(...runs.map(({ trainFlops }) => trainFlops)) };
}

/**
 * The noise after a regime test: the family is fitted without the largest budget and must predict it. The larger its
 * error, the more noise cheaper runs get, in proportion to the log distance of their budget from the largest.
 */
export function testedNoise(family: LawFamily, runs: readonly AnsweredRun[]): Noise {
  const noise = typicalNoise(runs);
  const below = runs.filter(({ trainFlops }) => trainFlops < noise.largest);
  const top = runs.filter(({ trainFlops }) => trainFlops === noise.largest);
  if (below.length < 4 || top.length < 2) return noise;
  const posterior = fitFamily(family, below, typicalNoise(below));
  if (!posterior) return noise;
  const lossOf = family.lossAt(posterior.mode);
  const errors = top.map((run) => run.loss - lossOf(logScalesOf(run, family.tokenRule)));
  const misfit = Math.sqrt(errors.reduce((sum, value) => sum + value * value, 0) / errors.length);
  const step = Math.log(noise.largest / Math.max(...below.map(({ trainFlops }) => trainFlops)));
  return { ...noise, perLog: Math.max(noise.perLog, Math.min(misfit / step, 0.1)) };
}
