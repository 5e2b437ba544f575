import type { Problem } from "./kernels/newton.ts";
import { type Objective, roundingFloor } from "./objective.ts";
import { mean, type Rows } from "./rows.ts";

/** Variables of the problem, in order: E, ln A′, ln B′, alpha, beta, with A′ and B′ the terms at the table's center. */
const SIZE = 5;

/** Exponents outside this range are not a scaling law; a fit that ends there is at a bound. */
const EXPONENTS = [1e-3, 10] as const;
/** ln of a term over the mean loss: below it the term is nothing, above it two terms cancel. */
const TERMS = [-25, 8] as const;

/**
 * The sum of losses of L = E + A/N^alpha + B/D^beta over runs, with gradient and exact Hessian (docs/fitters.md,
 * "The search"). Logarithms of N and D are centered, so that A and alpha are nearly independent.
 */
export class ChinchillaProblem implements Problem {
  readonly size: number = SIZE;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly floor: number;
  /** ln N and ln D that the terms are measured at. */
  readonly centerN: number;
  readonly centerD: number;
  readonly #weight: Float64Array;
  readonly #u: Float64Array;
  readonly #v: Float64Array;
  readonly #observed: Float64Array;
  readonly #objective: Objective;
  readonly #terms: readonly [A: Float64Array, B: Float64Array, modeled: Float64Array];

  /** `center` replaces the table's mean ln N and ln D. */
  constructor(
    rows: Rows,
    objective: Objective,
    { center }: { center?: readonly [N: number | undefined, D: number | undefined] } = {},
  ) {
    this.#weight = rows.weight;
    this.#objective = objective;
    this.floor = roundingFloor(objective, rows.loss, rows.weight);
    this.#observed = objective.log ? rows.logLoss : rows.loss;
    this.centerN = center?.[0] ?? mean(rows.logN, rows.weight);
    this.centerD = center?.[1] ?? mean(rows.logD, rows.weight);
    this.#u = rows.logN.map((value) => value - this.centerN);
    this.#v = rows.logD.map((value) => value - this.centerD);
    this.#terms = [new Float64Array(rows.n), new Float64Array(rows.n), new Float64Array(rows.n)];
    const level = mean(rows.logLoss, rows.weight);
    const most = rows.loss.reduce((a, b) => Math.max(a, b), 0);
    const bound = (index: 0 | 1, E: number) => {
      // A center moved to N = 1 lets the term there be as large as the steepest law makes it.
      const room = (center: number | undefined) => (center === 0 ? index * 700 : 0);
      const term = (c: number | undefined) => level + TERMS[index] + room(c);
      return Float64Array.of(E, term(center?.[0]), term(center?.[1]), EXPONENTS[index], EXPONENTS[index]);
    };
    this.lower = bound(0, 0);
    this.upper = bound(1, most);
  }

