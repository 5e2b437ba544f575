import { join } from "node:path";
import { expect, test } from "vitest";
import { randomStream } from "../../src/task/random.ts";
import { temporaryFolder } from "../ledger/temporary.ts";
import { killAgainAndAgain, load, type Runs, stored } from "./killed-server.ts";
import { type ServeProcess, startServe } from "./serve-process.ts";

const folder = temporaryFolder();

test.concurrent.each([0, 1, 2])(
  "killed again and again under load, a ledger loses nothing it acknowledged (%d)",
  async (seed) => {
    const file = join(folder, `killed-${seed}`);
    expect(await killAgainAndAgain({ file, seed, kills: 11 })).toBeGreaterThan(100);
  },
);

test("two servers on one ledger charge each configuration once and never spend above the budget", async () => {
  const file = join(folder, "shared");
  const servers = await Promise.all([startServe("--ledger", file), startServe("--ledger", file)]);
  const rng = randomStream("shared");
  const next = () => ({
    d_model: `${64 + Math.floor(rng() * 40)}`,
    train_flops: rng() < 0.5 ? "60000000000000000" : "100000000000000000",
  });
  const loads = await Promise.all(servers.map(({ port }) => load(port, 16, next, 400, () => {})));
  const seen = await Promise.all(servers.map(({ port }) => stored(port)));
  const [one, two] = seen as [Runs, Runs];
  expect(one).toEqual(two);
  expect(one.total).toBe(one.spent);
  expect(one.total).toBeLessThanOrEqual(2e18);
  // The rest is less than the cheapest query: the budget was really contended.
  expect(one.total).toBeGreaterThan(2e18 - 6e16);
  for (const { acknowledged, statuses } of loads) {
    expect([...statuses.keys()].sort()).toEqual([200, 422]);
    for (const [row, loss] of acknowledged) expect(one.losses.get(row)).toBe(loss);
  }
  expect(await Promise.all(servers.map((server: ServeProcess) => server.end("SIGTERM")))).toEqual([0, 0]);
});
