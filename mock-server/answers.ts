import type { Fingerprint, Ledger, LedgerEntry } from "../src/ledger/ledger.ts";
import type { World } from "../src/surface/world.ts";
import { FIELDS, type Field, type RunConfig } from "../src/task/configuration.ts";
import { pythonFloat } from "../src/task/python/float.ts";
import { accepts, type Domain, type SearchSpace } from "../src/task/search-space.ts";
import { rangeMessage, WIRE_NAMES, wireText } from "../src/task/stanford-2025/wire.ts";
import { payAndAnswer } from "../src/training-api/answer.ts";
import type { ExactInteger, LossQuery } from "./schemas.ts";

/** What is needed to answer. */
interface LossContext {
  readonly world: World;
  readonly ledger: Ledger;
  readonly repetition: number;
  readonly quirks: boolean;
}

/** The answer to a parsed query: status and JSON body. */
export interface LossReply {
  readonly status: 200 | 404 | 422;
  readonly body: string;
  /** Whether it is a recorded answer of a real API. */
  readonly isRecorded?: boolean;
}

/** Checks the ranges, then takes the one road of a query. */
export function answerLoss(
  { world, ledger, repetition, quirks }: LossContext,
  key: Fingerprint,
  asked: LossQuery,
): LossReply {
  const config = configurationOf(asked, world.task.searchSpace, quirks);
  if (typeof config === "string") return { status: 404, body: JSON.stringify({ message: config }) };
  const answer = payAndAnswer(world, ledger, key, config, repetition);
  if (answer.status !== "ok") return { status: 422, body: JSON.stringify({ message: answer.message }) };
  const body = `{"loss":${pythonFloat(answer.loss)},"total_flops_used":${answer.used}}`;
  return { status: 200, body, isRecorded: world.recordedLoss(config) !== undefined };
}

/** The configuration of a query, or the sentence for its first value out of range. */
export function configurationOf(asked: LossQuery, space: SearchSpace, quirks: boolean): RunConfig | string {
  for (const field of FIELDS) {
    const value = asked[WIRE_NAMES[field]];
    const number = Number(value);
    // 10000000000000001 rounds to a budget, and is none.
    const accepted = accepts(space[field], number) && (typeof value === "number" || BigInt(number) === value);
    if (!accepted) return rangeSentence(field, space[field], value, quirks);
  }
  return {
    dModel: Number(asked.d_model),
    numLayers: Number(asked.num_layers),
    numHeads: Number(asked.num_heads),
    batchSize: Number(asked.batch_size),
    learningRate: asked.learning_rate,
    trainFlops: Number(asked.train_flops),
  };
}

/** The real API refuses 17 heads and says that 24 are allowed; `quirks` says so too. */
function rangeSentence(field: Field, domain: Domain, value: ExactInteger, quirks: boolean): string {
  const got = typeof value === "bigint" ? value.toString() : wireText(field, value);
  const quirky = quirks && field === "numHeads" && domain.kind === "range";
  return rangeMessage(field, quirky ? { ...domain, maximum: 24 } : domain, got);
}

/** The body of `/total_flops_used`: a Python float, or the integer of the handout's example. */
export function totalFlopsUsed(ledger: Ledger, key: Fingerprint, strictHandout: boolean): string {
  const used = ledger.used(key) ?? 0n;
  return strictHandout ? used.toString() : pythonFloat(Number(used));
}

/** The body of `/previous_runs`. */
export function previousRuns(ledger: Ledger, key: Fingerprint): string {
  return previousRunsBody(ledger.entries(key));
}

/** The body for these runs, in their order. */
export function previousRunsBody(entries: readonly LedgerEntry[]): string {
  return `{"previous_runs":[${entries.map(runOf).join(",")}]}`;
}

function runOf({ config, loss }: LedgerEntry): string {
  const fields = FIELDS.map((field) => `"${WIRE_NAMES[field]}":${wireText(field, config[field])}`);
  return `{${fields.join(",")},"loss":${pythonFloat(loss)}}`;
}
