import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { Agent } from "node:http";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fingerprintOf } from "../../../src/ledger/fingerprint.ts";
import { randomStream } from "../../../src/task/random.ts";
import { ask, lossTarget } from "./asking.ts";
import { idleConnections } from "./idle-connections.ts";
import { type ServeProcess, startServe } from "./serve-process.ts";
import { rowOf, storedIn } from "./stored-runs.ts";

/** How one server ended. Times are in milliseconds from the signal. */
export interface Stop {
  /** Until its port could be bound again. */
  readonly portFree: number;
  /** Until the process had ended. */
  readonly ended: number;
  /** Null when a signal ended it. */
  readonly code: number | null;
}

export interface Stopping {
  /** An empty folder. */
  readonly folder: string;
  readonly signal: "SIGTERM" | "SIGINT";
  readonly seed: number;
  readonly stops: number;
  /** With answers in flight that take 700 ms, with ones that never come, and with one that is not taken. */
  readonly late: boolean;
  /** `inFlight` is how many questions had been sent and not been answered at the signal. */
  readonly onStop?: (stop: Stop, inFlight: number) => void;
}

/** Keys: one whose answers come at once, one whose answers take 700 ms, and one whose take a minute. */
const [BUSY, SOON, NEVER] = ["busy", "soon", "never"] as const;
const KEYS = [BUSY, SOON, NEVER];
const FAULTS = {
  schema: "isoflop-faults/1",
  rules: [
    { key: fingerprintOf(SOON), latencyMs: 700 },
    { key: fingerprintOf(NEVER), latencyMs: 60_000 },
  ],
};

/**
 * Stops a server under the load of 16 clients, with idle, silent and slow connections beside them, again and again over
 * one ledger.
 *
 * @returns how many configurations were acknowledged.
 * @throws when a question in flight gets less than its whole answer (but for those that never come), when an
 * acknowledged one is not in the ledger, or when the exit code is not 0 for SIGTERM and 130 for SIGINT.
 */
export async function stopAgainAndAgain({ folder, signal, seed, stops, late, onStop }: Stopping): Promise<number> {
  const file = join(folder, "ledger");
  const options = ["--ledger", file, "--faults", faultsFile(folder)];
  const rng = randomStream(`stop/${seed}`);
  const next = newQuestions();
  const acknowledged: Acknowledged = new Map(KEYS.map((key) => [key, new Map()]));
  for (let i = 0; i < stops; i++) {
    const server = await startServe(...options);
    const idle = await idleConnections(server.port);
    const watch = new Watch(server.port, acknowledged);
    if (late) await unreadAnswer(server.port);
    const slow = Promise.allSettled((late ? [SOON, SOON, SOON, NEVER, NEVER] : []).map((key) => watch.ask(next(key))));
    const stopping = await load(
      watch,
      () => next(BUSY),
      20 + Math.floor(rng() * 60),
      () => {
        watch.signalled();
        return stopped(server, signal);
      },
    );
    await slow;
    idle.end();
    assert.deepEqual(watch.lost, [], "questions in flight without their whole answer");
    assert.equal(stopping.code, signal === "SIGTERM" ? 0 : 130);
    checkLedger(file, acknowledged);
    onStop?.(stopping, watch.inFlight.size);
  }
  return [...acknowledged.values()].reduce((sum, { size }) => sum + size, 0);
}

/** A second signal while the first one waits for an answer. Throws when the server is not ended by it. */
export async function forceStop(folder: string, signal: "SIGTERM" | "SIGINT"): Promise<Stop> {
  const server = await startServe("--faults", faultsFile(folder));
  const watch = new Watch(server.port, new Map([[NEVER, new Map()]]));
  await new Promise<void>((resolve) => {
    watch.ask(newQuestions()(NEVER), undefined, resolve).catch(() => undefined);
  });
  const first = server.end(signal);
  // Both at once would be one to the system; the first has been handled when no connection is accepted any more.
  await released(server.port);
  const stop = await stopped(server, signal);
  assert.equal(await first, null, "the second signal did not end it");
  return stop;
}

