import { leastSquares } from "./kernels/least-squares.ts";

/** A point of an isoFLOP profile: size or tokens, and loss. */
export interface ProfilePoint {
  readonly x: number;
  readonly y: number;
  readonly weight?: number;
}

/** The parabola of loss over ln x. */
export interface Parabola {
  /** x where it is lowest. */
  readonly vertex: number;
  /** Its value there. */
  readonly loss: number;
  /** Half its second derivative over ln x; negative when it opens downwards, and `vertex` is then a maximum. */
  readonly curvature: number;
  /** Whether the vertex lies among the points. */
  readonly inside: boolean;
  readonly at: (x: number) => number;
}

/**
 * The least-squares parabola of y over ln x.
 *
 * @returns undefined for fewer than three different x, numbers that are not finite, or no curvature at all.
 */
export function fitParabola(points: readonly ProfilePoint[]): Parabola | undefined {
  const logs = points.map(({ x }) => Math.log(x));
  const centre = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const root = points.map(({ weight = 1 }) => Math.sqrt(weight));
  const power = (k: 0 | 1 | 2) =>
    Float64Array.from(logs, (log, i) => root[i]! * [1, log - centre, (log - centre) * (log - centre)][k]!);
  const solved = leastSquares(
    [power(0), power(1), power(2)],
    Float64Array.from(points, ({ y }, i) => root[i]! * y),
  );
  if (!solved) return undefined;
  const [c0, c1, c2] = solved as unknown as [number, number, number];
  const shift = -c1 / (2 * c2);
  const vertex = Math.exp(centre + shift);
  if (!(vertex > 0 && Number.isFinite(vertex))) return undefined;
  const log = centre + shift;
  return {
    vertex,
    loss: c0 + c1 * shift + c2 * shift * shift,
    curvature: c2,
    inside: log > Math.min(...logs) && log < Math.max(...logs),
    at: (x) => c0 + (Math.log(x) - centre) * (c1 + c2 * (Math.log(x) - centre)),
  };
}
