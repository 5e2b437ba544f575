import { CONTEXT_LENGTH } from "../task/accounting.ts";

/** Coefficient and exponents of c · N^n · D^d, N in parameters and D in tokens. */
interface RecipeLaw {
  readonly coefficient: number;
  readonly n: number;
  readonly d: number;
}

/**
 * Best peak learning rate and best batch, in tokens a step, as four studies published them. Laws of C are taken at
 * C = 6ND. Studies differ by up to five times at a given size, so none of them is followed alone.
 */
export const RECIPE_LAWS: readonly {
  readonly study: string;
  readonly learningRate: RecipeLaw;
  readonly batchTokens: RecipeLaw;
}[] = [
  {
    study: "Step Law: Li et al. 2025, arXiv 2503.04715",
    learningRate: { coefficient: 1.79, n: -0.713, d: 0.307 },
    batchTokens: { coefficient: 0.58, n: 0, d: 0.571 },
  },
  {
    study: "DeepSeek 2024, arXiv 2401.02954: 0.3118·C^-0.1250 and 0.2920·C^0.3271",
    learningRate: { coefficient: 0.3118 * Math.exp(-0.125 * Math.log(6)), n: -0.125, d: -0.125 },
    batchTokens: { coefficient: 0.292 * Math.exp(0.3271 * Math.log(6)), n: 0.3271, d: 0.3271 },
  },
  {
    study: "Porian et al. 2024, arXiv 2406.19146, as Step Law's paper restates it",
    learningRate: { coefficient: 3.7, n: -0.36, d: 0 },
    batchTokens: { coefficient: 0.7576, n: 0.703, d: 0 },
  },
  {
    study: "OpenEuroLLM dense_english_scaling_laws: least squares through its 36 published optima",
    learningRate: { coefficient: 0.01967, n: -0.3066, d: 0.1226 },
    batchTokens: { coefficient: 0.07447, n: 0.2214, d: 0.4716 },
  },
];

/** η* ∝ B^0.36 at equal N and D: of Step Law's published grid, where batch and rate vary together. */
const RATE_BY_BATCH = 0.36;

/**
 * The best batch by the literature, in sequences a step, not rounded: the geometric mean of `RECIPE_LAWS`.
 *
 * @param sequenceLength tokens in a sequence. @defaultValue 512, the course's
 */
export function literatureBatch(N: number, D: number, sequenceLength: number = CONTEXT_LENGTH): number {
  return meanLaw("batchTokens", N, D) / sequenceLength;
}

/** The best peak learning rate by the literature at this batch (in sequences): the geometric mean of `RECIPE_LAWS`. */
export function literatureRate(
  N: number,
  D: number,
  batchSize: number,
  sequenceLength: number = CONTEXT_LENGTH,
): number {
  const off = Math.log(batchSize / literatureBatch(N, D, sequenceLength));
  return meanLaw("learningRate", N, D) * Math.exp(RATE_BY_BATCH * off);
}

function meanLaw(of: "learningRate" | "batchTokens", N: number, D: number): number {
  const sum = RECIPE_LAWS.reduce((total, laws) => {
    const { coefficient, n, d } = laws[of];
    return total + Math.log(coefficient) + n * Math.log(N) + d * Math.log(D);
  }, 0);
  return Math.exp(sum / RECIPE_LAWS.length);
}
