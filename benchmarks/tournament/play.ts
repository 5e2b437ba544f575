import { drive } from "../../src/experiment/drive.ts";
import { scoreSubmission } from "../../src/experiment/score.ts";
import type { World } from "../../src/surface/world.ts";
import type { Run } from "../../src/task/configuration.ts";
import type { Query, Strategy } from "../../src/task/strategy.ts";
import { simulatedApi } from "../../src/training-api/simulated.ts";
import type { Result } from "./result.ts";

export interface PlayOptions {
  /** Seconds on a clock of the caller's: this room may look at one. */
  readonly clock?: () => number;
  readonly onRun?: (run: Run, query: Query, spent: number) => void;
}

/**
 * Plays one job in this process. Noise belongs to (world seed, repetition, configuration) and the strategy's own draws to
 * (seed, strategy, repetition), so all strategies of a repetition meet the same world and every run can be repeated.
 * A strategy that throws or hands in something inadmissible gives a failed result, with its reason; nothing is thrown.
 */
export async function play(
  strategy: Strategy,
  world: World,
  repetition: number,
  seed: number,
  { clock = () => performance.now() / 1000, onRun }: PlayOptions = {},
): Promise<Result> {
  const job = { strategy: strategy.name, world: world.document.name, repetition };
  const started = clock();
  const seen: Run[] = [];
  let spent = 0;
  const protocol = (repeats: number) => ({
    spent,
    queries: seen.length,
    repeats,
    refused: seen.filter(({ status }) => status === "refused").length,
    invalid: seen.filter(({ status }) => status === "invalid").length,
    seconds: clock() - started,
  });
  try {
    const trace = await drive(strategy, simulatedApi(world, repetition), world.task, {
      stream: `${seed}/${strategy.name}/${repetition}`,
      onRun: (run, query, total) => {
        seen.push(run);
        spent = total;
        onRun?.(run, query, total);
      },
    });
    const { submission, repeats } = trace;
    return { ...job, ...protocol(repeats), status: "ok", submission, score: scoreSubmission(world, submission) };
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    return { ...job, ...protocol(0), status: "failed", failure };
  }
}
