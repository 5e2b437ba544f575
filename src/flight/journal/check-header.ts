import { UserError } from "../../task/errors.ts";
import type { Source } from "../../training-api/training-api.ts";
import type { Plan } from "../plan.ts";
import type { JournalHeader } from "./record.ts";

/** What a journal is opened for. */
export interface JournalUse {
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
    planDifference(header.plan, use.plan) ??
    (endpoint.url !== use.url ? `is of the endpoint ${endpoint.url}, not ${use.url}` : undefined) ??
    (use.key !== undefined && header.key !== use.key ? "is of another API key" : undefined) ??
    (use.source !== undefined && endpoint.source !== use.source
      ? `has ${endpoint.source} answers, and ${endpoint.url} is ${use.source} now: they are never mixed`
      : undefined);
  if (difference !== undefined)
    throw new UserError(`journal "${file}" ${difference}; give --journal another file; what is paid for is reused`);
}

function planDifference(known: Plan | undefined, given: Plan | undefined): string | undefined {
  if (known?.fingerprint === given?.fingerprint) return undefined;
  if (!known) return "is of a proxy";
  if (!given) return `is of a live run of ${known.strategy.name}`;
  return `is of another plan (${shown(known)}; this is ${shown(given)})`;
}

function shown({ strategy, fingerprint }: Plan): string {
  return `${strategy.name}, fingerprint ${fingerprint.slice(0, 12)}`;
}
