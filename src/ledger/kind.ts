import { FIELDS, identityOf, type RunConfig } from "../task/configuration.ts";

/**
 * What the runs of a ledger are: a configuration that is bought, its result, and the amount it costs. Each edition of the
 * course has its own.
 */
export interface LedgerKind<Config, Result, Amount> {
  /** Runs of a key with one identity are bought once. */
  identityOf(config: Config): string;
  readonly zero: Amount;
  plus(sum: Amount, cost: Amount): Amount;
  /** Whether a cost still fits under the cap. */
  fits(used: Amount, cost: Amount, cap: Amount): boolean;
  /** The exact text of an amount, and back. */
  textOf(amount: Amount): string;
  parse(text: string): Amount;
  /** What is stored of a run, as members of its JSON record, and back. Without a result, it is not settled. */
  toRecord(run: Bought<Config, Result, Amount>): { readonly [member: string]: unknown };
  fromRecord(record: { readonly [member: string]: unknown }): Bought<Config, Result, Amount>;
  /** The cost alone, which is quicker to read. */
  costOf(record: { readonly [member: string]: unknown }): Amount;
}

export interface Bought<Config, Result, Amount> {
  readonly config: Config;
  readonly cost: Amount;
  readonly result?: Result;
}

/** The runs of the 2025 edition: six numbers, a loss, FLOPs. */
export const FLOP_RUNS: LedgerKind<RunConfig, number, bigint> = {
  identityOf,
  zero: 0n,
  plus: (sum, cost) => sum + cost,
  fits: (used, cost, cap) => used + cost <= cap,
  textOf: String,
  parse: BigInt,
  toRecord: ({ config, cost, result }) => ({
    config: FIELDS.map((field) => config[field]),
    cost: `${cost}`,
    loss: result ?? null,
  }),
  costOf: ({ cost }) => BigInt(cost as string),
  fromRecord({ config: values, cost, loss }) {
    const config = Object.fromEntries(FIELDS.map((field, i) => [field, (values as number[])[i]])) as unknown;
    const run = { config: config as RunConfig, cost: BigInt(cost as string) };
    return loss === null ? run : { ...run, result: loss as number };
  },
};
