import { Agent, request } from "node:http";
import { join } from "node:path";
import { expect, test } from "vitest";
import { randomStream } from "../../src/task/random.ts";
import { temporaryFolder } from "../ledger/temporary.ts";
import { ask, lossTarget } from "./mock.ts";
import { type ServeProcess, startServe } from "./serve-process.ts";

const folder = temporaryFolder();
const KEY = "crash";

interface Runs {
  readonly losses: Map<string, number>;
  readonly spent: number;
  readonly total: number;
}

/** What a server says it has stored for the key. */
async function stored(port: number): Promise<Runs> {
  const runs = await ask(port, `/previous_runs?api_key=${KEY}`);
  const total = await ask(port, `/total_flops_used?api_key=${KEY}`);
  const { previous_runs: rows = [] } = JSON.parse(runs.body);
  const losses = new Map<string, number>();
  let spent = 0;
  for (const { loss, ...config } of rows) {
    losses.set(JSON.stringify(config), loss);
    spent += config.train_flops;
  }
  expect(losses.size).toBe(rows.length);
  return { losses, spent, total: total.status === 422 ? 0 : JSON.parse(total.body) };
}

interface Load {
  readonly acknowledged: Map<string, number>;
  readonly statuses: Map<number, number>;
}

/**
 * Clients that ask, each its next question when the last is answered, until `enough` answers have come or the server
 * has gone. `afterwards` is called with the rest of the questions still in flight.
 */
async function load(
  port: number,
  clients: number,
  next: () => Record<string, string>,
  enough: number,
  afterwards: () => void,
): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const [acknowledged, statuses] = [new Map<string, number>(), new Map<number, number>()];
  let answers = 0;
  const client = async () => {
    while (answers < enough) {
      const config = next();
      const { status, body } = await send(port, lossTarget({ ...config, api_key: KEY }), agent);
      if (status === 200) acknowledged.set(rowOf(config), JSON.parse(body).loss);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (++answers === enough) afterwards();
    }
  };
  await Promise.allSettled(Array.from({ length: clients }, client));
  agent.destroy();
  return { acknowledged, statuses };
}

/** The row that `/previous_runs` has for a configuration, without its loss. */
function rowOf(config: Record<string, string>): string {
  const row = Object.fromEntries(new URLSearchParams(lossTarget(config).slice("/loss?".length)));
  delete row.api_key;
  return JSON.stringify(Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value)])));
}

function send(port: number, path: string, agent: Agent): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, agent }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => {
        body += text;
      });
      response.on("error", reject);
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    });
    sent.on("error", reject);
    sent.end();
  });
}

test.concurrent.each([0, 1, 2])(
  "killed again and again under load, a ledger loses nothing it acknowledged (%d)",
  async (seed) => {
    const rng = randomStream(`crash/${seed}`);
    const file = join(folder, `killed-${seed}`);
    const acknowledged = new Map<string, number>();
    // New questions, and old ones once in a while.
    let asked = 0;
    const next = () => {
      const n = rng() < 0.3 ? Math.floor(rng() * asked) : asked++;
      return {
        d_model: `${64 + (n % 900)}`,
        num_layers: `${2 + (Math.floor(n / 900) % 23)}`,
        train_flops: "10000000000000",
      };
    };
    for (let kill = 0; kill < 11; kill++) {
      const server = await startServe("--ledger", file);
      expect(server.errors()).toBe("");
      const { losses, spent, total } = await stored(server.port);
      for (const [row, loss] of acknowledged) expect(losses.get(row)).toBe(loss);
      expect(total).toBe(spent);
      let ended: Promise<unknown> = Promise.resolve();
      const wave = await load(server.port, 8, next, 1 + Math.floor(rng() * 60), () => {
        ended = server.end("SIGKILL");
      });
      await ended;
      for (const [row, loss] of wave.acknowledged) acknowledged.set(row, loss);
    }
    expect(acknowledged.size).toBeGreaterThan(100);
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
