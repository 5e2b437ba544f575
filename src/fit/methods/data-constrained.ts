import type { RunPoint } from "../../task/run-point.ts";
import { descend, lawAt } from "../chinchilla.ts";
import { computeOf } from "../compute.ts";
import { type Fit, type FitOptions, type Fitter, notIdentified } from "../fitter.ts";
import { fitLawFamily, type LawFamily } from "../law-family.ts";
import { objectiveOf } from "../objective.ts";
import { withChecks } from "../plausibility.ts";
import { type Rows, rowsOf } from "../rows.ts";

/**
 * The law of repeated data (Muennighoff et al. 2023, equation 5): L = E + A/N^alpha + B/D′^beta, where D tokens that repeat
 * U unique ones are worth D′ = U + U·R·(1 − e^(−(D/U − 1)/R)) fresh ones; R is about how many repetitions it takes until
 * they are worth little. Their decay of excess parameters is left out. Predictions are for data that is not repeated.
 */
export const dataConstrained: Fitter = withChecks({
  name: "data-constrained",
  summary: "L = E + A/N^alpha + B/D′^beta, D′ the worth of repeated tokens; needs a column of unique tokens",
  options: ["objective", "delta", "weights"],
  fit(runs: readonly RunPoint[], options: FitOptions = {}): Fit {
    const rows = rowsOf(runs);
    if (typeof rows === "string") return notIdentified("data-constrained", rows);
    if (rows.logU.some(Number.isNaN))
      return notIdentified(
        "data-constrained",
        "a row has no unique tokens: name them with --columns unique_tokens=COLUMN",
      );
    if (!rows.logU.some((logU, i) => logU < rows.logD[i]! - 0.01))
      return notIdentified("data-constrained", "no run repeats its data: D exceeds the unique tokens in none");
    return fitLawFamily("data-constrained", rows, family(rows, options.start), options, computeOf(runs));
  },
});

/** Variables: E, ln A, ln B, alpha, beta and ln R. */
function family(rows: Rows, near: FitOptions["start"]): LawFamily {
  const lossAt = (x: Float64Array, logN: number, logD: number, logU: number, g?: Float64Array): number => {
    const [E, a, b, alpha, beta, logR] = x as unknown as [number, number, number, number, number, number];
    const worth = effectiveTokens(logD, logU, Math.exp(logR));
    const [termN, termD] = [Math.exp(a - alpha * logN), Math.exp(b - beta * worth.log)];
    const loss = E + termN + termD;
    if (g)
      g.set([1, termN, termD, -termN * logN, -termD * worth.log, -termD * beta * worth.byLogR].map((d) => d / loss));
    return loss;
  };
  return {
    law: {
      size: 6,
      lower: Float64Array.of(0, -50, -50, 1e-3, 1e-3, Math.log(1e-2)),
      upper: Float64Array.of(1e3, 200, 200, 10, 10, Math.log(1e4)),
      at: (x, row, g) => Math.log(lossAt(x, rows.logN[row]!, rows.logD[row]!, rows.logU[row]!, g)),
    },
    names: ["E", "ln A", "ln B", "alpha", "beta", "ln R"],
    plain: false,
    exponents: [3, 4],
    logarithms: [5],
    starts: near ? [startAt(near)] : starts(rows),
    parameters: ([E, a, b, alpha, beta, logR]) => ({
      E: E!,
      A: Math.exp(a!),
      B: Math.exp(b!),
      alpha: alpha!,
      beta: beta!,
      R: Math.exp(logR!),
    }),
    loss: (x, N, D) => lossAt(x, Math.log(N), Math.log(D), Math.log(D)),
  };
}

/** ln D′ and its derivative by ln R. */
function effectiveTokens(logD: number, logU: number, R: number): { readonly log: number; readonly byLogR: number } {
  const repeats = Math.max(0, Math.expm1(logD - logU));
  if (repeats === 0) return { log: Math.min(logD, logU), byLogR: 0 };
  const decay = Math.exp(-repeats / R);
  const worth = 1 + R * (1 - decay);
  return { log: logU + Math.log(worth), byLogR: (R * (1 - decay) - repeats * decay) / worth };
}

/** From the law of approach 3 over all tokens, and from few, some and many useful repetitions. */
function starts(rows: Rows): Float64Array[] {
  const { problem, minimum } = descend(rows, objectiveOf("log-square"));
  const { E, A, B, alpha, beta } = lawAt(problem, minimum.x);
  return [2, 10, 40].map((R) =>
    Float64Array.of(E, Math.log(Math.max(A, 1e-9)), Math.log(Math.max(B, 1e-9)), alpha, beta, Math.log(R)),
  );
}

function startAt({ E, A, B, alpha, beta, R }: Readonly<Record<string, number>>): Float64Array {
  return Float64Array.of(E!, Math.log(A!), Math.log(B!), alpha!, beta!, Math.log(R!));
}
