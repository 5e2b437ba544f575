import type { DatabaseSync, StatementSync } from "node:sqlite";
import { identityOf, type RunConfig } from "../task/configuration.ts";
import { openLedgerFile } from "./file.ts";
import type { Fingerprint, Ledger, LedgerEntry, Reservation } from "./ledger.ts";
import { accountText, type LedgerWorld, parseRun, type RunRecord, runText } from "./record.ts";

interface AccountRow {
  readonly generation: number;
  readonly used: bigint;
}

/**
 * A ledger in a file (SQLite, write-ahead log, synced at every commit): what has been returned is on disk, a process
 * killed at any moment loses nothing of it, and several processes may share the file. It belongs to one world.
 */
export class SqliteLedger implements Ledger {
  readonly #database: DatabaseSync;
  readonly #world: LedgerWorld;
  readonly #statements: Record<StatementName, StatementSync>;

  /**
   * @param report is told, in one line, of a damaged file that was set aside.
   * @throws UserError for a file that is no ledger, a ledger of another world, or a file that cannot be used.
   */
  constructor(path: string, world: LedgerWorld, report: (line: string) => void) {
    this.#database = openLedgerFile(path, world, report);
    this.#world = world;
    this.#statements = prepare(this.#database);
  }

  atomically<T>(work: () => T): T {
    if (this.#database.isTransaction) return work();
    // IMMEDIATE: takes the write lock before reading.
    this.#statements.begin.run();
    try {
      const result = work();
      this.#statements.commit.run();
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  reserve(key: Fingerprint, config: RunConfig, cost: bigint, cap: bigint): Reservation {
    return this.atomically(() => {
      const account = this.#account(key);
      const used = account?.used ?? 0n;
      const run = this.#run(key, config);
      if (run)
        return run.loss === undefined ? { outcome: "reserved", used } : { outcome: "settled", loss: run.loss, used };
      if (used + cost > cap) return { outcome: "refused", used };
      const generation = account?.generation ?? this.#open(key, 0);
      const order = Number(this.#statements.nextOrder.get()?.next);
      const text = runText({ key, generation, order, config, cost }, this.#world);
      this.#statements.addRun.run(order, key, identityOf(config), text);
      this.#statements.charge.run(`${used + cost}`, key);
      return { outcome: "reserved", used: used + cost };
    });
  }

  settle(key: Fingerprint, config: RunConfig, loss: number): bigint {
    return this.atomically(() => {
      const account = this.#account(key);
      const run = this.#run(key, config);
      if (!account || !run) throw new Error(`no reservation for ${identityOf(config)}: reserve before settling`);
      if (run.loss === undefined) this.#statements.settle.run(runText({ ...run, loss }, this.#world), run.order);
      return account.used;
    });
  }

  used(key: Fingerprint): bigint | undefined {
    return this.#account(key)?.used;
  }

  entries(key: Fingerprint): LedgerEntry[] {
    const runs = this.#statements.runs.all(key).map(({ record }) => this.#parse(record));
    return runs
      .filter((run): run is RunRecord & LedgerEntry => run.loss !== undefined)
      .map(({ config, loss }) => ({ config, loss }));
  }

  keys(): Fingerprint[] {
    return this.#statements.keys.all().map(({ key }) => String(key));
  }

  reset(key: Fingerprint): void {
    this.atomically(() => {
      const account = this.#account(key);
      if (!account) return;
      this.#statements.forget.run(key);
      this.#open(key, account.generation + 1);
    });
  }

  resets(key: Fingerprint): number {
    return this.#account(key)?.generation ?? 0;
  }

  close(): void {
    this.#database.close();
  }

  /** Starts a generation of a key; returns it. */
  #open(key: Fingerprint, generation: number): number {
    const order = Number(this.#statements.orderOf.get(key)?.next);
    this.#statements.open.run(key, generation, accountText({ key, generation, order }, this.#world));
    return generation;
  }

  #account(key: Fingerprint): AccountRow | undefined {
    const row = this.#statements.account.get(key);
    return row && { generation: Number(row.generation), used: BigInt(String(row.used)) };
  }

  #run(key: Fingerprint, config: RunConfig): RunRecord | undefined {
    const row = this.#statements.run.get(key, identityOf(config));
    return row && this.#parse(row.record);
  }

  #parse(record: unknown): RunRecord {
    const run = parseRun(String(record), this.#world);
    if (!run) throw new Error("a run in the ledger does not hold its checksum: the file was damaged while in use");
    return run;
  }
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
  runs: "SELECT record FROM runs WHERE key = ? ORDER BY id",
  nextOrder: "SELECT coalesce(max(id), 0) + 1 AS next FROM runs",
  addRun: "INSERT INTO runs (id, key, identity, record) VALUES (?, ?, ?, ?)",
  settle: "UPDATE runs SET record = ? WHERE id = ?",
  forget: "DELETE FROM runs WHERE key = ?",
} as const;

type StatementName = keyof typeof STATEMENTS;
