import type { Ledger } from "../ledger/ledger.ts";
import { MemoryLedger } from "../ledger/memory.ts";
import type { Replay, World } from "../surface/world.ts";
import { FIELDS, type RunConfig } from "../task/configuration.ts";
import { budgetsOf } from "../task/task.ts";
import { answerQuery, ledgerAccount } from "./answer.ts";
import type { LossAnswer, TrainingApi } from "./training-api.ts";

/** The one account of an in-process world. */
const ACCOUNT = "in-process";

/**
 * A world as a training API in this process: the same answers, ledger and refusals as the HTTP mock.
 *
 * @param repetition which frozen draw of the noise answers.
 * @param ledger who has spent what; by default a new one.
 *
 * @example
 * ```ts
 * import { buildWorld, presetDocument, simulatedApi } from "isoflop";
 * const api = simulatedApi(buildWorld(presetDocument("handout/smooth")));
 * const config = { dModel: 512, numLayers: 8, numHeads: 8, batchSize: 128, learningRate: 1e-3, trainFlops: 1e15 };
 * const answer = await api.loss(config);
 * answer.status === "ok" && answer.loss; // 9.8798
 * const rejected = await api.loss({ ...config, learningRate: 1 });
 * rejected.status; // "invalid"
 * ```
 */
export function simulatedApi(world: World, repetition = 0, ledger: Ledger = new MemoryLedger()): TrainingApi {
  const { replay } = world;
  if (replay) return replayApi({ ...world, replay }, ledger);
  return {
    async loss(config: RunConfig): Promise<LossAnswer> {
      const answer = answerQuery(world, ledger, ACCOUNT, config, repetition);
      return answer.status === "ok"
        ? { status: "ok", loss: answer.loss, totalFlopsUsed: Number(answer.used), source: "simulated" }
        : { ...answer, source: "simulated" };
    },
    ...ledgerAccount(ledger, ACCOUNT),
  };
}

/** The one account of a table. */
const TABLE_ACCOUNT = "replay";

/**
 * A table of finished runs, which takes the same road as every other API. A question is answered by the row of its
 * budget that is nearest; the answer says which. A row is charged once, however many questions it answers.
 */
function replayApi(world: World & { readonly replay: Replay }, ledger: Ledger = new MemoryLedger()): TrainingApi {
  const budgets = new Set(budgetsOf(world.task));
  return {
    async loss(config: RunConfig): Promise<LossAnswer> {
      // A budget that no row has is refused by the search space, like any other bad value.
      const { loss: _, ...row } = world.replay.nearest(config).run;
      const asked = budgets.has(config.trainFlops) ? row : config;
      const answer = answerQuery(world, ledger, TABLE_ACCOUNT, asked);
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
    ...ledgerAccount(ledger, TABLE_ACCOUNT),
  };
}
