import { sealedLine, unsealed } from "../../ledger/seal.ts";
import { UserError } from "../../task/errors.ts";
import type { WireConfig } from "../../task/stanford-2025/wire.ts";
import type { Submission } from "../../task/submission.ts";
import type { LossAnswer, Source } from "../../training-api/training-api.ts";
import type { Plan } from "../plan.ts";

/** What a journal belongs to. Written before anything is sent, and never changed. */
export interface JournalHeader {
  readonly kind: "journal";
  readonly schema: 1;
  /** Whose records follow. Absent: those of the 2025 edition, `JournalRecord`. */
  readonly edition?: JournalEdition;
  /** Absent in the journal of a proxy, whose client decides what to ask. */
  readonly plan?: Plan;
  readonly endpoint: { readonly url: string; readonly source: Source };
  /** The SHA-256 of the API key: all that is ever stored of it. */
  readonly key: string;
  readonly at: string;
}

/** An edition with records of its own. */
export type JournalEdition = "stanford-2026";

/** What every record has, of any edition. */
export interface AnyRecord {
  readonly at: string;
  readonly kind: string;
}

/** A record without its time. */
export type EntryOf<R> = R extends unknown ? Omit<R, "at"> : never;

/** A run as the endpoint lists it. */
export interface ListedRun extends WireConfig {
  readonly loss: number;
}

/** Where an answer came from: the endpoint, its list of paid runs, or a refusal made here without asking it. */
export type Origin = "endpoint" | "previous_runs" | "here";

/** One thing that happened, in the order it happened; `at` is the time of day (ISO 8601). */
export type JournalRecord = { readonly at: string } & (
  | { readonly kind: "account"; readonly total: number; readonly runs: readonly ListedRun[] }
  /** `reason`: why the strategy asks. */
  | { readonly kind: "ask"; readonly config: WireConfig; readonly reason?: string }
  | { readonly kind: "no-answer"; readonly config: WireConfig; readonly reason: string }
  | {
      readonly kind: "answer";
      readonly config: WireConfig;
      readonly from: Origin;
      readonly status: "ok";
      readonly loss: number;
      /** FLOPs the key has spent after it. */
      readonly total: number;
    }
  | {
      readonly kind: "answer";
      readonly config: WireConfig;
      readonly from: Origin;
      readonly status: "refused" | "invalid";
      readonly message: string;
    }
  /** A last line that a crash cut short was removed; this is what was left of it. */
  | { readonly kind: "torn"; readonly text: string }
  | { readonly kind: "stopped"; readonly reason: string }
  | { readonly kind: "done"; readonly submission: Submission; readonly spent: number }
);

/** An answer as the journal has it, without its time. */
export type AnswerEntry = EntryOf<Extract<JournalRecord, { readonly kind: "answer" }>>;

/** The answer of a journal's entry; `source` is that of its header. */
export function answerOf(entry: AnswerEntry, source: Source): LossAnswer {
  return entry.status === "ok"
    ? { status: "ok", loss: entry.loss, totalFlopsUsed: entry.total, source }
    : { status: entry.status, message: entry.message, source };
}

/** The seal context of the first line. */
export const FIRST_SEAL = "isoflop-journal";

/**
 * A record as one line, sealed in the context of the line before: a line that is changed, lost or moved does not match.
 * Ends with a line feed.
 */
export function journalLine(record: JournalHeader | AnyRecord, before: string): { line: string; seal: string } {
  const { line, seal } = sealedLine(record, before, DIGITS);
  return { line: `${line}\n`, seal };
}

/** The record of a line (without its line feed); undefined when the line does not match its seal after `before`. */
export function parseLine(line: string, before: string): { record: unknown; seal: string } | undefined {
  return unsealed(line, before, DIGITS);
}

/** Hexadecimal digits of a seal. */
const DIGITS = 32;

/** The edition of a journal that names none. */
const DEFAULT_EDITION = "stanford-2025";

/** What a journal is opened for. */
interface JournalUse {
  readonly edition?: JournalEdition | undefined;
  /** The plan of a live run; absent for a proxy. */
  readonly plan?: Plan;
  readonly url: string;
  /** Fingerprint of the API key; absent where the key is not known yet. */
  readonly key?: string;
  /** Absent where the endpoint has not been asked yet. */
  readonly source?: Source;
}

/** Throws a UserError when a journal is of another plan, endpoint, key or source than it is opened for. */
export function checkHeader(header: JournalHeader, use: JournalUse, file: string): void {
  const { endpoint } = header;
  const difference =
    (header.edition !== use.edition
      ? `is of the edition ${header.edition ?? DEFAULT_EDITION}, not ${use.edition ?? DEFAULT_EDITION}`
      : undefined) ??
    planDifference(header.plan, use.plan) ??
    (endpoint.url !== use.url ? `belongs to the endpoint ${endpoint.url}, not ${use.url}` : undefined) ??
    (use.key !== undefined && header.key !== use.key ? "belongs to another API key" : undefined) ??
    (use.source !== undefined && endpoint.source !== use.source
      ? `has ${endpoint.source} answers, and ${endpoint.url} is ${use.source} now: they are never mixed`
      : undefined);
  if (difference !== undefined)
    throw new UserError(`journal "${file}" ${difference}; give --journal another file; paid runs are reused`);
}

function planDifference(known: Plan | undefined, given: Plan | undefined): string | undefined {
  if (known?.fingerprint === given?.fingerprint) return undefined;
  if (!known) return "is of a proxy";
  if (!given) return `belongs to a live run of ${known.strategy.name}`;
  return `belongs to another plan (${shown(known)}; this is ${shown(given)})`;
}

function shown({ strategy, fingerprint }: Plan): string {
  return `${strategy.name}, fingerprint ${fingerprint.slice(0, 12)}`;
}
