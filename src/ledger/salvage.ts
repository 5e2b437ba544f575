import {
  type AccountRecord,
  type LedgerWorld,
  linesIn,
  parseAccount,
  parseRun,
  parseWorld,
  placeOf,
  type RunRecord,
} from "./record.ts";

/** What a ledger file holds. */
export interface Contents {
  readonly accounts: readonly AccountRecord[];
  readonly runs: readonly RunRecord[];
}

/** The world some bytes say they belong to, if a sound line says so. */
export function worldIn(bytes: Buffer): LedgerWorld | undefined {
  return linesIn(bytes)
    .map(parseWorld)
    .find((world) => world !== undefined);
}

/** All that the bytes of a damaged file prove to have been stored for a world, whatever became of its tables. */
export function salvage(bytes: Buffer, world: LedgerWorld): Contents {
  const accounts = new Map<string, AccountRecord>();
  const runs = new Map<string, RunRecord>();
  const meet = (account: AccountRecord) => {
    const known = accounts.get(account.key);
    if (!known || known.life < account.life) accounts.set(account.key, account);
  };
  for (const line of linesIn(bytes)) {
    const account = parseAccount(line, world);
    if (account) meet(account);
    const run = parseRun(line, world);
    if (!run) continue;
    meet({ key: run.key, life: run.life, order: run.order });
    const known = runs.get(placeOf(run));
    // Older versions of a run lie about in the file too.
    const newer = !known || run.life > known.life || (run.life === known.life && known.loss === undefined);
    if (newer) runs.set(placeOf(run), run);
  }
  const byOrder = (a: { readonly order: number }, b: { readonly order: number }) => a.order - b.order;
  return {
    accounts: [...accounts.values()].sort(byOrder),
    runs: [...runs.values()].filter(({ key, life }) => accounts.get(key)?.life === life).sort(byOrder),
  };
}
