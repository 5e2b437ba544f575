import { checkedStrategy } from "../../../src/experiment/checked-strategy.ts";
import { drive, streamName } from "../../../src/experiment/drive.ts";
import { beginSession } from "../../../src/experiment/session.ts";
import { identityOf, type Run, type RunConfig } from "../../../src/task/configuration.ts";
import { violationOf } from "../../../src/task/search-space.ts";
import { overBudgetMessage, violationMessage } from "../../../src/task/stanford-2025/wire.ts";
import type { Query } from "../../../src/task/strategy.ts";
import type { Submission } from "../../../src/task/submission.ts";
import type { Task } from "../../../src/task/task.ts";
import { strategyNamed } from "../../../strategies/index.ts";
import type { Advice, Position } from "./calls.ts";
import { gameAt, taskAfter } from "./game.ts";

/** Batches without a new run, after which a strategy is taken to want none. */
const MOST_BATCHES = 60;

/** What a strategy would do at a position: the first run of its next batch that can be bought, else its submission. */
export async function advise({
  strategy: name,
  ...position
}: Position & { readonly strategy: string }): Promise<Advice> {
  const { world, api } = await gameAt(position);
  const runs = await api.previousRuns();
  const task = taskAfter(world.task, runs);
  const known = new Map<string, Run>(runs.map((run) => [identityOf(run), run]));
  const session = await beginSession(checkedStrategy(strategyNamed(name)), task, streamName(0, name, 0));
  let batch = await session.next([], 0);
  const asked: Run[] = [];
  for (let count = 0; batch && count < MOST_BATCHES; count++) {
    const answers = batch.map((query) => known.get(identityOf(query)) ?? refusal(query, task));
    const bought = answers.indexOf(undefined);
    if (bought >= 0) return adviceOf(batch[bought]!);
    asked.push(...(answers as Run[]));
    batch = await session.next(answers as Run[], 0);
  }
  const submission = await session.submit(asked);
  const note = session.note?.();
  return { submission, ...(note !== undefined && { note }) };
}

function adviceOf({ reason, ...query }: Query): Advice {
  return reason === undefined ? { query } : { query, reason };
}

/** The answer to a query that cannot be bought; undefined for one that can. */
function refusal({ reason: _, ...config }: Query, task: Task): Run | undefined {
  const violation = violationOf(config, task.searchSpace);
  if (violation) return { ...config, status: "invalid", message: violationMessage(violation) };
  if (config.trainFlops <= task.cap) return undefined;
  const message = overBudgetMessage(0n, BigInt(config.trainFlops), BigInt(task.cap));
  return { ...config, status: "refused", message };
}

/**
 * A strategy takes over at a position and plays to the end; without runs it plays as `isoflop try` and `isoflop grade`
 * let it.
 *
 * @param onRun is told of every run that was bought.
 */
export async function play(
  { strategy: name, ...position }: Position & { readonly strategy: string },
  onRun: (config: RunConfig) => void,
): Promise<Submission> {
  const { world, api } = await gameAt(position);
  const task = taskAfter(world.task, await api.previousRuns());
  const told = ({ status, loss: _, message: __, asked: ___, ...config }: Run) => {
    if (status === "ok") onRun(config);
  };
  const stream = streamName(0, name, 0);
  const { submission } = await drive(checkedStrategy(strategyNamed(name)), api, task, { stream, onRun: told });
  return submission;
}
