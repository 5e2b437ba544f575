import { STRATEGIES } from "../../strategies/index.ts";
import type { World } from "../surface/world.ts";
import { submittedParameters } from "../task/submission.ts";
import { simulatedApi } from "../training-api/simulated.ts";
import { checkedStrategy } from "./checked-strategy.ts";
import { drive, streamName } from "./drive.ts";
import { scoreSubmission } from "./score.ts";

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

/** Every strategy of the package once on a world, with the first draw of its noise, in the order of the list. */
export async function* playRivals(world: World, seed: number): AsyncGenerator<Rival> {
  for (const strategy of STRATEGIES) {
    const { name } = strategy;
    try {
      const stream = streamName(seed, name, 0);
      const { submission } = await drive(checkedStrategy(strategy), simulatedApi(world), world.task, { stream });
      const { regret, lossError } = scoreSubmission(world, submission);
      yield { name, regret, lossError, parameters: submittedParameters(submission) };
    } catch (error) {
      // A strategy need not support every task.
      if (!(error instanceof Error)) throw error;
      yield { name, failure: error.message };
    }
  }
}
