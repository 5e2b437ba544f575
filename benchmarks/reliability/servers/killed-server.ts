import assert from "node:assert/strict";
import { Agent } from "node:http";
import { randomStream } from "../../../src/task/random.ts";
import { ask, lossTarget } from "./asking.ts";
import { startServe } from "./serve-process.ts";
import { rowOf, stored } from "./stored-runs.ts";

const KEY = "crash";

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
    const { losses, spent, total } = await stored(server.port, KEY);
    for (const [row, loss] of acknowledged) assert.equal(losses.get(row), loss, `acknowledged and not stored: ${row}`);
    assert.equal(total, spent, "the total is not the sum of the runs");
    if (kill === kills) {
      assert.equal(await server.end("SIGTERM"), 0);
      break;
    }
    let ended: Promise<unknown> = Promise.resolve();
    const wave = await load(server.port, next, 1 + Math.floor(rng() * 60), () => {
      ended = server.end("SIGKILL");
    });
    await ended;
    for (const [row, loss] of wave) acknowledged.set(row, loss);
    onKill?.(kill + 1, acknowledged.size);
  }
  return acknowledged.size;
}

/**
 * 8 clients that ask, each its next question when the last is answered, until `enough` answers have come or the server
 * has gone; `afterwards` is called with the rest of the questions still in flight. Resolves with the losses by row.
 */
async function load(
  port: number,
  next: () => Record<string, string>,
  enough: number,
  afterwards: () => void,
): Promise<Map<string, number>> {
  const agent = new Agent({ keepAlive: true });
  const acknowledged = new Map<string, number>();
  let answers = 0;
  const client = async () => {
    while (answers < enough) {
      const config = next();
      const { status, body } = await ask(port, lossTarget({ ...config, api_key: KEY }), { agent });
      if (status === 200) acknowledged.set(rowOf(config), JSON.parse(body).loss);
      if (++answers === enough) afterwards();
    }
  };
  await Promise.allSettled(Array.from({ length: 8 }, client));
  agent.destroy();
  return acknowledged;
}
