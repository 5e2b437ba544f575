import { type ChinchillaLaw, chinchillaLoss } from "../law/chinchilla.ts";
import type { RunPoint } from "../task/run-point.ts";

/** The law behind the course's synthetic runs: L = E + A/N^alpha + B/D^beta (docs/fitters.md, "The course data set"). */
export const COURSE_LAW: ChinchillaLaw = { E: 2.69, A: 1606.4, B: 3210.7, alpha: 0.34, beta: 0.36 };

/** Budgets in FLOPs with the FLOPs per parameter of the smallest and the largest size tried there. */
const SWEEPS: readonly { readonly budgets: readonly number[]; readonly perParameter: readonly [number, number] }[] = [
  { budgets: [6e18, 1e19, 3e19, 6e19, 1e20], perParameter: [1.2e11, 5e9] },
  { budgets: [3e20, 6e20, 1e21, 3e21], perParameter: [1.2e12, 3e10] },
];
const SIZES_PER_BUDGET = 8;

/**
 * The 72 synthetic runs of the course's first problem, generated from their law: eight log-spaced sizes per budget,
 * truncated to whole parameters for N while the loss is that of the untruncated size, D = C/(6N).
 */
export function courseRuns(): RunPoint[] {
  return SWEEPS.flatMap(({ budgets, perParameter: [most, least] }) =>
    budgets.flatMap((C) =>
      Array.from({ length: SIZES_PER_BUDGET }, (_, index) => {
        const low = Math.log10(C / most);
        const step = (Math.log10(C / least) - low) / (SIZES_PER_BUDGET - 1);
        const exponent = index === SIZES_PER_BUDGET - 1 ? Math.log10(C / least) : low + index * step;
        const size = powerOfTen(exponent);
        const N = Math.floor(size);
        return { N, D: C / (6 * N), C, loss: chinchillaLoss(COURSE_LAW, size, C / (6 * size)) };
      }),
    ),
  );
}

/** The same runs as rows under the names the course's file gives them. */
export function courseFile(): { parameters: number; compute_budget: number; final_loss: number }[] {
  return courseRuns().map(({ N, C, loss }) => ({ parameters: N, compute_budget: C, final_loss: loss }));
}

/** Bits after the point, and ln 10 in them. */
const BITS = 128n;
const LN_10 = 783529105480883066805338482703447369891n;

/**
 * 10^exponent, correctly rounded, by the exponential series in fixed point: five of the sizes lie within a few units in
 * the last place of a whole number, and an error of one unit would truncate them to its other side.
 */
function powerOfTen(exponent: number): number {
  const whole = Math.floor(exponent);
  const fraction = BigInt((exponent - whole) * 4_503_599_627_370_496) << (BITS - 52n);
  const x = (fraction * LN_10) >> BITS;
  let [sum, term] = [0n, 1n << BITS];
  for (let n = 1n; term > 0n; n++) {
    sum += term;
    term = ((term * x) >> BITS) / n;
  }
  const scaled = sum * BigInt(`1${"0".repeat(whole)}`);
  return Number(scaled >> (BITS - 20n)) / 1_048_576;
}
