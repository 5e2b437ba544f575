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
 * A world in this process, behind the same road as the HTTP mock: the same answers, ledger and refusals.
 *
 * @param repetition which frozen draw of the noise answers.
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
