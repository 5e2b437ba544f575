import type { Problem } from "./kernels/newton.ts";

/** A square that pulls a linear combination of variables towards a value: (direction·x − value)² · strength / 2. */
export interface Penalty {
  readonly direction: Float64Array;
  readonly value: number;
  readonly strength: number;
}

/** The problem with penalties added; the problem itself when there are none. */
export function withPenalties(problem: Problem, penalties: readonly Penalty[]): Problem {
  if (penalties.length === 0) return problem;
  const { size, lower, upper, floor = 0 } = problem;
  const off = ({ direction, value }: Penalty, x: Float64Array) =>
    direction.reduce((sum, d, i) => sum + d * x[i]!, -value);
  const extra = (x: Float64Array) =>
    penalties.reduce((sum, one) => sum + 0.5 * one.strength * off(one, x) * off(one, x), 0);
  return {
    size,
    lower,
    upper,
    floor,
    value: (x) => problem.value(x) + extra(x),
    expand(x, gradient, hessian, metric) {
      const value = problem.expand(x, gradient, hessian, metric);
      for (const one of penalties)
        for (let i = 0; i < size; i++) {
          gradient[i]! += one.strength * off(one, x) * one.direction[i]!;
          for (let j = 0; j <= i; j++) {
            const second = one.strength * one.direction[i]! * one.direction[j]!;
            hessian[i * size + j]! += second;
            metric[i * size + j]! += second;
          }
        }
      return value + extra(x);
    },
  };
}
