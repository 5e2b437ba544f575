import type { Problem } from "./kernels/newton.ts";
import { type Objective, roundingFloor } from "./objective.ts";
import { mean, type Rows } from "./rows.ts";

/** Variables of the problem, in order: E, ln A′, ln B′, alpha, beta, with A′ and B′ the terms at the table's centre. */
const SIZE = 5;

/** Exponents outside this are no scaling law; a fit that ends there is at a bound. */
const EXPONENTS = [1e-3, 10] as const;
/** ln of a term over the mean loss: below it the term is nothing, above it two terms cancel. */
const TERMS = [-25, 8] as const;

/**
 * The sum of losses of L = E + A/N^alpha + B/D^beta over runs, with gradient and exact Hessian (docs/fitters.md,
 * "Approach 3"). Logarithms of N and D are centred, so that A and alpha are nearly independent.
 */
export class ChinchillaProblem implements Problem {
  readonly size: number = SIZE;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly floor: number;
  /** ln N and ln D that the terms are measured at. */
  readonly centreN: number;
  readonly centreD: number;
  readonly #weight: Float64Array;
  readonly #u: Float64Array;
  readonly #v: Float64Array;
  readonly #observed: Float64Array;
  readonly #objective: Objective;

  /** `centre` replaces the table's mean ln N and ln D. */
  constructor(
    rows: Rows,
    objective: Objective,
    { centre }: { centre?: readonly [N: number | undefined, D: number | undefined] } = {},
  ) {
    this.#weight = rows.weight;
    this.#objective = objective;
    this.floor = roundingFloor(objective, rows.loss, rows.weight);
    this.#observed = objective.log ? rows.logLoss : rows.loss;
    this.centreN = centre?.[0] ?? mean(rows.logN, rows.weight);
    this.centreD = centre?.[1] ?? mean(rows.logD, rows.weight);
    this.#u = rows.logN.map((value) => value - this.centreN);
    this.#v = rows.logD.map((value) => value - this.centreD);
    const level = mean(rows.logLoss, rows.weight);
    const most = rows.loss.reduce((a, b) => Math.max(a, b), 0);
    const bound = (index: 0 | 1, E: number) => {
      // A centre moved to N = 1 lets the term there be as large as the steepest law makes it.
      const room = (centre: number | undefined) => (centre === 0 ? index * 700 : 0);
      const term = (c: number | undefined) => level + TERMS[index] + room(c);
      return Float64Array.of(E, term(centre?.[0]), term(centre?.[1]), EXPONENTS[index], EXPONENTS[index]);
    };
    this.lower = bound(0, 0);
    this.upper = bound(1, most);
  }

  value(x: Float64Array): number {
    const [E, a, b, alpha, beta] = x as unknown as [number, number, number, number, number];
    const { log, delta } = this.#objective;
    const [u, v, y, w] = [this.#u, this.#v, this.#observed, this.#weight];
    let total = 0;
    for (let i = 0; i < u.length; i++) {
      const loss = E + Math.exp(a - alpha * u[i]!) + Math.exp(b - beta * v[i]!);
      const r = (log ? Math.log(loss) : loss) - y[i]!;
      const size = Math.abs(r);
      total += w[i]! * (size <= delta ? 0.5 * r * r : delta * (size - 0.5 * delta));
    }
    return total;
  }

  expand(x: Float64Array, gradient: Float64Array, hessian: Float64Array, metric: Float64Array): number {
    const [E, a, b, alpha, beta] = x as unknown as [number, number, number, number, number];
    const { log, delta } = this.#objective;
    const [us, vs, ys, ws] = [this.#u, this.#v, this.#observed, this.#weight];
    gradient.fill(0);
    hessian.fill(0);
    metric.fill(0);
    const g = new Float64Array(SIZE);
    let total = 0;
    for (let i = 0; i < us.length; i++) {
      const weight = ws[i]!;
      if (weight === 0) continue;
      const u = us[i]!;
      const v = vs[i]!;
      const tA = Math.exp(a - alpha * u);
      const tB = Math.exp(b - beta * v);
      const loss = E + tA + tB;
      const per = log ? 1 / loss : 1;
      const r = (log ? Math.log(loss) : loss) - ys[i]!;
      const size = Math.abs(r);
      const inside = size <= delta;
      const slope = inside ? r : r > 0 ? delta : -delta;
      total += weight * (inside ? 0.5 * r * r : delta * (size - 0.5 * delta));
      g[0] = per;
      g[1] = tA * per;
      g[2] = tB * per;
      g[3] = -u * g[1]!;
      g[4] = -v * g[2]!;
      // Of ln L the second derivative is L″/L − g·gᵀ, of L it is L″.
      const outer = weight * ((inside ? 1 : 0) - (log ? slope : 0));
      const robust = weight * (inside ? 1 : delta / size);
      const ws1 = weight * slope;
      for (let j = 0, at = 0; j < SIZE; j++, at += SIZE) {
        const gj = g[j]!;
        gradient[j]! += ws1 * gj;
        const hj = outer * gj;
        const mj = robust * gj;
        for (let k = 0; k <= j; k++) {
          hessian[at + k]! += hj * g[k]!;
          metric[at + k]! += mj * g[k]!;
        }
      }
      const [hA, hB] = [ws1 * g[1]!, ws1 * g[2]!];
      hessian[6]! += hA;
      hessian[16]! -= hA * u;
      hessian[18]! += hA * u * u;
      hessian[12]! += hB;
      hessian[22]! -= hB * v;
      hessian[24]! += hB * v * v;
    }
    return total;
  }
}
