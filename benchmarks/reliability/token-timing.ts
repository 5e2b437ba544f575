// Whether the time of a refusal tells how much of a guessed admin token is right:
// node --import tsx benchmarks/reliability/token-timing.ts [--rounds 400]
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import type { Request, Response } from "express";
import { createGate } from "../../mock-server/dashboard/gate.ts";
import { TOKEN_HEADER } from "../../mock-server/dashboard/wire.ts";
import { quantile } from "../../src/statistics/quantile.ts";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "400" } } });
const rounds = Number(values.rounds);
const CALLS = 500;

const TOKEN = "the admin token of this measurement, 48 letters.";
const GUESSES = {
  "all of it wrong": "#".repeat(TOKEN.length),
  "all but the first letter right": `#${TOKEN.slice(1)}`,
  "all but the last letter right": `${TOKEN.slice(0, -1)}#`,
};

const { guard } = createGate(TOKEN);
const response = { set: () => response, writeHead: () => response, end: () => response } as unknown as Response;
const next = () => {
  throw new Error("a wrong token was taken");
};

/** Nanoseconds of one refusal, the mean of many in a row. */
function refusal(guess: string): number {
  const request = { headers: { [TOKEN_HEADER]: guess }, socket: {} } as unknown as Request;
  const start = performance.now();
  for (let call = 0; call < CALLS; call++) guard(request, response, next);
  return (1e6 * (performance.now() - start)) / CALLS;
}

const names = Object.keys(GUESSES) as (keyof typeof GUESSES)[];
for (let warm = 0; warm < 20; warm++) for (const name of names) refusal(GUESSES[name]);
const times = new Map(names.map((name) => [name, [] as number[]]));
for (let round = 0; round < rounds; round++)
  // Each goes first as often as the others.
  for (let i = 0; i < names.length; i++) {
    const name = names[(i + round) % names.length] as keyof typeof GUESSES;
    times.get(name)?.push(refusal(GUESSES[name]));
  }

console.log(`Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}; ${rounds} rounds of ${CALLS} refusals`);
const [first = []] = times.values();
for (const [name, list] of times) {
  const [low, middle, high] = interval(list.map((time, round) => time - (first[round] as number)));
  const difference = `${middle.toFixed(1)} ns, 95 % from ${low.toFixed(1)} to ${high.toFixed(1)}`;
  console.log(
    `  ${name.padEnd(32)} median ${quantile(list, 0.5).toFixed(0)} ns${list === first ? "" : `; against the first, paired: ${difference}`}`,
  );
}

/** The median, and a distribution-free interval of it: order statistics at n/2 ± 0.98·√n. */
function interval(list: readonly number[]): [number, number, number] {
  const half = 0.98 / Math.sqrt(list.length);
  return [quantile(list, 0.5 - half), quantile(list, 0.5), quantile(list, 0.5 + half)];
}
