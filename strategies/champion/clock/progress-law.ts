import { CONTEXT_LENGTH, nonEmbeddingParameters } from "../../../src/task/accounting.ts";
import type { RunConfig } from "../../../src/task/configuration.ts";
import type { NormalPrior } from "../../believing/index.ts";

/**
 * The loss of a job after a share of its run, by what it has learned: the law of the public jobs of 2026
 * (docs/stanford-2026.md), whose constants are this prior's. Learning done is the sum of the rates over the steps; batches
 * above a critical size, which grows, add less to it. Learning, tokens, size, and the rate of the moment each add a term.
 * The last one is why a run that was stopped in time is worse than one that was planned to be so short.
 *
 * Each variable: mean, standard deviation. Those with `log` are logarithms of what they name.
 */
const VARIABLES = {
  floor: [1.8, 0.25],
  logSize: [Math.log(0.85), 0.3],
  sizePower: [0.39, 0.04],
  logProgress: [Math.log(3.6), 0.3],
  progressPower: [0.128, 0.025],
  data: [0.33, 0.2],
  dataPower: [0.5, 0.07],
  logTail: [Math.log(0.65), 0.4],
  tailPower: [0.53, 0.1],
  learnSize: [0.29, 0.06],
  learnBatch: [-0.15, 0.2],
  logCriticalBatch: [Math.log(12), 0.7],
  criticalPower: [0.7, 0.15],
  logHighRate: [Math.log(0.0054), 0.2],
  highSize: [-0.45, 0.06],
  highBatch: [-0.05, 0.08],
  highSteps: [0.37, 0.09],
  logStartUp: [Math.log(2.2), 0.7],
  logStartUpPower: [Math.log(2.8), 0.12],
  logSaturation: [Math.log(1.2), 0.15],
  depthPower: [0.1, 0.1],
} as const;

export const PROGRESS_PRIOR: NormalPrior = {
  mean: Object.values(VARIABLES).map(([mean]) => mean),
  sd: Object.values(VARIABLES).map(([, sd]) => sd),
};

/** Midpoints of the sum over a run. */
const POINTS = 20;
const WARM_UP = 0.05;
/** The last rate over the peak. */
const FINAL = 0.1;
/** Rates far below this do nothing: of public jobs. */
const STALL = 4e-5;
const UNTRAINED = 10.5;

/** The rate over its peak after a share of a run. */
function relativeRate(u: number): number {
  if (u < WARM_UP) return u / WARM_UP;
  return FINAL + ((1 - FINAL) * (1 + Math.cos((Math.PI * (u - WARM_UP)) / (1 - WARM_UP)))) / 2;
}

const RELATIVE = Float64Array.from({ length: POINTS }, (_, i) => relativeRate((i + 0.5) / POINTS));

/** A job after a share of its run, as the law needs it. */
export interface Progress {
  readonly logN: number;
  /** ln of L/h over that of a model of 448×10. */
  readonly logSlenderness: number;
  readonly batch: number;
  readonly logPeak: number;
  readonly steps: number;
  readonly tokens: number;
  readonly share: number;
}

export function progressOf(config: RunConfig & { readonly tokens: number }, share = 1): Progress {
  const { dModel, numLayers, batchSize, learningRate, tokens } = config;
  return {
    logN: Math.log(nonEmbeddingParameters({ dModel, numLayers }) / 1e7),
    logSlenderness: Math.log((numLayers / dModel) * 44.8),
    batch: batchSize,
    logPeak: Math.log(learningRate),
    steps: tokens / (batchSize * CONTEXT_LENGTH),
    tokens,
    share,
  };
}

/** The expected loss in nats. */
export function progressLoss(x: Float64Array, at: Progress): number {
  const [floor, logSize, sizePower, logProgress, progressPower, data, dataPower, logTail, tailPower] =
    x as unknown as number[];
  const [learnSize, learnBatch, logCritical, criticalPower, logHigh, highSize, highBatch, highSteps] = x.subarray(
    9,
  ) as unknown as number[];
  const [logStartUp, logStartUpPower, logSaturation, depthPower] = x.subarray(17) as unknown as number[];
  const { logN, batch, logPeak, steps, share } = at;
  const b = Math.log(batch / 32);
  const peak = Math.exp(logPeak);
  const logScale = logHigh! + highSize! * logN + highBatch! * b + highSteps! * Math.log(steps / 1000);
  const startUp = Math.exp(logStartUp!) * (1 + Math.exp(Math.exp(logStartUpPower!) * (logPeak - logScale)));
  const critical = Math.exp(logCritical! - Math.LN10 * criticalPower!) / batch;
  const perPoint = (steps * Math.exp(learnSize! * logN)) / POINTS;
  const end = share * POINTS;
  let offered = 0;
  let done = 0;
  for (let i = 0; i < end; i++) {
    const rate = peak * RELATIVE[i]!;
    const moving = rate / (rate + STALL);
    const square = moving * moving;
    const step = perPoint * rate * square * square * square * Math.min(1, end - i);
    offered += step;
    done += step / (1 + critical * Math.exp(criticalPower! * Math.log(offered)));
  }
  const Q = done * Math.exp(learnBatch! * b);
  const logP = 2 * Math.log(Q) - Math.log(Q + startUp);
  const lambda =
    Math.max(0, floor!) +
    Math.exp(logSize! - sizePower! * (logN + depthPower! * at.logSlenderness)) +
    Math.exp(logProgress! - progressPower! * logP) +
    Math.max(0, data!) * Math.exp(-dataPower! * Math.log((share * at.tokens) / 1e8)) +
    Math.exp(logTail! + tailPower! * (logPeak + Math.log(relativeRate(share)) - logScale));
  const t = Math.exp(logSaturation!);
  return Math.exp(-Math.log(Math.exp(-t * Math.log(UNTRAINED)) + Math.exp(-t * Math.log(lambda))) / t);
}
