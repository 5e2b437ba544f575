import { finite, nonNegative, objectSchema, positive, share } from "../../../task/schema.ts";
import { saturated } from "../../layers/few-steps.ts";
import { type JobPoint, rateAt } from "../point.ts";
import type { JobLayer } from "./layer.ts";

/**
 * The validation loss over a run, in nats per token. With n = N/10^7, b = B/32, f the share of the run that is done, η(f)
 * the learning rate and η_p its peak:
 *
 *     φ(η) = η·(η/(η + stallRate))^stallPower                              very small rates do nothing
 *     dq   = S·n^learnSize·φ(η(u)) du,  q(u) = ∫₀ᵘ dq                      learning on offer
 *     Q(f) = b^learnBatch·∫₀ᶠ dq/(1 + criticalBatch·(q(u)/10)^criticalPower/B)    learning done
 *     η_h  = highRate·n^highSize·b^highBatch·(S/1000)^highSteps            scale of "too high"
 *     s    = startUp·(1 + (η_p/η_h)^startUpPower)                          start-up cost
 *     P(f) = Q²/(Q + s)
 *     λ(f) = floor + size·m^-sizePower + progress·P^-progressPower
 *            + data·(f·D/10^8)^-dataPower + tail·(η(f)/η_h)^tailPower
 *     ℓ(f) = (untrained^-t + λ^-t)^(-1/t)
 *
 * where m = n·((L/h)/(10/448))^depthPower and t is `saturation`. Early on steps alone count; past the critical batch, which
 * grows as a run learns (McCandlish et al. 2018), sequences do. Below a tenth of the peak, where no public run has
 * been, only the share `annealing` of a lower rate counts in the tail. Form and first constants: this project's fit to
 * public jobs of 2026 (docs/stanford-2026.md).
 */
export interface LossLayer {
  readonly floor: number;
  readonly size: number;
  readonly sizePower: number;
  readonly depthPower: number;
  readonly progress: number;
  readonly progressPower: number;
  readonly data: number;
  readonly dataPower: number;
  readonly tail: number;
  readonly tailPower: number;
  readonly annealing: number;
  readonly stallRate: number;
  readonly stallPower: number;
  readonly learnSize: number;
  readonly learnBatch: number;
  /** In sequences, once a run has learned 10. */
  readonly criticalBatch: number;
  readonly criticalPower: number;
  readonly highRate: number;
  readonly highSize: number;
  readonly highBatch: number;
  readonly highSteps: number;
  readonly startUp: number;
  readonly startUpPower: number;
  readonly untrained: number;
  readonly saturation: number;
}

/** The expected loss of a job after the share f of its run. */
export type LossCurve = (f: number) => number;

export const loss: JobLayer<LossLayer, (point: JobPoint) => LossCurve> = {
  schema: objectSchema<LossLayer>({
    floor: nonNegative,
    size: nonNegative,
    sizePower: nonNegative,
    depthPower: finite,
    progress: nonNegative,
    progressPower: nonNegative,
    data: nonNegative,
    dataPower: nonNegative,
    tail: nonNegative,
    tailPower: positive,
    annealing: share,
    stallRate: nonNegative,
    stallPower: nonNegative,
    learnSize: finite,
    learnBatch: finite,
    criticalBatch: nonNegative,
    criticalPower: nonNegative,
    highRate: positive,
    highSize: finite,
    highBatch: finite,
    highSteps: finite,
    startUp: nonNegative,
    startUpPower: nonNegative,
    untrained: positive,
    saturation: positive,
  }),
  build: (constants) => (point) => curveOf(constants, point),
};

/** Midpoints of the integral over a run. */
const MIDPOINTS = 256;
/** No public run ended at less than this share of its peak rate. */
const LOWEST_END = 0.1;

function curveOf(c: LossLayer, { parameters, depth, width, batch, steps, tokens, schedule }: JobPoint): LossCurve {
  const n = Math.log(parameters / 1e7);
  const b = Math.log(batch / 32);
  const effectiveSize = n + c.depthPower * Math.log((depth / width) * 44.8);
  const high = c.highRate * Math.exp(c.highSize * n + c.highBatch * b + c.highSteps * Math.log(steps / 1000));
  const startUp = c.startUp * (1 + power(schedule.peak / high, c.startUpPower));
  const learning = steps * Math.exp(c.learnSize * n);
  const perBatch = Math.exp(c.learnBatch * b);
  const constant = c.floor + c.size * Math.exp(-c.sizePower * effectiveSize);
  const rates = Float64Array.from({ length: MIDPOINTS }, (_, i) => rateAt(schedule, (i + 0.5) / MIDPOINTS));
  const done = new Float64Array(MIDPOINTS + 1);
  let offered = 0;
  for (const [i, rate] of rates.entries()) {
    const moved = rate <= 0 ? 0 : rate * power(rate / (rate + c.stallRate), c.stallPower);
    const step = (learning * moved) / MIDPOINTS;
    offered += step;
    const critical = offered > 0 ? c.criticalBatch * power(offered / 10, c.criticalPower) : 0;
    done[i + 1] = (done[i] as number) + (perBatch * step) / (1 + critical / batch);
  }
  return (f) => {
    const place = f * MIDPOINTS;
    const last = Math.max(0, Math.ceil(place) - 1);
    const before = done[last] as number;
    const Q = before + (place - last) * ((done[last + 1] as number) - before);
    const P = (Q * Q) / (Q + startUp);
    const lambda =
      constant +
      c.progress * power(P, -c.progressPower) +
      c.data * power((f * tokens) / 1e8, -c.dataPower) +
      c.tail * power(annealed(rates[last] as number, schedule.peak, c.annealing) / high, c.tailPower);
    return lambda === Infinity ? c.untrained : saturated(lambda, c.untrained, c.saturation);
  };
}

/** The rate that counts in the tail. */
function annealed(rate: number, peak: number, annealing: number): number {
  const lowest = LOWEST_END * peak;
  return rate >= lowest ? rate : lowest - annealing * (lowest - rate);
}

function power(base: number, exponent: number): number {
  return Math.exp(exponent * Math.log(base));
}
