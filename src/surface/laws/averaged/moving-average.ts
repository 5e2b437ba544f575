/** Decay of the average the 2025 endpoint reports, per step (docs/surface.md, "The reported number is an average"). */
const LOG_DECAY = Math.log(0.99);
/** Up to this many steps the sum is taken term by term. */
const EXACT_STEPS = 18;
/** Nodes there are at most. */
export const MOST_NODES: number = EXACT_STEPS + 2;

/** Nodes of the quadrature, as shares of the average's weight. */
interface Rule {
  /** 1 - v is the share of the weight that lies on earlier steps. */
  readonly earlier: Float64Array;
  readonly logEarlier: Float64Array;
  readonly weights: Float64Array;
}

/** Gauss and Legendre's rule, its nodes cubed so that they crowd at the early steps. */
function cubedRule(n: number): Rule {
  const { nodes, weights } = gaussLegendre(n);
  const earlier = nodes.map((node) => node * node * node);
  return {
    earlier,
    logEarlier: earlier.map(Math.log),
    weights: weights.map((weight, i) => 3 * weight * (nodes[i] as number) * (nodes[i] as number)),
  };
}

const SHORT = cubedRule(12);
/** Over the last steps of a long run the loss hardly bends. */
const LONG = cubedRule(8);
const LONG_FROM = 1500;

/**
 * The average as a weighted sum over a few steps; `fill` sets it up for a number of steps. Here and in the laws, a loop over
 * the nodes takes one logarithm or exponential of each: those of different nodes overlap in the processor, while those of
 * one node wait for each other.
 */
export class AverageNodes {
  /** Steps at which the training loss is taken, which need not be whole, and their logarithms. */
  readonly steps: Float64Array = new Float64Array(MOST_NODES);
  readonly logSteps: Float64Array = new Float64Array(MOST_NODES);
  /** cos(π·step/S): how far a cosine schedule has come. */
  readonly cosines: Float64Array = new Float64Array(MOST_NODES);
  readonly weights: Float64Array = new Float64Array(MOST_NODES);
  /** How many of them are in use. */
  count = 0;
  /** Weight of the untrained loss ℓ0. */
  untrainedShare = 1;

  /**
   * What is reported after S steps is Σ_{s=2..S} 0.01·0.99^(S-s)·ℓ(s) + 0.99^(S-1)·ℓ0, the exponential moving average
   * of the training loss ℓ(s) started at ℓ0. A quadrature of 8 or 12 nodes in the weight stands in for the sum, with Euler
   * and Maclaurin's first correction for the steep first steps; `npm run bench` shows its error.
   */
  fill(totalSteps: number): this {
    const untrainedShare = Math.exp(LOG_DECAY * (totalSteps - 1));
    this.untrainedShare = untrainedShare;
    this.count = 0;
    if (totalSteps <= EXACT_STEPS)
      for (let step = 2; step <= totalSteps; step++) this.#add(step, 0.01 * Math.exp(LOG_DECAY * (totalSteps - step)));
    else this.#fillRule(totalSteps, untrainedShare);
    const { steps, logSteps, cosines, count } = this;
    for (let i = 0; i < count; i++) logSteps[i] = Math.log(steps[i] as number);
    for (let i = 0; i < count; i++) cosines[i] = Math.cos((Math.PI * (steps[i] as number)) / totalSteps);
    return this;
  }

  #fillRule(totalSteps: number, untrainedShare: number): void {
    const { steps } = this;
    const trainedShare = 1 - untrainedShare;
    const { earlier, logEarlier, weights } = totalSteps < LONG_FROM ? SHORT : LONG;
    // In a very long run the untrained share vanishes beside 1: the logarithms of the nodes are known beforehand.
    const long = untrainedShare < 1e-17;
    for (let i = 0; i < weights.length; i++)
      steps[i] = long ? (logEarlier[i] as number) : Math.log(untrainedShare + trainedShare * (earlier[i] as number));
    for (let i = 0; i < weights.length; i++) {
      steps[i] = Math.min(totalSteps, Math.max(1, totalSteps + 0.5 - (steps[i] as number) / LOG_DECAY));
      this.weights[i] = trainedShare * (weights[i] as number);
    }
    this.count = weights.length;
    if (long) return;
    const correction = (0.01 * Math.exp(LOG_DECAY * (totalSteps - 1.5))) / 24;
    this.#add(2, correction);
    this.#add(1, -correction);
  }

  #add(step: number, weight: number): void {
    this.steps[this.count] = step;
    this.weights[this.count] = weight;
    this.count++;
  }
}

/** The nodes of whole numbers of steps below `LONG_FROM`, each computed when it is first asked for. */
const whole: (AverageNodes | undefined)[] = Array.from({ length: LONG_FROM });
const others = new AverageNodes();
let othersOf = Number.NaN;

/** The nodes for a number of steps, until the next call. */
export function averageNodes(totalSteps: number): AverageNodes {
  if (!(totalSteps < LONG_FROM && Number.isInteger(totalSteps))) {
    // Runs that differ in their learning rates alone follow each other on a grid.
    if (totalSteps !== othersOf) others.fill(totalSteps);
    othersOf = totalSteps;
    return others;
  }
  whole[totalSteps] ??= new AverageNodes().fill(totalSteps);
  return whole[totalSteps];
}

/**
 * Nodes and weights of the n-point Gauss–Legendre rule on (0, 1), ascending; exact for polynomials of degree 2n - 1.
 */
export function gaussLegendre(n: number): { readonly nodes: Float64Array; readonly weights: Float64Array } {
  const nodes = new Float64Array(n);
  const weights = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let x = Math.cos((Math.PI * (n - i - 0.25)) / (n + 0.5));
    let slope = 0;
    for (let iteration = 0; iteration < 20; iteration++) {
      let [previous, current] = [0, 1];
      for (let degree = 1; degree <= n; degree++) {
        [previous, current] = [current, ((2 * degree - 1) * x * current - (degree - 1) * previous) / degree];
      }
      slope = (n * (x * current - previous)) / (x * x - 1);
      x -= current / slope;
    }
    nodes[i] = (1 + x) / 2;
    weights[i] = 1 / ((1 - x * x) * slope * slope);
  }
  return { nodes, weights };
}
