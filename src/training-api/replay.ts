import type { Ledger } from "../ledger/ledger.ts";
import { MemoryLedger } from "../ledger/memory.ts";
import type { Replay, World } from "../surface/world.ts";
import { FIELDS, type RunConfig } from "../task/configuration.ts";
import { budgetsOf } from "../task/task.ts";
import { answerQuery, ledgerAccount } from "./answer.ts";
import type { LossAnswer, TrainingApi } from "./training-api.ts";

/** The one account of a table. */
const ACCOUNT = "replay";

/**
 * A table of finished runs, which takes the same road as every other API. A question is answered by the row of its budget that
 * is nearest; the answer says which. A row is charged once, however many questions it answers.
 */
export function replayApi(
  world: World & { readonly replay: Replay },
  ledger: Ledger = new MemoryLedger(),
): TrainingApi {
  const budgets = new Set(budgetsOf(world.task));
  return {
    async loss(config: RunConfig): Promise<LossAnswer> {
      // A budget that no row has is refused by the search space, like any other bad value.
      const { loss: _, ...row } = world.replay.nearest(config).run;
      const asked = budgets.has(config.trainFlops) ? row : config;
      const answer = answerQuery(world, ledger, ACCOUNT, asked);
      if (answer.status !== "ok") return { ...answer, source: "replay" };
      const same = FIELDS.every((field) => row[field] === config[field]);
      return {
        status: "ok",
        loss: answer.loss,
        totalFlopsUsed: Number(answer.used),
        source: "replay",
        ...(!same && { substitute: row }),
      };
    },
    ...ledgerAccount(ledger, ACCOUNT),
  };
}
