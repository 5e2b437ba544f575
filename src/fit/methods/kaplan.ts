import type { RunPoint } from "../../task/run-point.ts";
import { computeOf } from "../compute.ts";
import { type Fit, type FitOptions, type Fitter, notIdentified } from "../fitter.ts";
import { fitLawFamily, type LawFamily } from "../law-family.ts";
import { withChecks } from "../plausibility.ts";
import { mean, type Rows, rowsOf } from "../rows.ts";

/**
 * L = ((N_c/N)^(alpha_N/alpha_D) + D_c/D)^alpha_D (Kaplan et al. 2020, equation 1.5): no floor, so it is the law of
 * losses far above one.
 */
export const kaplan: Fitter = withChecks({
  name: "kaplan",
  summary: "L = ((Nc/N)^(aN/aD) + Dc/D)^aD, a law without a floor",
  options: ["objective", "delta", "weights"],
  fit(runs: readonly RunPoint[], options: FitOptions = {}): Fit {
    const rows = rowsOf(runs);
    if (typeof rows === "string" || rows.n < 2)
      return notIdentified("kaplan", typeof rows === "string" ? rows : "a law needs at least two runs");
    const compute = computeOf(runs);
    const fit = fitLawFamily("kaplan", rows, family(rows, options.start), options, compute);
    const { alpha_N, alpha_D } = fit.parameters;
    if (alpha_N === undefined || alpha_D === undefined) return fit;
    const { n, d } = compute;
    const a = alpha_D / (d * alpha_N + n * alpha_D);
    return { ...fit, exponents: { a, b: n === 1 && d === 1 ? alpha_N / (alpha_N + alpha_D) : (1 - n * a) / d } };
  },
});

/**
 * Variables: c1, c2, s = alpha_N/alpha_D and alpha_D, with ln L = alpha_D·ln(e^(c1 − s·u) + e^(c2 − v)) where u and v
 * are ln N and ln D less their means.
 */
function family(rows: Rows, near: FitOptions["start"]): LawFamily {
  const [centerN, centerD] = [mean(rows.logN, rows.weight), mean(rows.logD, rows.weight)];
  const level = mean(rows.logLoss, rows.weight);
  const at = (x: Float64Array, u: number, v: number, g?: Float64Array, h?: Float64Array): number => {
    const [c1, c2, s, power] = x as unknown as [number, number, number, number];
    const [z1, z2] = [c1 - s * u, c2 - v];
    const top = Math.max(z1, z2);
    const [e1, e2] = [Math.exp(z1 - top), Math.exp(z2 - top)];
    const sum = top + Math.log(e1 + e2);
    if (g && h) {
      const [p1, p2] = [e1 / (e1 + e2), e2 / (e1 + e2)];
      const cross = power * p1 * p2;
      g[0] = power * p1;
      g[1] = power * p2;
      g[2] = -power * p1 * u;
      g[3] = sum;
      h[0] = cross;
      h[4] = -cross;
      h[5] = cross;
      h[8] = -cross * u;
      h[9] = cross * u;
      h[10] = cross * u * u;
      h[12] = p1;
      h[13] = p2;
      h[14] = -p1 * u;
    }
    return power * sum;
  };
  const starts = [0.5, 0.8, 1.2].flatMap((s) =>
    [0.08, 0.2, 0.4].map((power) => Float64Array.of(level / power - Math.LN2, level / power - Math.LN2, s, power)),
  );
  const from = near && pointAt(near, centerN, centerD);
  return {
    law: {
      size: 4,
      lower: Float64Array.of(-1e4, -1e4, 1e-3, 1e-3),
      upper: Float64Array.of(1e4, 1e4, 20, 10),
      at: (x, row, g, h) => at(x, rows.logN[row]! - centerN, rows.logD[row]! - centerD, g, h),
    },
    names: ["N_c", "D_c", "alpha_N/alpha_D", "alpha_D"],
    plain: false,
    exponents: [2, 3],
    starts: from ? [from] : starts,
    parameters([c1, c2, s, power]) {
      const logNc = centerN + c1! / s!;
      return { N_c: Math.exp(logNc), D_c: Math.exp(centerD + c2!), alpha_N: s! * power!, alpha_D: power! };
    },
    loss: (x, N, D) => Math.exp(at(x, Math.log(N) - centerN, Math.log(D) - centerD)),
  };
}

function pointAt(
  { N_c, D_c, alpha_N, alpha_D }: Readonly<Record<string, number>>,
  centerN: number,
  centerD: number,
): Float64Array {
  const s = alpha_N! / alpha_D!;
  return Float64Array.of(s * (Math.log(N_c!) - centerN), Math.log(D_c!) - centerD, s, alpha_D!);
}
