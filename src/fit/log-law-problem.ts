import type { Problem } from "./kernels/newton.ts";
import { huber, type Objective, roundingFloor } from "./objective.ts";
import type { Rows } from "./rows.ts";

/** A law of the loss that a descent can follow. */
export interface LogLaw {
  readonly size: number;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /**
   * ln L of a row; fills its gradient when asked to and, where the law knows it, adds the second derivatives to the lower triangle of
   * `hessian` (all zero when called). A law that leaves them out descends as Gauss and Newton do.
   */
  at(x: Float64Array, row: number, gradient?: Float64Array, hessian?: Float64Array): number;
}

/** The sum of losses of any law over runs; what ChinchillaProblem is for one law, written out for speed there. */
export class LogLawProblem implements Problem {
  readonly size: number;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly floor: number;
  readonly #law: LogLaw;
  readonly #rows: Rows;
  readonly #objective: Objective;

  constructor(law: LogLaw, rows: Rows, objective: Objective) {
    this.size = law.size;
    this.lower = law.lower;
    this.upper = law.upper;
    this.#law = law;
    this.#rows = rows;
    this.#objective = objective;
    this.floor = roundingFloor(objective, rows.loss, rows.weight);
  }

  value(x: Float64Array): number {
    const { log, delta } = this.#objective;
    const { n, weight, logLoss, loss } = this.#rows;
    let total = 0;
    for (let row = 0; row < n; row++) {
      const f = this.#law.at(x, row);
      total += weight[row]! * huber(log ? f - logLoss[row]! : Math.exp(f) - loss[row]!, delta);
    }
    return Number.isFinite(total) ? total : Number.POSITIVE_INFINITY;
  }

  expand(x: Float64Array, gradient: Float64Array, hessian: Float64Array, metric: Float64Array): number {
    const { log, delta } = this.#objective;
    const { n, weight, logLoss, loss } = this.#rows;
    const { size } = this;
    for (const array of [gradient, hessian, metric]) array.fill(0);
    const g = new Float64Array(size);
    const second = new Float64Array(size * size);
    let total = 0;
    for (let row = 0; row < n; row++) {
      second.fill(0);
      const f = this.#law.at(x, row, g, second);
      const scale = log ? 1 : Math.exp(f);
      const r = log ? f - logLoss[row]! : scale - loss[row]!;
      const inside = Math.abs(r) <= delta;
      const slope = inside ? r : Math.sign(r) * delta;
      const w = weight[row]!;
      total += w * (inside ? 0.5 * r * r : delta * (Math.abs(r) - 0.5 * delta));
      const outer = w * ((inside ? scale * scale : 0) + (log ? 0 : slope * scale));
      const robust = w * (inside ? 1 : delta / Math.abs(r)) * scale * scale;
      for (let i = 0; i < size; i++) {
        gradient[i]! += w * slope * scale * g[i]!;
        for (let j = 0; j <= i; j++) {
          hessian[i * size + j]! += outer * g[i]! * g[j]! + w * slope * scale * second[i * size + j]!;
          metric[i * size + j]! += robust * g[i]! * g[j]!;
        }
      }
    }
    return Number.isFinite(total) ? total : Number.POSITIVE_INFINITY;
  }
}
