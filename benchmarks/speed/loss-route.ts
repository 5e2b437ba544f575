import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import autocannon from "autocannon";
import { median } from "../../src/statistics/quantile.ts";
import type { Served } from "./loss-route-server.ts";

const ROUNDS = 5;
const SECONDS = 2;
const CONNECTIONS = [1, 32, 256];
const SERVED: readonly Served[] = ["bare", "memory", "durable"];
const SERVER = fileURLToPath(new URL("loss-route-server.ts", import.meta.url));
/** More than one round can ask, so that no round repeats its list. */
const QUESTIONS = 60_000;

/** One server at one number of connections: medians over the rounds. */
export interface LossRouteRow {
  readonly served: Served;
  readonly connections: number;
  readonly requestsPerSecond: number;
  /** Its requests/s over those of the bare route in the same round. */
  readonly ratio: number;
  /** CPU time of the server's process per request, in microseconds. */
  readonly cpu: number;
  /** Median and 99th percentile of the time to an answer, in milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/**
 * `/loss` of the mock against a bare Express route that returns the same JSON, each in a process of its own, in
 * interleaved rounds. Half of the questions are new configurations, half repeat one asked before on the same
 * connection; each connection of each round has a key of its own.
 */
export async function lossRoute(): Promise<LossRouteRow[]> {
  const folder = mkdtempSync(join(tmpdir(), "isoflop-bench-"));
  const servers = new Map<Served, Server>();
  for (const served of SERVED) servers.set(served, await startServer(served, join(folder, "ledger")));
  const rows: LossRouteRow[] = [];
  for (const connections of CONNECTIONS) {
    const rounds: Measured[][] = [];
    for (let round = -1; round < ROUNDS; round++) {
      const measured: Measured[] = [];
      for (const served of SERVED) measured.push(await measure(servers.get(served) as Server, connections, round));
      // The first round warms up.
      if (round >= 0) rounds.push(measured);
    }
    for (const [i, served] of SERVED.entries()) {
      const middle = (of: (measured: Measured, bare: Measured) => number) =>
        median(rounds.map((round) => of(round[i] as Measured, round[0] as Measured)));
      rows.push({
        served,
        connections,
        requestsPerSecond: middle(({ rate }) => rate),
        ratio: middle(({ rate }, bare) => rate / bare.rate),
        cpu: middle(({ cpu }) => cpu),
        p50: middle(({ p50 }) => p50),
        p99: middle(({ p99 }) => p99),
      });
    }
  }
  for (const { child } of servers.values()) child.kill();
  rmSync(folder, { recursive: true, force: true });
  return rows;
}

/** A server of this benchmark in a process of its own. */
export interface Server {
  readonly child: ChildProcess;
  readonly url: string;
}

/** Starts one; `ledger` is the file of a durable one, `nodeOptions` are added to those of this process. */
export async function startServer(
  served: Served,
  ledger: string,
  nodeOptions: readonly string[] = [],
): Promise<Server> {
  const child = fork(SERVER, [served, ledger], { execArgv: [...process.execArgv, ...nodeOptions] });
  const [url] = (await once(child, "message")) as [string];
  return { child, url };
}

interface Measured {
  readonly rate: number;
  readonly cpu: number;
  readonly p50: number;
  readonly p99: number;
}

async function measure({ child, url }: Server, connections: number, round: number): Promise<Measured> {
  const before = await cpuTime(child);
  let client = 0;
  const result = await autocannon({
    url,
    connections,
    duration: SECONDS,
    setupClient: (its) =>
      its.setRequests(questions(`bench ${round} ${connections} ${client++}`, QUESTIONS / connections)),
  });
  if (result.non2xx + result.errors > 0) throw new Error(`${result.non2xx + result.errors} requests to ${url} failed`);
  const total = result.requests.total;
  const cpu = ((await cpuTime(child)) - before) / total;
  return { rate: total / result.duration, cpu, p50: result.latency.p50, p99: result.latency.p99 };
}

async function cpuTime(child: ChildProcess): Promise<number> {
  child.send("cpu");
  const [time] = (await once(child, "message")) as [number];
  return time;
}

/** The target of the nth of 331,545 configurations at 1e13 FLOPs. */
export function lossTarget(n: number, keyName: string): string {
  const key = encodeURIComponent(
    `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExample+/ ${keyName}`,
  );
  return (
    `/loss?d_model=${64 + (n % 961)}&num_layers=${2 + (Math.floor(n / 961) % 23)}&num_heads=${2 + (Math.floor(n / 22_103) % 15)}` +
    `&batch_size=128&learning_rate=0.0005&train_flops=10000000000000&api_key=${key}`
  );
}

/** New configurations and, after each, one that was asked before. */
function questions(keyName: string, count: number): { method: "GET"; path: string }[] {
  return Array.from({ length: Math.ceil(count) }, (_, i) => {
    const n = i % 2 === 0 ? i / 2 : (i * 7919) % Math.ceil(i / 2);
    return { method: "GET", path: lossTarget(n, keyName) };
  });
}

/** Prints the figures. */
export async function reportLossRoute(): Promise<void> {
  console.log(`/loss, medians of ${ROUNDS} interleaved rounds of ${SECONDS} s; half new configurations, half repeats:`);
  console.log("  connections  server    requests/s  of bare   CPU µs/request   p50 ms   p99 ms");
  for (const { served, connections, requestsPerSecond, ratio, cpu, p50, p99 } of await lossRoute()) {
    const figures = [
      requestsPerSecond.toFixed(0).padStart(10),
      ratio.toFixed(2).padStart(8),
      cpu.toFixed(0).padStart(15),
    ];
    console.log(
      `  ${String(connections).padStart(11)}  ${served.padEnd(8)}${figures.join(" ")} ${String(p50).padStart(10)} ${String(p99).padStart(8)}`,
    );
  }
  console.log("  aim: memory at 0.85 of bare or more");
}

if (import.meta.main) await reportLossRoute();
