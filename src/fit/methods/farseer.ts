import type { RunPoint } from "../../task/run-point.ts";
import { descend, lawAt } from "../chinchilla.ts";
import { computeOf } from "../compute.ts";
import { type Fit, type FitOptions, type Fitter, notIdentified } from "../fitter.ts";
import { fitLawFamily, type LawFamily } from "../law-family.ts";
import { objectiveOf } from "../objective.ts";
import { withChecks } from "../plausibility.ts";
import { mean, type Rows, rowsOf } from "../rows.ts";

/**
 * L = e^(a3·N^γ + b3) + e^(a2·N^β + b2)·D^(−e^(a1·N^α + b1)) (Farseer, Li et al. 2025, arXiv 2506.10972): nine
 * parameters, with a floor, a scale and an exponent of the data term that all vary with N. The exponent multiplies ln D, so
 * the family is not closed under a change of D's unit.
 */
export const farseer: Fitter = withChecks({
  name: "farseer",
  summary: "L = e^(a3·N^c3+b3) + e^(a2·N^c2+b2)·D^(−e^(a1·N^c1+b1)), nine parameters",
  options: ["objective", "delta", "weights"],
  fit(runs: readonly RunPoint[], options: FitOptions = {}): Fit {
    const rows = rowsOf(runs);
    if (typeof rows === "string") return notIdentified("farseer", rows);
    if (rows.n < 9) return notIdentified("farseer", `nine parameters cannot be determined from ${rows.n} runs`);
    return fitLawFamily("farseer", rows, family(rows, options.start), options, computeOf(runs));
  },
});

const MOST = 3;

/**
 * Variables: for the floor, the scale and the exponent in turn b′, a′ and c with h(N) = b′ + a′·(e^(c·u) − 1)/c, u = ln N
 * less its mean. This is the published a·N^c + b with its two nearly opposite terms separated.
 */
function family(rows: Rows, near: FitOptions["start"]): LawFamily {
  const center = mean(rows.logN, rows.weight);
  const at = (x: Float64Array, logN: number, logD: number, g?: Float64Array): number => {
    const u = logN - center;
    const floor = bent(x, 0, u);
    const scale = bent(x, 3, u);
    const power = bent(x, 6, u);
    const exponent = Math.exp(power.value);
    const [z1, z2] = [floor.value, scale.value - exponent * logD];
    const top = Math.max(z1, z2);
    const sum = Math.exp(z1 - top) + Math.exp(z2 - top);
    if (g) {
      const [p1, p2] = [Math.exp(z1 - top) / sum, Math.exp(z2 - top) / sum];
      for (let k = 0; k < 3; k++) {
        g[k] = p1 * floor.slope[k]!;
        g[3 + k] = p2 * scale.slope[k]!;
        g[6 + k] = -p2 * exponent * logD * power.slope[k]!;
      }
    }
    return top + Math.log(sum);
  };
  const names = ["b3", "a3", "c3", "b2", "a2", "c2", "b1", "a1", "c1"];
  return {
    law: {
      size: 9,
      lower: Float64Array.from(names, (name) => (name.startsWith("c") ? -MOST : -1e3)),
      upper: Float64Array.from(names, (name) => (name.startsWith("c") ? MOST : 1e3)),
      at: (x, row, g) => at(x, rows.logN[row]!, rows.logD[row]!, g),
    },
    names,
    plain: false,
    exponents: [],
    starts: near ? [pointAt(near, center)] : starts(rows, center),
    parameters(x) {
      return Object.fromEntries(
        [0, 3, 6].flatMap((k) => {
          const [b, a, c] = [x[k]!, x[k + 1]!, x[k + 2]!];
          return [
            [names[k + 1]!, (a / c) * Math.exp(-c * center)],
            [names[k]!, b - a / c],
            [names[k + 2]!, c],
          ];
        }),
      );
    },
    loss: (x, N, D) => Math.exp(at(x, Math.log(N), Math.log(D))),
  };
}

/** b′ + a′·(e^(c·u) − 1)/c with its derivatives for b′, a′ and c. */
function bent(
  x: Float64Array,
  from: number,
  u: number,
): { readonly value: number; readonly slope: readonly [number, number, number] } {
  const [b, a, c] = [x[from]!, x[from + 1]!, x[from + 2]!];
  const cu = c * u;
  const small = Math.abs(cu) < 1e-4;
  const grown = small ? u * (1 + cu / 2 + (cu * cu) / 6) : Math.expm1(cu) / c;
  const byC = small ? u * u * (0.5 + cu / 3) : (u * Math.exp(cu) - Math.expm1(cu) / c) / c;
  return { value: b + a * grown, slope: [1, grown, a * byC] };
}

function pointAt(near: Readonly<Record<string, number>>, center: number): Float64Array {
  return Float64Array.from(
    [3, 2, 1].flatMap((k) => {
      const [a, b, c] = [near[`a${k}`]!, near[`b${k}`]!, near[`c${k}`]!];
      const grown = a * Math.exp(c * center);
      return [b + grown, grown * c, c];
    }),
  );
}

/** From the law of approach 3: its floor and model term as one power of N, its data term as it is, and bends either way. */
function starts(rows: Rows, center: number): Float64Array[] {
  const { problem, minimum } = descend(rows, objectiveOf("log-square"));
  const { E, A, B, alpha, beta } = lawAt(problem, minimum.x);
  const term = A * Math.exp(-alpha * center);
  const floor = Math.max(E + term, 1e-6);
  const slope = (-alpha * term) / floor;
  return [-0.3, -0.1, 0.1].map((bend) =>
    Float64Array.of(Math.log(floor), slope, bend, Math.log(Math.max(B, 1e-6)), 0.01, 0.1, Math.log(beta), 0.001, 0.1),
  );
}
