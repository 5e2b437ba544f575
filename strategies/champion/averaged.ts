import type { LogFeatures } from "./surface-family.ts";

// What the champion's families of the 2025 endpoint have in common: an average along the run, and what lies beyond the
// query box.

/** ln of the decay per step of the reported average (docs/surface.md, "The reported number is an average"). */
const LOG_DECAY = Math.log(0.99);
/** Gauss and Legendre's rule of five nodes, cubed to put more of them at the early steps. */
const NODES = [0.0469100770306681, 0.230765344947158, 0.5, 0.769234655052842, 0.953089922969332];
const LEGENDRE = [0.118463442528095, 0.239314335249683, 0.284444444444444, 0.239314335249683, 0.118463442528095];
const EARLIER = NODES.map((node) => node * node * node);
const WEIGHTS = LEGENDRE.map((weight, i) => 3 * weight * NODES[i]! * NODES[i]!);

export const LOG_1E7: number = Math.log(1e7);
export const LOG_1E3: number = Math.log(1e3);
export const LOG_256: number = Math.log(256);
export const LOG_65536: number = Math.log(65536);
export const LOG_6: number = Math.log(6);

/** What the average along a run takes of its configuration alone. */
interface Average {
  /** Weight of the untrained loss. */
  readonly untrained: number;
  readonly nodes: readonly AverageNode[];
}

interface AverageNode {
  readonly weight: number;
  /** ln of the step at which it lies, the first at the earliest. */
  readonly logStep: number;
  /** The same at the last step at the latest. */
  readonly step: number;
  readonly logWithin: number;
  /** The share of the largest learning rate that a cosine schedule has there, and ln of ten times that. */
  readonly schedule: number;
  readonly logTenfold: number;
}

/** Many surfaces are asked for the same configuration. */
const averages = new WeakMap<LogFeatures, Average>();

export function averageOf(features: LogFeatures): Average {
  let average = averages.get(features);
  if (!average) {
    average = averageAlong(Math.max(1, Math.exp(features.logC - LOG_6 - features.logP - features.logBatch)));
    averages.set(features, average);
  }
  return average;
}

function averageAlong(steps: number): Average {
  const untrained = Math.exp(LOG_DECAY * (steps - 1));
  const nodes = EARLIER.map((share, i) => {
    const earlier = untrained + (1 - untrained) * share;
    const at = Math.max(1, steps + 0.5 - Math.log(earlier) / LOG_DECAY);
    const step = Math.min(steps, at);
    const cosine = Math.cos((Math.PI * step) / steps);
    return {
      weight: (1 - untrained) * WEIGHTS[i]!,
      logStep: Math.log(at),
      step,
      logWithin: Math.log(step),
      schedule: 0.55 + 0.45 * cosine,
      logTenfold: Math.log(5.5 + 4.5 * cosine),
    };
  });
  return { untrained, nodes };
}

/** The query box. */
export const EDGE: { readonly logRate: number; readonly logWidth: number; readonly logDepth: number } = {
  logRate: Math.log(1e-3),
  logWidth: Math.log(1024),
  logDepth: Math.log(24),
};
const DIVERGENCE = { width: 0.1, plateau: 6.5 };

/** ln of a width or depth as far as it helps: beyond the edge it levels off at `reach` more. */
export function usefulSize(logSize: number, edge: number, reach: number): number {
  const beyond = logSize - edge;
  return beyond <= 0 ? logSize : edge - reach * Math.expm1(-beyond / reach);
}

/** The derivative of `usefulSize` by ln reach. */
export function usefulSizeByReach(logSize: number, edge: number, reach: number): number {
  const beyond = logSize - edge;
  return beyond <= 0 ? 0 : -reach * Math.expm1(-beyond / reach) - beyond * Math.exp(-beyond / reach);
}

/** What the shape costs outside the box, in nats. */
export function shapePenalty(features: LogFeatures, strength: number, logAspect: number): number {
  const aspect = features.logWidth - features.logDepth - logAspect;
  return outsideShare(features) * strength * aspect * aspect;
}

/** The derivative of `shapePenalty` by `logAspect`; that by ln strength is the penalty itself. */
export function shapePenaltyByAspect(features: LogFeatures, strength: number, logAspect: number): number {
  return -2 * outsideShare(features) * strength * (features.logWidth - features.logDepth - logAspect);
}

function outsideShare({ logWidth, logDepth }: LogFeatures): number {
  return -Math.expm1(-(Math.max(0, logWidth - EDGE.logWidth) + Math.max(0, logDepth - EDGE.logDepth)));
}

/** The loss after divergence; `rate` and `onset` are ln of learning rates over 1e-3. */
export function diverged(loss: number, rate: number, onset: number): number {
  return rate <= 0
    ? loss
    : loss + Math.max(0, DIVERGENCE.plateau - loss) / (1 + Math.exp((onset - rate) / DIVERGENCE.width));
}

/** The derivatives of `diverged` by the loss and by the onset; that by the rate is minus the latter. */
export function divergedSlopes(
  loss: number,
  rate: number,
  onset: number,
): { readonly byLoss: number; readonly byOnset: number } {
  const left = Math.max(0, DIVERGENCE.plateau - loss);
  if (rate <= 0 || left === 0) return { byLoss: 1, byOnset: 0 };
  const share = 1 / (1 + Math.exp((onset - rate) / DIVERGENCE.width));
  return { byLoss: 1 - share, byOnset: (-left * share * (1 - share)) / DIVERGENCE.width };
}