/** Sends a signal; resolves when the port is free and the process has ended. */
export async function stopped(server: ServeProcess, signal: NodeJS.Signals): Promise<Stop> {
  const start = performance.now();
  const since = () => performance.now() - start;
  const end = server.end(signal).then((code) => ({ code, ended: since() }));
  const portFree = await released(server.port).then(since);
  return { portFree, ...(await end) };
}

/** Resolves when a port can be bound. */
async function released(port: number): Promise<void> {
  for (;;) {
    const probe = createServer((socket) => socket.destroy());
    const bound = await new Promise<boolean>((resolve) => {
      probe.once("error", () => resolve(false));
      probe.listen(port, "127.0.0.1", () => resolve(true));
    });
    if (bound) return void (await new Promise((resolve) => probe.close(resolve)));
    await setTimeout(2);
  }
}

function faultsFile(folder: string): string {
  const file = join(folder, "faults.json");
  writeFileSync(file, JSON.stringify(FAULTS));
  return file;
}

interface Question {
  readonly key: string;
  readonly config: Record<string, string>;
}

/** Losses by key and row. */
type Acknowledged = ReadonlyMap<string, Map<string, number>>;

function newQuestions(): (key: string) => Question {
  let n = -1;
  return (key) => {
    n++;
    const num_layers = `${2 + (Math.floor(n / 900) % 23)}`;
    return { key, config: { d_model: `${64 + (n % 900)}`, num_layers, train_flops: "10000000000000" } };
  };
}

/** Who asked what, and what became of it. */
class Watch {
  readonly inFlight: Set<Question> = new Set();
  readonly lost: string[] = [];
  readonly #port: number;
  readonly #acknowledged: Acknowledged;
  readonly #sent = new Set<Question>();

  constructor(port: number, acknowledged: Acknowledged) {
    this.#port = port;
    this.#acknowledged = acknowledged;
  }

  /** Is told in the moment of the signal: what has been sent by now has a claim to its answer. */
  signalled(): void {
    for (const question of this.#sent) this.inFlight.add(question);
  }

  /** Rejects when no whole answer comes. */
  async ask(question: Question, agent?: Agent, onSent?: () => void): Promise<void> {
    const { key, config } = question;
    try {
      const { status, body } = await ask(this.#port, lossTarget({ ...config, api_key: key }), {
        ...(agent ? { agent } : {}),
        onSent: () => {
          this.#sent.add(question);
          onSent?.();
        },
      });
      assert.equal(status, 200, body);
      this.#acknowledged.get(key)?.set(rowOf(config), JSON.parse(body).loss);
    } catch (error) {
      if (this.inFlight.has(question) && key !== NEVER) this.lost.push(`${key}: ${error}`);
      throw error;
    } finally {
      this.#sent.delete(question);
    }
  }
}

/**
 * 16 clients that ask until the server is gone, four of them on a new connection each time; resolves with what
 * `onEnough` does, which is called after so many answers.
 */
async function load<T>(watch: Watch, next: () => Question, enough: number, onEnough: () => Promise<T>): Promise<T> {
  const agent = new Agent({ keepAlive: true });
  let answers = 0;
  let outcome: Promise<T> | undefined;
  const client = async (_: unknown, i: number) => {
    for (;;) {
      await watch.ask(next(), i % 4 === 0 ? undefined : agent);
      if (++answers === enough) outcome = onEnough();
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: 16 }, client));
  agent.destroy();
  assert.ok(outcome, `the load ended before the signal: ${ends.map((end) => "reason" in end && end.reason)}`);
  return outcome;
}

/** Asks for a large answer and does not take it. */
async function unreadAnswer(port: number): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  await once(socket, "connect");
  socket.write("GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nhost: localhost\r\n\r\n");
  await once(socket, "readable");
}

/** Everything acknowledged is stored with its loss, and every total is the sum of its runs. */
function checkLedger(file: string, acknowledged: Acknowledged): void {
  for (const [i, { losses, spent, total }] of storedIn(file, KEYS).entries()) {
    for (const [row, loss] of acknowledged.get(KEYS[i] as string) ?? [])
      assert.equal(losses.get(row), loss, `acknowledged and not stored: ${row}`);
    assert.equal(total, spent, "the total is not the sum of the runs");
  }
}
