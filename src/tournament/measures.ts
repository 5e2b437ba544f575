import { optimumOf } from "../surface/truth.ts";
import type { AnyWorld } from "../surface/world.ts";
import type { Run } from "../task/configuration.ts";
import { randomStream } from "../task/random.ts";
import type { Strategy } from "../task/strategy.ts";
import { inadmissibilities, type Submission } from "../task/submission.ts";
import { withHistory } from "../task/task.ts";
import { ANYTIME_SHARES } from "./result.ts";

/** A question with its answer and what had been charged after it. */
export interface SpentRun {
  readonly run: Run;
  readonly spent: number;
}

/**
 * Regret of what a strategy would submit after each share of the budget: `recommend` on the runs it had by then. Equal
 * prefixes are asked about once. Null where it throws, or would submit something inadmissible.
 */
export function anytimeRegrets(
  recommend: Strategy["recommend"],
  history: readonly SpentRun[],
  final: Submission,
  world: AnyWorld,
  stream: string,
): (number | null)[] {
  const known = new Map<number, number | null>([[history.length, regretOf(final, world)]]);
  return ANYTIME_SHARES.map((share) => {
    const within = history.findIndex(({ spent }) => spent > share * world.task.cap);
    const count = within < 0 ? history.length : within;
    let regret = known.get(count);
    if (regret === undefined) {
      const prefix = history.slice(0, count).map(({ run }) => run);
      regret = attempt(() =>
        regretOf(recommend(withHistory(prefix, world.task), world.task, randomStream(`${stream}/recommend`)), world),
      );
      known.set(count, regret);
    }
    return regret;
  });
}

function regretOf({ config }: Submission, world: AnyWorld): number | null {
  const { admissible, target, clock } = world.task;
  if (inadmissibilities(config, admissible, target, clock).length > 0) return null;
  return world.expectedLoss(config) - optimumOf(world).loss;
}

/** A strategy may fail with half of its runs; this does not fail the whole run. */
function attempt(call: () => number | null): number | null {
  try {
    return call();
  } catch {
    return null;
  }
}

/** Least share that is searched for. */
const FLOOR = 1 / 16_384;

/**
 * The share of the target's compute with which the best model would reach a loss: 1 for the optimum itself, 0.5 for a
 * submission no better than the best of half the compute. Optimal losses are found at halvings of the target and
 * interpolated linearly in ln C between them.
 *
 * @param loss expected loss of the submission at the target, in nats.
 */
export function computeEquivalent(world: AnyWorld, loss: number): number {
  let share = 1;
  let above = optimumOf(world).loss;
  if (loss <= above) return 1;
  while (share > FLOOR) {
    const below = optimumOf(world, Math.round((world.task.target * share) / 2)).loss;
    if (below >= loss) return share * Math.exp((-Math.LN2 * (loss - above)) / (below - above));
    share /= 2;
    above = Math.max(above, below);
  }
  return FLOOR;
}

/** A central interval that should contain the truth with probability `level`. */
interface CentralInterval {
  readonly level: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The interval score of Gneiting and Raftery (2007, equation 43): the width, plus 2/α for every unit by which the truth
 * lies outside, α = 1 − level. Smaller is better, and on average the true interval has the best score.
 *
 * @example intervalScore({ level: 0.8, low: 1, high: 2 }, 2.5) // 1 + 10 · 0.5 = 6
 */
export function intervalScore({ level, low, high }: CentralInterval, truth: number): number {
  const penalty = 2 / (1 - level);
  return high - low + penalty * Math.max(0, low - truth) + penalty * Math.max(0, truth - high);
}
