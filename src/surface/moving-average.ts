import { gaussLegendre } from "./gauss-legendre.ts";

/** Decay of the average the 2025 endpoint reports, per step (docs/surface.md, "The reported number is an average"). */
const LOG_DECAY = Math.log(0.99);
/** Up to here the sum is taken term by term. */
const EXACT_STEPS = 18;

const { nodes, weights } = gaussLegendre(16);
/** 1 - v is the share of the average's weight that lies on earlier steps; cubed nodes crowd at the early ones. */
const EARLIER = nodes.map((node) => node * node * node);
const LOG_EARLIER = EARLIER.map((share) => Math.log(share));
const WEIGHTS = weights.map((weight, i) => 3 * weight * (nodes[i] as number) * (nodes[i] as number));

/**
 * What is reported after `steps` steps: Σ_{s=2..S} 0.01·0.99^(S-s)·ℓ(s) + 0.99^(S-1)·ℓ0, the exponential moving average of
 * the training loss ℓ(s) started at the untrained loss ℓ0. A quadrature of 16 nodes in the weight stands in for the sum,
 * with Euler and Maclaurin's first correction for the steep first steps; `npm run bench` shows its error.
 *
 * @param lossAt ℓ(s) in nats, at a step that need not be whole.
 */
export function movingAverage(
  lossAt: (step: number, steps: number) => number,
  untrainedLoss: number,
  steps: number,
): number {
  const untrainedShare = Math.exp(LOG_DECAY * (steps - 1));
  let average = untrainedShare * untrainedLoss;
  if (steps <= EXACT_STEPS) {
    for (let step = 2; step <= steps; step++)
      average += 0.01 * Math.exp(LOG_DECAY * (steps - step)) * lossAt(step, steps);
    return average;
  }
  const trainedShare = 1 - untrainedShare;
  // The untrained share of a long run is beyond a double's reach: then the nodes' logarithms are known beforehand.
  const long = untrainedShare < 1e-17;
  for (let i = 0; i < WEIGHTS.length; i++) {
    const logEarlier = long
      ? (LOG_EARLIER[i] as number)
      : Math.log(untrainedShare + trainedShare * (EARLIER[i] as number));
    const step = Math.min(steps, Math.max(1, steps + 0.5 - logEarlier / LOG_DECAY));
    average += trainedShare * (WEIGHTS[i] as number) * lossAt(step, steps);
  }
  if (long) return average;
  const firstWeight = 0.01 * Math.exp(LOG_DECAY * (steps - 1.5));
  return average + (firstWeight / 24) * (lossAt(2, steps) - lossAt(1, steps));
}
