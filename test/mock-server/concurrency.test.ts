import { join } from "node:path";
import { expect, test } from "vitest";
import { contend } from "../../benchmarks/reliability/servers/contended-servers.ts";
import { temporaryFolder } from "../ledger/temporary.ts";

const folder = temporaryFolder();

test("two servers on one ledger, asked much the same by many, charge each configuration once and never above the budget", async () => {
  const more = (asked: number) => asked < 2500;
  const { requests, answers, keys, violations } = await contend({
    file: join(folder, "shared"),
    seed: 0,
    clients: 32,
    more,
  });
  expect(violations).toEqual([]);
  expect(answers).toBe(requests);
  // What is to be withstood did happen: equal questions met, both servers answered, and budgets ran out.
  const sum = (of: (key: (typeof keys)[number]) => number) => keys.reduce((total, key) => total + of(key), 0);
  expect(sum(({ races }) => races)).toBeGreaterThan(100);
  expect(sum(({ refusals }) => refusals)).toBeGreaterThan(100);
  expect(sum(({ answeredByBoth }) => answeredByBoth)).toBeGreaterThan(100);
  expect(Math.max(...keys.map(({ highest }) => highest))).toBeGreaterThan(1.9e18);
});
