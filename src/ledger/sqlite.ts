import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { RunConfig } from "../task/configuration.ts";
import { openLedgerFile } from "./file.ts";
import { GroupCommit } from "./group-commit.ts";
import { FLOP_RUNS, type LedgerKind } from "./kind.ts";
import type { Fingerprint, Ledger, LedgerEntry, LedgerRun, Reservation } from "./ledger.ts";
import {
  accountText,
  type LedgerWorld,
  noteText,
  parseCost,
  parseNote,
  parseRun,
  type RunRecord,
  runText,
} from "./record.ts";

/** A key as the open transaction sees it. */
interface Account<Amount> {
  readonly generation: number;
  used: Amount;
  /** Whether `used` must be written yet. */
  isCharged: boolean;
}

/**
 * A ledger in a file (SQLite, write-ahead log, synced at every commit): what has been returned is on disk, a process
 * killed at any moment loses nothing of it, and several processes may share the file. It belongs to one world.
 */
export class SqliteLedger<Config = RunConfig, Result = number, Amount = bigint>
  implements Ledger<Config, Result, Amount>
{
  readonly #kind: LedgerKind<Config, Result, Amount>;
  readonly #database: DatabaseSync;
  readonly #world: LedgerWorld;
  readonly #statements: Record<StatementName, StatementSync>;
  readonly #commits: GroupCommit;
  /** What the open transaction has read or charged, by key; empty between transactions. */
  readonly #accounts = new Map<Fingerprint, Account<Amount>>();
  /** Runs that the open transaction has charged and not yet written, by key and identity. */
  readonly #unwritten = new Map<string, RunRecord<Config, Result, Amount>>();
  /** What the runs of a key cost, by their order, once the open transaction has changed one of them. */
  readonly #costs = new Map<Fingerprint, Map<number, Amount>>();
  /** The order of the open transaction's next run. */
  #nextOrder: number | undefined;

  /**
   * @param report is told, in one line, of a damaged file that was set aside.
   * @param kind what its runs are. @defaultValue those of the 2025 edition
   * @throws UserError for a file that is no ledger, a ledger of another world, or a file that cannot be used.
   */
  constructor(
    path: string,
    world: LedgerWorld,
    report: (line: string) => void,
    kind?: LedgerKind<Config, Result, Amount>,
  ) {
    this.#kind = kind ?? (FLOP_RUNS as unknown as LedgerKind<Config, Result, Amount>);
    this.#database = openLedgerFile(path, world, report, this.#kind);
    this.#world = world;
    this.#statements = prepare(this.#database);
    this.#commits = new GroupCommit({
      // IMMEDIATE: takes the write lock before reading.
      begin: () => this.#statements.begin.run(),
      commit: () => {
        this.#write();
        this.#statements.commit.run();
        this.#forget();
      },
      rollback: () => {
        this.#forget();
        if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      },
    });
  }

  atomically<T>(work: () => T): T {
    return this.#commits.run(work);
  }

  inGroup<T>(work: () => T): T | Promise<T> {
    return this.#commits.join(work);
  }

  reserve(key: Fingerprint, config: Config, cost: Amount, cap: Amount): Reservation<Result, Amount> {
    return this.atomically((): Reservation<Result, Amount> => {
      const account = this.#account(key);
      const used = account?.used ?? this.#kind.zero;
      const run = this.run(key, config);
      if (run)
        return run.result === undefined
          ? { outcome: "reserved", used }
          : { outcome: "settled", loss: run.result, used };
      if (!this.#kind.fits(used, cost, cap)) return { outcome: "refused", used };
      const charged = account ?? this.#open(key, 0);
      charged.used = this.#kind.plus(used, cost);
      charged.isCharged = true;
      const order = this.#nextOrder ?? Number(this.#statements.nextOrder.get()?.next);
      this.#nextOrder = order + 1;
      this.#costs.get(key)?.set(order, cost);
      this.#unwritten.set(this.#placeOf(key, config), { key, generation: charged.generation, order, config, cost });
      return { outcome: "reserved", used: charged.used };
    });
  }

  settle(key: Fingerprint, config: Config, result: Result, cost?: Amount): Amount {
    return this.atomically(() => {
      const account = this.#account(key);
      const run = this.run(key, config);
      if (!account || !run)
        throw new Error(`no reservation for ${this.#kind.identityOf(config)}: reserve before settling`);
      if (run.result !== undefined) return account.used;
      const place = this.#placeOf(key, config);
      const settled = { ...run, result, cost: cost ?? run.cost };
      if (this.#unwritten.has(place)) this.#unwritten.set(place, settled);
      else this.#statements.settle.run(runText(settled, this.#kind, this.#world), run.order);
      if (cost !== undefined) {
        const costs = this.#costsOf(key).set(run.order, cost);
        account.used = [...costs.values()].reduce((sum, its) => this.#kind.plus(sum, its), this.#kind.zero);
        account.isCharged = true;
      }
      return account.used;
    });
  }

  used(key: Fingerprint): Amount | undefined {
    return this.#account(key)?.used;
  }

  entries(key: Fingerprint): LedgerEntry<Config, Result>[] {
    return this.runs(key).flatMap(({ config, result }) => (result === undefined ? [] : [{ config, loss: result }]));
  }

  runs(key: Fingerprint): LedgerRun<Config, Result, Amount>[] {
    this.#write();
    return this.#statements.runs.all(key).map(({ record }) => this.#parse(record));
  }

  run(key: Fingerprint, config: Config): RunRecord<Config, Result, Amount> | undefined {
    const unwritten = this.#unwritten.get(this.#placeOf(key, config));
    if (unwritten) return unwritten;
    const row = this.#statements.run.get(key, this.#kind.identityOf(config));
    return row && this.#parse(row.record);
  }

  keys(): Fingerprint[] {
    return this.#statements.keys.all().map(({ key }) => String(key));
  }

  reset(key: Fingerprint): void {
    this.atomically(() => {
      const account = this.#account(key);
      if (!account) return;
      this.#write();
      this.#statements.forget.run(key);
      this.#costs.delete(key);
      this.#open(key, account.generation + 1);
    });
  }

  resets(key: Fingerprint): number {
    return this.#account(key)?.generation ?? 0;
  }

  note(name: string): string | undefined {
    const row = this.#statements.note.get(name);
    if (!row) return undefined;
    const note = parseNote(String(row.record), this.#world);
    if (!note) throw new Error(`the note "${name}" in the ledger does not match its checksum`);
    return note.text;
  }

  setNote(name: string, text: string): void {
    this.atomically(() => this.#statements.setNote.run(name, noteText(name, text, this.#world)));
  }

  close(): void {
    this.#commits.commit();
    this.#database.close();
  }

  /** Starts a generation of a key. */
  #open(key: Fingerprint, generation: number): Account<Amount> {
    const order = Number(this.#statements.orderOf.get(key)?.next);
    this.#statements.open.run(key, generation, accountText({ key, generation, order }, this.#world));
    const account = { generation, used: this.#kind.zero, isCharged: false };
    this.#accounts.set(key, account);
    return account;
  }

  #account(key: Fingerprint): Account<Amount> | undefined {
    const known = this.#accounts.get(key);
    if (known) return known;
    const row = this.#statements.account.get(key);
    if (!row) return undefined;
    const used = this.#kind.parse(String(row.used));
    const account = { generation: Number(row.generation), used, isCharged: false };
    // Between transactions another process may write.
    if (this.#commits.isOpen) this.#accounts.set(key, account);
    return account;
  }

  /** The place of a run: its key and its identity. */
  #placeOf(key: Fingerprint, config: Config): string {
    return `${key} ${this.#kind.identityOf(config)}`;
  }

  #costsOf(key: Fingerprint): Map<number, Amount> {
    const known = this.#costs.get(key);
    if (known) return known;
    this.#write();
    const costs = new Map<number, Amount>();
    for (const { id, record } of this.#statements.runs.all(key)) {
      const cost = parseCost(String(record), this.#kind, this.#world);
      if (cost === undefined) throw damaged();
      costs.set(Number(id), cost);
    }
    this.#costs.set(key, costs);
    return costs;
  }

  #parse(record: unknown): RunRecord<Config, Result, Amount> {
    const run = parseRun(String(record), this.#kind, this.#world);
    if (!run) throw damaged();
    return run;
  }

  /** Writes what the open transaction has charged: each run once, though it was reserved and then settled. */
  #write(): void {
    for (const run of this.#unwritten.values())
      this.#statements.addRun.run(
        run.order,
        run.key,
        this.#kind.identityOf(run.config),
        runText(run, this.#kind, this.#world),
      );
    this.#unwritten.clear();
    for (const [key, account] of this.#accounts) {
      if (account.isCharged) this.#statements.charge.run(this.#kind.textOf(account.used), key);
      account.isCharged = false;
    }
  }

  #forget(): void {
    this.#accounts.clear();
    this.#costs.clear();
    this.#unwritten.clear();
    this.#nextOrder = undefined;
  }
}

function damaged(): Error {
  return new Error("a run in the ledger does not match its checksum: the file was damaged while in use");
}

function prepare(database: DatabaseSync): Record<StatementName, StatementSync> {
  const entries = Object.entries(STATEMENTS).map(([name, sql]) => [name, database.prepare(sql)]);
  return Object.fromEntries(entries) as Record<StatementName, StatementSync>;
}

const STATEMENTS = {
  begin: "BEGIN IMMEDIATE",
  commit: "COMMIT",
  account: "SELECT life AS generation, used FROM accounts WHERE key = ?",
  orderOf:
    "SELECT coalesce((SELECT rowid FROM accounts WHERE key = ?), (SELECT coalesce(max(rowid), 0) + 1 FROM accounts)) AS next",
  open: `INSERT INTO accounts (key, life, used, record) VALUES (?, ?, '0', ?)
    ON CONFLICT (key) DO UPDATE SET life = excluded.life, used = excluded.used, record = excluded.record`,
  charge: "UPDATE accounts SET used = ? WHERE key = ?",
  keys: "SELECT key FROM accounts ORDER BY rowid",
  run: "SELECT record FROM runs WHERE key = ? AND identity = ?",
  runs: "SELECT id, record FROM runs WHERE key = ? ORDER BY id",
  nextOrder: "SELECT coalesce(max(id), 0) + 1 AS next FROM runs",
  addRun: "INSERT INTO runs (id, key, identity, record) VALUES (?, ?, ?, ?)",
  settle: "UPDATE runs SET record = ? WHERE id = ?",
  forget: "DELETE FROM runs WHERE key = ?",
  note: "SELECT record FROM notes WHERE name = ?",
  setNote: "INSERT INTO notes VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET record = excluded.record",
} as const;

type StatementName = keyof typeof STATEMENTS;