  /** Fills the terms, and the loss or its logarithm; in loops of their own, where those of several rows overlap. */
  #model(x: Float64Array): void {
    const [E, a, b, alpha, beta] = [x[0]!, x[1]!, x[2]!, x[3]!, x[4]!];
    const [us, vs] = [this.#u, this.#v];
    const [ofN, ofD, modeled] = this.#terms;
    for (let i = 0; i < us.length; i++) ofN[i] = Math.exp(a - alpha * us[i]!);
    for (let i = 0; i < vs.length; i++) ofD[i] = Math.exp(b - beta * vs[i]!);
    if (this.#objective.log) for (let i = 0; i < us.length; i++) modeled[i] = Math.log(E + ofN[i]! + ofD[i]!);
    else for (let i = 0; i < us.length; i++) modeled[i] = E + ofN[i]! + ofD[i]!;
  }

  value(x: Float64Array): number {
    const { delta, above = 1 } = this.#objective;
    const [u, y, w] = [this.#u, this.#observed, this.#weight];
    const [, , modeled] = this.#terms;
    this.#model(x);
    let total = 0;
    for (let i = 0; i < u.length; i++) {
      const r = modeled[i]! - y[i]!;
      const size = Math.abs(r);
      const weight = r > 0 ? above * w[i]! : w[i]!;
      total += weight * (size <= delta ? 0.5 * r * r : delta * (size - 0.5 * delta));
    }
    return total;
  }

  expand(x: Float64Array, gradient: Float64Array, hessian: Float64Array, metric: Float64Array): number {
    const E = x[0]!;
    const { log, delta, above = 1 } = this.#objective;
    const [ofN, ofD, modeled] = this.#terms;
    this.#model(x);
    const [us, vs, ys, ws] = [this.#u, this.#v, this.#observed, this.#weight];
    // Written out: sums in local variables are several times faster than in arrays.
    let total = 0;
    let d0 = 0;
    let d1 = 0;
    let d2 = 0;
    let d3 = 0;
    let d4 = 0;
    let h00 = 0;
    let h10 = 0;
    let h11 = 0;
    let h20 = 0;
    let h21 = 0;
    let h22 = 0;
    let h30 = 0;
    let h31 = 0;
    let h32 = 0;
    let h33 = 0;
    let h40 = 0;
    let h41 = 0;
    let h42 = 0;
    let h43 = 0;
    let h44 = 0;
    let m00 = 0;
    let m10 = 0;
    let m11 = 0;
    let m20 = 0;
    let m21 = 0;
    let m22 = 0;
    let m30 = 0;
    let m31 = 0;
    let m32 = 0;
    let m33 = 0;
    let m40 = 0;
    let m41 = 0;
    let m42 = 0;
    let m43 = 0;
    let m44 = 0;
    for (let i = 0; i < us.length; i++) {
      let weight = ws[i]!;
      if (weight === 0) continue;
      const u = us[i]!;
      const v = vs[i]!;
      const tA = ofN[i]!;
      const tB = ofD[i]!;
      const loss = E + tA + tB;
      const g0 = log ? 1 / loss : 1;
      const r = modeled[i]! - ys[i]!;
      if (r > 0) weight *= above;
      const size = Math.abs(r);
      const inside = size <= delta;
      const slope = inside ? r : r > 0 ? delta : -delta;
      total += weight * (inside ? 0.5 * r * r : delta * (size - 0.5 * delta));
      const g1 = tA * g0;
      const g2 = tB * g0;
      const g3 = -u * g1;
      const g4 = -v * g2;
      const pull = weight * slope;
      d0 += pull * g0;
      d1 += pull * g1;
      d2 += pull * g2;
      d3 += pull * g3;
      d4 += pull * g4;
      // The second derivative of ln L is L″/L − g·gᵀ, that of L is L″.
      const outer = (inside ? weight : 0) - (log ? pull : 0);
      const robust = inside ? weight : (weight * delta) / size;
      const o0 = outer * g0;
      const q0 = robust * g0;
      const o1 = outer * g1;
      const q1 = robust * g1;
      const o2 = outer * g2;
      const q2 = robust * g2;
      const o3 = outer * g3;
      const q3 = robust * g3;
      const o4 = outer * g4;
      const q4 = robust * g4;
      h00 += o0 * g0;
      m00 += q0 * g0;
      h10 += o1 * g0;
      m10 += q1 * g0;
      h11 += o1 * g1;
      m11 += q1 * g1;
      h20 += o2 * g0;
      m20 += q2 * g0;
      h21 += o2 * g1;
      m21 += q2 * g1;
      h22 += o2 * g2;
      m22 += q2 * g2;
      h30 += o3 * g0;
      m30 += q3 * g0;
      h31 += o3 * g1;
      m31 += q3 * g1;
      h32 += o3 * g2;
      m32 += q3 * g2;
      h33 += o3 * g3;
      m33 += q3 * g3;
      h40 += o4 * g0;
      m40 += q4 * g0;
      h41 += o4 * g1;
      m41 += q4 * g1;
      h42 += o4 * g2;
      m42 += q4 * g2;
      h43 += o4 * g3;
      m43 += q4 * g3;
      h44 += o4 * g4;
      m44 += q4 * g4;
      const cA = pull * g1;
      const cB = pull * g2;
      h11 += cA;
      h31 -= cA * u;
      h33 += cA * u * u;
      h22 += cB;
      h42 -= cB * v;
      h44 += cB * v * v;
    }
    gradient[0] = d0;
    gradient[1] = d1;
    gradient[2] = d2;
    gradient[3] = d3;
    gradient[4] = d4;
    hessian[0] = h00;
    hessian[5] = h10;
    hessian[6] = h11;
    hessian[10] = h20;
    hessian[11] = h21;
    hessian[12] = h22;
    hessian[15] = h30;
    hessian[16] = h31;
    hessian[17] = h32;
    hessian[18] = h33;
    hessian[20] = h40;
    hessian[21] = h41;
    hessian[22] = h42;
    hessian[23] = h43;
    hessian[24] = h44;
    metric[0] = m00;
    metric[5] = m10;
    metric[6] = m11;
    metric[10] = m20;
    metric[11] = m21;
    metric[12] = m22;
    metric[15] = m30;
    metric[16] = m31;
    metric[17] = m32;
    metric[18] = m33;
    metric[20] = m40;
    metric[21] = m41;
    metric[22] = m42;
    metric[23] = m43;
    metric[24] = m44;
    return total;
  }
}
