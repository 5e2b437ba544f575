import { invertPositive } from "../../src/fit/kernels/matrix.ts";
import { fitParabola } from "../../src/fit/methods/parabola.ts";

/** A size and the loss it got, at one budget. */
export interface Tried {
  readonly N: number;
  readonly loss: number;
}

/** Where a budget's loss is lowest, how sure that is, and the loss there. */
export interface Vertex {
  readonly logN: number;
  /** Standard deviation of `logN`. */
  readonly sd: number;
  readonly loss: number;
  /** Sizes on both sides are worse than the best. */
  readonly bracketed: boolean;
}

/** What a reported loss may be off by, in nats: seed noise and the parabola's own error. */
const NOISE = 0.012;
/** Trust in a lowest run that no parabola supports. */
const UNSURE = 0.6;

/** The vertex of the parabola in ln N, or the lowest run where there is none inside. `tried` must not be empty. */
export function vertexOf(tried: readonly Tried[]): Vertex {
  const sorted = tried.toSorted((a, b) => a.N - b.N);
  const least = Math.min(...sorted.map(({ loss }) => loss));
  const at = sorted.findIndex(({ loss }) => loss === least);
  const lowest = sorted[at] as Tried;
  const bracketed = at > 0 && at < sorted.length - 1;
  const parabola = fitParabola(sorted.map(({ N, loss }) => ({ x: N, y: loss })));
  if (!parabola || !(parabola.curvature > 0) || !parabola.inside)
    return { logN: Math.log(lowest.N), sd: UNSURE, loss: lowest.loss, bracketed };
  const logN = Math.log(parabola.vertex);
  const sd = Math.min(UNSURE, spread(sorted, logN, parabola.curvature));
  return { logN, sd, loss: Math.min(parabola.loss, lowest.loss), bracketed };
}

/** The standard deviation of the vertex -b/(2c): by the delta method it is that of the slope there over 2c. */
function spread(tried: readonly Tried[], logN: number, curvature: number): number {
  const information = new Float64Array(9);
  for (const { N } of tried) {
    const u = Math.log(N) - logN;
    const row = [1, u, u * u];
    for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) information[3 * i + j]! += row[i]! * row[j]!;
  }
  const covariance = invertPositive(information, 3);
  return covariance ? (NOISE * Math.sqrt(covariance[4]!)) / (2 * curvature) : UNSURE;
}
