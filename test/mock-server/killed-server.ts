import assert from "node:assert/strict";
import { Agent, request } from "node:http";
import { randomStream } from "../../src/task/random.ts";
import { ask, lossTarget } from "./asking.ts";
import { startServe } from "./serve-process.ts";

const KEY = "crash";

/** What a server has stored for the key of these tests. */
export interface Runs {
  readonly losses: Map<string, number>;
  readonly spent: number;
  readonly total: number;
}

/** What a server says it has stored. Throws when it lists a configuration twice. */
export async function stored(port: number): Promise<Runs> {
  const runs = await ask(port, `/previous_runs?api_key=${KEY}`);
  const total = await ask(port, `/total_flops_used?api_key=${KEY}`);
  const { previous_runs: rows = [] } = JSON.parse(runs.body);
  const losses = new Map<string, number>();
  let spent = 0;
  for (const { loss, ...config } of rows) {
    losses.set(JSON.stringify(config), loss);
    spent += config.train_flops;
  }
  assert.equal(losses.size, rows.length, "a configuration is listed twice");
  return { losses, spent, total: total.status === 422 ? 0 : JSON.parse(total.body) };
}

export interface Load {
  readonly acknowledged: Map<string, number>;
  readonly statuses: Map<number, number>;
}

/**
 * Clients that ask, each its next question when the last is answered, until `enough` answers have come or the server
 * has gone. `afterwards` is called with the rest of the questions still in flight.
 */
export async function load(
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

export interface Killing {
  readonly file: string;
  readonly seed: number;
  readonly kills: number;
  /** Called after each kill with the number of answers acknowledged so far. */
  readonly onKill?: (kill: number, acknowledged: number) => void;
}

/**
 * Kills a server with SIGKILL under the load of 8 clients, again and again, over one ledger, and holds what the next
 * one has stored against all that was ever acknowledged; the last is stopped well.
 *
 * @returns the number of configurations acknowledged.
 * @throws when one is missing or has another loss, when the total is not the sum, or a server complains of its ledger.
 */
export async function killAgainAndAgain({ file, seed, kills, onKill }: Killing): Promise<number> {
  const rng = randomStream(`crash/${seed}`);
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
  for (let kill = 0; kill <= kills; kill++) {
    const server = await startServe("--ledger", file);
    assert.equal(server.errors(), "");
    const { losses, spent, total } = await stored(server.port);
    for (const [row, loss] of acknowledged) assert.equal(losses.get(row), loss, `acknowledged and not stored: ${row}`);
    assert.equal(total, spent, "the total is not the sum of the runs");
    if (kill === kills) {
      assert.equal(await server.end("SIGTERM"), 0);
      break;
    }
    let ended: Promise<unknown> = Promise.resolve();
    const wave = await load(server.port, 8, next, 1 + Math.floor(rng() * 60), () => {
      ended = server.end("SIGKILL");
    });
    await ended;
    for (const [row, loss] of wave.acknowledged) acknowledged.set(row, loss);
    onKill?.(kill + 1, acknowledged.size);
  }
  return acknowledged.size;
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
