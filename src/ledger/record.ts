import { hash } from "node:crypto";
import { canonicalJson } from "../task/canonical-json.ts";
import { FIELDS, type RunConfig } from "../task/configuration.ts";
import type { Fingerprint } from "./ledger.ts";
import { sealedLine, unsealed } from "./seal.ts";

/** The world whose answers a ledger file holds: its name for people, the hash of its document for the seals. */
export interface LedgerWorld {
  readonly name: string;
  readonly hash: string;
}

/** One run as it is stored. */
export interface RunRecord {
  readonly key: Fingerprint;
  /** How often its key had been reset; stored as `life`. */
  readonly generation: number;
  /** Ascending in the order first asked. */
  readonly order: number;
  readonly config: RunConfig;
  /** FLOPs charged. */
  readonly cost: bigint;
  /** Absent while the run is charged and not settled. */
  readonly loss?: number;
}

/** A key that is known. */
export interface AccountRecord {
  readonly key: Fingerprint;
  readonly generation: number;
  readonly order: number;
}

/** The world that a ledger belongs to. Documents that differ only in the order of their keys are the same world. */
export function ledgerWorld<T extends { readonly name: string }>(document: T): LedgerWorld {
  return { name: document.name, hash: hash("sha256", canonicalJson(document)) };
}

/** Hexadecimal digits of a record's seal. */
const DIGITS = 16;

export function runText({ key, generation, order, config, cost, loss }: RunRecord, world: LedgerWorld): string {
  const values = FIELDS.map((field) => config[field]);
  const record = { isoflop: "run", key, life: generation, order, config: values, cost: `${cost}`, loss: loss ?? null };
  return sealedLine(record, world.hash, DIGITS).line;
}

export function accountText({ key, generation, order }: AccountRecord, world: LedgerWorld): string {
  return sealedLine({ isoflop: "account", key, life: generation, order }, world.hash, DIGITS).line;
}

export function worldText({ name, hash: worldHash }: LedgerWorld): string {
  return sealedLine({ isoflop: "ledger", schema: 1, world: name, hash: worldHash }, worldHash, DIGITS).line;
}

/** The run of a line; undefined when the line is no run of this world or does not match its seal. */
export function parseRun(text: string, world: LedgerWorld): RunRecord | undefined {
  const record = recordOf(text, "run", world.hash) as StoredRun | undefined;
  if (!record) return undefined;
  const { key, life: generation, order, config: values, cost, loss } = record;
  const config = Object.fromEntries(FIELDS.map((field, i) => [field, values[i]])) as unknown as RunConfig;
  const run = { key, generation, order, config, cost: BigInt(cost) };
  return loss === null ? run : { ...run, loss };
}

/** The account of a line; undefined when the line is no account of this world or does not match its seal. */
export function parseAccount(text: string, world: LedgerWorld): AccountRecord | undefined {
  const record = recordOf(text, "account", world.hash) as StoredAccount | undefined;
  return record && { key: record.key, generation: record.life, order: record.order };
}

/** The world that a line names; undefined when the line does not match its seal. */
export function parseWorld(text: string): LedgerWorld | undefined {
  // The seal of this line depends on the hash that stands in it.
  const worldHash = /"hash":"([0-9a-f]{64})"/.exec(text)?.[1];
  const record = worldHash === undefined ? undefined : recordOf(text, "ledger", worldHash);
  return record && { name: String(record.world), hash: String(record.hash) };
}

interface StoredAccount {
  readonly key: Fingerprint;
  readonly life: number;
  readonly order: number;
}

interface StoredRun extends StoredAccount {
  readonly config: readonly number[];
  readonly cost: string;
  readonly loss: number | null;
}

function recordOf(text: string, kind: string, context: string): { readonly [member: string]: unknown } | undefined {
  const record = unsealed(text, context, DIGITS)?.record;
  return record?.isoflop === kind ? record : undefined;
}
