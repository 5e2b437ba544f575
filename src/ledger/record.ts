import { hash } from "node:crypto";
import { FIELDS, identityOf, type RunConfig } from "../task/configuration.ts";
import type { Fingerprint } from "./ledger.ts";

/** The world whose answers a ledger file holds: its name for people, the hash of its document for the seals. */
export interface LedgerWorld {
  readonly name: string;
  readonly hash: string;
}

/** One run as it is stored. */
export interface RunRecord {
  readonly key: Fingerprint;
  /** Counts the resets of the key; runs of an earlier life are forgotten. */
  readonly life: number;
  /** Ascending in the order first asked. */
  readonly order: number;
  readonly config: RunConfig;
  readonly cost: bigint;
  /** Absent while the run is charged and not settled. */
  readonly loss?: number;
}

/** A key that is known. */
export interface AccountRecord {
  readonly key: Fingerprint;
  readonly life: number;
  readonly order: number;
}

/** The world a file that does not exist yet will belong to; documents that differ in the order of keys only are equal. */
export function ledgerWorld<T extends { readonly name: string }>(document: T): LedgerWorld {
  return { name: document.name, hash: hash("sha256", JSON.stringify(document, sortedKeys)) };
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/*
 * Each record is one line of JSON that ends in a seal: a checksum over the line and the hash of the world. A line with a
 * sound seal is proof of itself, wherever in a damaged file it is found.
 */

export function runText({ key, life, order, config, cost, loss }: RunRecord, world: LedgerWorld): string {
  const values = FIELDS.map((field) => config[field]);
  return seal({ isoflop: "run", key, life, order, config: values, cost: `${cost}`, loss: loss ?? null }, world.hash);
}

export function accountText({ key, life, order }: AccountRecord, world: LedgerWorld): string {
  return seal({ isoflop: "account", key, life, order }, world.hash);
}

export function worldText({ name, hash: worldHash }: LedgerWorld): string {
  return seal({ isoflop: "ledger", schema: 1, world: name, hash: worldHash }, worldHash);
}

/** The run of a line; undefined when it is none of this world or its seal is broken. */
export function parseRun(text: string, world: LedgerWorld): RunRecord | undefined {
  const record = unseal(text, "run", world.hash);
  if (!record) return undefined;
  const { key, life, order, config, cost, loss } = record as unknown as SealedRun;
  const entries = FIELDS.map((field, i) => [field, config[i]]);
  const run = { key, life, order, config: Object.fromEntries(entries) as unknown as RunConfig, cost: BigInt(cost) };
  return loss === null ? run : { ...run, loss };
}

export function parseAccount(text: string, world: LedgerWorld): AccountRecord | undefined {
  const record = unseal(text, "account", world.hash);
  return record as unknown as AccountRecord | undefined;
}

/** The world named by a line; undefined when its seal is broken. */
export function parseWorld(text: string): LedgerWorld | undefined {
  const { hash: worldHash } = jsonRecord(text) ?? {};
  const record = typeof worldHash === "string" ? unseal(text, "ledger", worldHash) : undefined;
  return record && { name: String(record.world), hash: String(record.hash) };
}

/** What in a stretch of bytes may be a line; whether it is one, its seal must tell. */
export function linesIn(bytes: Buffer): string[] {
  const lines = bytes
    .toString("latin1")
    .matchAll(/\{"isoflop":"(?:run|account|ledger)",[^{}]{1,900}"seal":"[0-9a-f]{16}"\}/g);
  return Array.from(lines, ([line]) => Buffer.from(line, "latin1").toString("utf8"));
}

/** A run's place among those of all keys. */
export function placeOf({ key, config }: Pick<RunRecord, "key" | "config">): string {
  return `${key} ${identityOf(config)}`;
}

interface SealedRun {
  readonly key: Fingerprint;
  readonly life: number;
  readonly order: number;
  readonly config: readonly number[];
  readonly cost: string;
  readonly loss: number | null;
}

const SEAL = /,"seal":"([0-9a-f]{16})"\}$/;

function seal(record: object, worldHash: string): string {
  const open = JSON.stringify(record).slice(0, -1);
  return `${open},"seal":"${sealOf(open, worldHash)}"}`;
}

function sealOf(open: string, worldHash: string): string {
  return hash("sha256", `${worldHash}\n${open}`).slice(0, 16);
}

function unseal(text: string, kind: string, worldHash: string): Record<string, unknown> | undefined {
  const match = SEAL.exec(text);
  if (!match || sealOf(text.slice(0, match.index), worldHash) !== match[1]) return undefined;
  const record = jsonRecord(text);
  return record?.isoflop === kind ? record : undefined;
}

function jsonRecord(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
