import { Agent } from "node:http";
import { randomStream } from "../../../src/task/random.ts";
import { type Answer, ask } from "./asking.ts";
import { ContendedKey } from "./contended-key.ts";
import { type ServeProcess, startServe } from "./serve-process.ts";
import { type Runs, storedIn } from "./stored-runs.ts";

export interface Contention {
  /** Where the ledger is to be. */
  readonly file: string;
  readonly seed: number;
  readonly clients: number;
  /** Whether a client is to ask on. */
  readonly more: (asked: number) => boolean;
}

export interface Contended {
  readonly requests: number;
  readonly answers: number;
  /** Milliseconds of each answer. */
  readonly latencies: readonly number[];
  readonly keys: readonly ContendedKey[];
  /** Readings of the spend or the runs, besides those in the answers. */
  readonly readings: number;
  /** Everything that should not have been; empty when all is well. */
  readonly violations: readonly string[];
}

/** Keys in use at once, and questions to one before it is exchanged for a new one. */
const KEYS = 4;
const QUESTIONS = 300;

/**
 * Clients that ask two servers on one ledger at once, much the same of both and more than the budget allows; then both
 * servers are asked what they hold, stopped, started again and asked once more, and the file is read without them.
 */
export async function contend({ file, seed, clients, more }: Contention): Promise<Contended> {
  const rng = randomStream(`contended/${seed}`);
  const keys: ContendedKey[] = [];
  const slots = Array.from({ length: KEYS }, () => ({ left: 0, key: undefined as unknown as ContendedKey }));
  const keyNow = (): ContendedKey => {
    const slot = slots[Math.floor(rng() * KEYS)] as (typeof slots)[number];
    if (slot.left-- === 0) {
      slot.left = QUESTIONS - 1;
      slot.key = new ContendedKey(`ssh-ed25519 AAAA+/${seed}/${keys.length}==`, rng);
      keys.push(slot.key);
    }
    return slot.key;
  };
  const violations: string[] = [];
  const latencies: number[] = [];
  let [requests, readings] = [0, 0];

  let servers = await startBoth(file);
  const agents = servers.map(() => new Agent({ keepAlive: true }));
  const send = async (target: string): Promise<(Answer & { server: number }) | undefined> => {
    const server = rng() < 0.5 ? 0 : 1;
    requests++;
    const start = performance.now();
    try {
      const answer = await ask((servers[server] as ServeProcess).port, target, { agent: agents[server] as Agent });
      latencies.push(performance.now() - start);
      return { ...answer, server };
    } catch (error) {
      violations.push(`no answer: ${error}`);
      return undefined;
    }
  };
  const read = async (key: ContendedKey, what: keyof typeof READINGS) => {
    const floor = key.highest;
    const answer = await send(`/${what}?${new URLSearchParams({ api_key: key.name })}`);
    // A key without an answer is not known yet.
    if (!answer || (answer.status === 422 && floor === 0)) return;
    readings++;
    if (answer.status === 200) key.read(READINGS[what](JSON.parse(answer.body)), floor);
    else violations.push(`${answer.status} ${answer.body}`);
  };
  const client = async () => {
    while (more(requests)) {
      const key = keyNow();
      const kind = rng();
      if (kind < 0.05) await read(key, "total_flops_used");
      else if (kind < 0.1) await read(key, "previous_runs");
      else {
        const { target, hear } = key.next();
        const answer = await send(target);
        if (answer) hear(answer.server, answer.status, answer.body);
      }
    }
  };
  await Promise.all(Array.from({ length: clients }, client));

  for (const agent of agents) agent.destroy();
  const names = keys.map(({ name }) => name);
  const before = await heldBy(servers, names);
  violations.push(...(await stopBoth(servers)));
  servers = await startBoth(file);
  const after = await heldBy(servers, names);
  violations.push(...(await stopBoth(servers)));
  violations.push(...differingLosses(keys));
  for (const [i, runs] of storedIn(file, names).entries()) {
    const key = keys[i] as ContendedKey;
    const held = [...before, ...after].map((bodies) => bodies[i] as string);
    violations.push(...key.violations, ...disagreements(key, held, runs).map((what) => `${key.name}: ${what}`));
  }
  return { requests, answers: latencies.length, latencies, keys, readings, violations };
}

/** How the body of each reading tells a spend. */
const READINGS = {
  total_flops_used: (body: number): number => body,
  previous_runs: (body: { readonly previous_runs: readonly { readonly train_flops: number }[] }): number =>
    body.previous_runs.reduce((sum, { train_flops }) => sum + train_flops, 0),
} as const;

function startBoth(file: string): Promise<ServeProcess[]> {
  return Promise.all([startServe("--ledger", file), startServe("--ledger", file)]);
}

/** Stops both; what they had to complain of. */
async function stopBoth(servers: readonly ServeProcess[]): Promise<string[]> {
  const codes = await Promise.all(servers.map((server) => server.end("SIGTERM")));
  const ends = servers.map((server, i) =>
    codes[i] === 0 ? server.errors() : `exit code ${codes[i]}: ${server.errors()}`,
  );
  return ends.filter((complaint) => complaint !== "");
}

/** By server and key, the bodies that tell what is held. */
function heldBy(servers: readonly ServeProcess[], names: readonly string[]): Promise<string[][]> {
  return Promise.all(
    servers.map(async ({ port }) => {
      const held: string[] = [];
      for (const name of names) {
        const query = new URLSearchParams({ api_key: name });
        const answers = await Promise.all(Object.keys(READINGS).map((what) => ask(port, `/${what}?${query}`)));
        held.push(answers.map(({ status, body }) => `${status} ${body}`).join("\n"));
      }
      return held;
    }),
  );
}

/** A loss depends on the world alone, not on the key or the server. */
function differingLosses(keys: readonly ContendedKey[]): string[] {
  const first = new Map<string, string>();
  return keys.flatMap(({ name, losses }) =>
    [...losses].flatMap(([row, loss]) => {
      const known = first.get(row) ?? loss;
      first.set(row, known);
      return known === loss ? [] : [`${name}: ${row} has the loss ${loss}, and for another key ${known}`];
    }),
  );
}

/** Where what was answered, what each server holds and what the file holds for a key differ. */
function disagreements(key: ContendedKey, held: readonly string[], { losses, spent, total }: Runs): string[] {
  const answered = [...key.losses].map(([row, loss]) => `${row} ${Number(loss)}`).sort();
  const stored = [...losses].map(([row, loss]) => `${row} ${loss}`).sort();
  const agreed = total === spent && total === key.paid && total === key.highest;
  return [
    ...(new Set(held).size > 1 ? [`the servers do not agree: ${held.join(" ")}`] : []),
    ...(answered.join() === stored.join() ? [] : ["what was answered is not what is stored"]),
    ...(agreed ? [] : [`charged ${total}, stored ${spent}, answered ${key.paid}, told ${key.highest}`]),
  ];
}
