import { hash } from "node:crypto";
import { canonicalJson } from "../task/canonical-json.ts";
import type { LedgerKind } from "./kind.ts";
import type { Fingerprint, LedgerRun } from "./ledger.ts";
import { sealedLine, unsealed } from "./seal.ts";

/** The world whose answers a ledger file holds: its name for people, the hash of its document for the seals. */
export interface LedgerWorld {
  readonly name: string;
  readonly hash: string;
}

/** One run as it is stored. */
export interface RunRecord<Config, Result, Amount> extends LedgerRun<Config, Result, Amount> {
  readonly key: Fingerprint;
  /** How often its key had been reset; stored as `life`. */
  readonly generation: number;
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

export function runText<Config, Result, Amount>(
  run: RunRecord<Config, Result, Amount>,
  kind: LedgerKind<Config, Result, Amount>,
  world: LedgerWorld,
): string {
  const { key, generation, order } = run;
  return sealedLine({ isoflop: "run", key, life: generation, order, ...kind.toRecord(run) }, world.hash, DIGITS).line;
}

export function accountText({ key, generation, order }: AccountRecord, world: LedgerWorld): string {
  return sealedLine({ isoflop: "account", key, life: generation, order }, world.hash, DIGITS).line;
}

export function noteText(name: string, text: string, world: LedgerWorld): string {
  return sealedLine({ isoflop: "note", name, text }, world.hash, DIGITS).line;
}

export function worldText({ name, hash: worldHash }: LedgerWorld): string {
  return sealedLine({ isoflop: "ledger", schema: 1, world: name, hash: worldHash }, worldHash, DIGITS).line;
}

/** The run of a line; undefined when the line is no run of this world or does not match its seal. */
export function parseRun<Config, Result, Amount>(
  text: string,
  kind: LedgerKind<Config, Result, Amount>,
  world: LedgerWorld,
): RunRecord<Config, Result, Amount> | undefined {
  const record = recordOf(text, "run", world.hash);
  if (!record) return undefined;
  const { key, life: generation, order } = record as unknown as StoredAccount;
  return { key, generation, order, ...kind.fromRecord(record) };
}

/** What the run of a line costs; undefined as above. */
export function parseCost<Config, Result, Amount>(
  text: string,
  kind: LedgerKind<Config, Result, Amount>,
  world: LedgerWorld,
): Amount | undefined {
  const record = recordOf(text, "run", world.hash);
  return record && kind.costOf(record);
}

/** The note of a line; undefined when the line is no note of this world or does not match its seal. */
export function parseNote(text: string, world: LedgerWorld): { name: string; text: string } | undefined {
  const record = recordOf(text, "note", world.hash);
  return record && { name: String(record.name), text: String(record.text) };
}

/** The account of a line; undefined when the line is no account of this world or does not match its seal. */
export function parseAccount(text: string, world: LedgerWorld): AccountRecord | undefined {
  const record = recordOf(text, "account", world.hash) as unknown as StoredAccount | undefined;
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

function recordOf(text: string, kind: string, context: string): { readonly [member: string]: unknown } | undefined {
  const record = unsealed(text, context, DIGITS)?.record;
  return record?.isoflop === kind ? record : undefined;
}
