import type { Ledger } from "../ledger/ledger.ts";
import { MemoryLedger } from "../ledger/memory.ts";
import type { World } from "../surface/world.ts";
import type { RunConfig } from "../task/configuration.ts";
import { answerQuery, ledgerAccount } from "./answer.ts";
import { replayApi } from "./replay.ts";
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
