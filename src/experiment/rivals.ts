import { STRATEGIES } from "../../strategies/index.ts";
import type { AnyWorld } from "../surface/world.ts";
import { submittedParameters } from "../task/submission.ts";
import { apiOf } from "../training-api/api-of-world.ts";
import { checkedStrategy } from "./checked-strategy.ts";
import { drive, streamName } from "./drive.ts";
import { scoreSubmission } from "./score.ts";
import { inapplicability } from "./session.ts";

/** A strategy of the package on a world; it has only a failure if it failed. */
export interface Rival {
  readonly name: string;
  /** In nats, as in its score. */
  readonly regret?: number;
  readonly lossError?: number;
  /** N of its submission. */
  readonly parameters?: number;
  readonly failure?: string;
}

/** Every strategy of the package that applies, once on a world, with the first draw of its noise, in the order of the list. */
export async function* playRivals(world: AnyWorld, seed: number): AsyncGenerator<Rival> {
  for (const strategy of STRATEGIES) {
    const { name } = strategy;
    if (inapplicability(strategy, world.task) !== undefined) continue;
    try {
      const stream = streamName(seed, name, 0);
      const { submission } = await drive(checkedStrategy(strategy), apiOf(world), world.task, { stream });
      const { regret, lossError } = scoreSubmission(world, submission);
      yield { name, regret, lossError, parameters: submittedParameters(submission) };
    } catch (error) {
      // A strategy need not support every task.
      if (!(error instanceof Error)) throw error;
      yield { name, failure: error.message };
    }
  }
}

/** The same, lowest regret first; those that failed are last. */
export async function sortedRivals(world: AnyWorld, seed: number): Promise<Rival[]> {
  const rivals: Rival[] = [];
  for await (const rival of playRivals(world, seed)) rivals.push(rival);
  const regretOf = ({ regret }: Rival) => regret ?? Number.POSITIVE_INFINITY;
  return rivals.sort((a, b) => regretOf(a) - regretOf(b));
}
