import { identityOf, type RunConfig } from "../task/configuration.ts";
import { formatFlops } from "../task/quantity.ts";
import { fromWire, toWire } from "../task/stanford-2025/wire.ts";
import type { JournalRecord, ListedRun } from "./journal/record.ts";

/** Two statements that cannot both be true. Its message shows both versions. */
export class Contradiction extends Error {
  override readonly name = "Contradiction";
}

/** A run known to be paid for. */
export interface PaidRun {
  readonly config: RunConfig;
  readonly loss: number;
}

/** What a key is known to have bought and spent, and which questions are in doubt: asked and not answered. */
export interface KnownAccount {
  /** By identity. */
  readonly paid: Map<string, PaidRun>;
  /** By identity: asked, perhaps charged, and not answered. */
  readonly doubts: Map<string, RunConfig>;
  /** FLOPs spent, as last stated by the endpoint. */
  total: number;
}

/**
 * What a journal says of its key's account. A line that a crash cut short hides nothing: its question was not sent yet.
 */
export function knownAccountOf(records: readonly JournalRecord[]): KnownAccount {
  const account: KnownAccount = { paid: new Map(), doubts: new Map(), total: 0 };
  for (const record of records) {
    if (record.kind === "account") {
      for (const run of record.runs) recordPaid(account, fromWire(run), run.loss);
      account.total = record.total;
    } else if (record.kind === "ask") {
      const config = fromWire(record.config);
      account.doubts.set(identityOf(config), config);
    } else if (record.kind === "answer") {
      const config = fromWire(record.config);
      account.doubts.delete(identityOf(config));
      if (record.status === "ok") {
        recordPaid(account, config, record.loss);
        account.total = record.total;
      }
    }
  }
  return account;
}

/** The first statement about a run stands: a later one that differs is for `contradictionOf` to find. */
function recordPaid(account: KnownAccount, config: RunConfig, loss: number): void {
  const identity = identityOf(config);
  if (!account.paid.has(identity)) account.paid.set(identity, { config, loss });
}

/**
 * Where the endpoint contradicts what is known, or itself; undefined when it does not.
 * Every run known must be listed with its loss, and the total must be the cost of what is listed, give or take
 * one question in doubt: it may have been charged and not be listed yet.
 */
export function contradictionOf(known: KnownAccount, total: number, runs: readonly ListedRun[]): string | undefined {
  const listed = new Map(runs.map((run) => [identityOf(fromWire(run)), run.loss]));
  for (const [identity, { config, loss }] of known.paid) {
    const stated = listed.get(identity);
    if (stated === loss) continue;
    const other = stated === undefined ? "does not list it" : `lists it with loss ${stated}`;
    return `the journal has loss ${loss} for ${JSON.stringify(toWire(config))}; the endpoint's /previous_runs ${other}`;
  }
  if (listed.size < runs.length) return "the endpoint's /previous_runs lists one configuration twice";
  const sum = runs.reduce((sum, run) => sum + run.train_flops, 0);
  if (isClose(total, sum) || doubtExplains(known, total - sum, listed)) return undefined;
  return `the endpoint's /total_flops_used says ${formatExactly(total)} FLOPs; the ${runs.length} runs of its /previous_runs cost ${formatExactly(sum)}`;
}

function doubtExplains({ doubts }: KnownAccount, difference: number, listed: ReadonlyMap<string, number>): boolean {
  return [...doubts].some(([identity, { trainFlops }]) => !listed.has(identity) && isClose(difference, trainFlops));
}

/** Whether the total holds the cost of a question in doubt that is not among the runs known to be paid for. */
export function isDoubtCharged({ doubts, paid, total }: KnownAccount, config: RunConfig): boolean {
  if (!doubts.has(identityOf(config))) return false;
  const listed = [...paid.values()].reduce((sum, run) => sum + run.config.trainFlops, 0);
  return isClose(total - listed, config.trainFlops);
}

/** Totals are floats on the wire; the least budget is five orders above their last digit. */
export function isClose(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-12 * Math.max(Math.abs(a), Math.abs(b));
}

function formatExactly(flops: number): string {
  return Number(formatFlops(flops)) === flops ? formatFlops(flops) : String(flops);
}
