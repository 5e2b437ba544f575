// Every route and every parser of files against texts near those they take, and against large ones:
// node --import tsx benchmarks/reliability/fuzz.ts [--cases 1000000] [--seed 0] [--size 262144]
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { bigTexts } from "./fuzz/big-texts.ts";
import { type Find, fuzzParser, readOne, type Tally } from "./fuzz/fuzz-parser.ts";
import type { Parser } from "./fuzz/parser.ts";
import { PARSERS } from "./fuzz/parsers.ts";
import { fuzzRoutes } from "./fuzz/routes.ts";
import { EDITIONS } from "./fuzz/servers.ts";

const { values } = parseArgs({
  options: {
    cases: { type: "string", default: "1000000" },
    seed: { type: "string", default: "0" },
    size: { type: "string", default: "262144" },
  },
});
const [cases, seed, size] = [values.cases, values.seed, values.size].map(Number) as [number, number, number];
const each = Math.ceil(cases / (PARSERS.length + EDITIONS.length));
const finds: Find[] = [];

console.log(
  `Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}; ${each} cases each (of what takes long, fewer), seed ${seed}`,
);
console.log(
  "  what           read  refused   slowest large text (ns/byte of processor time at its sixteenth, at its whole size)",
);
for (const parser of PARSERS) {
  const tally = await fuzzParser(parser, each, seed);
  const { what, small, large } = await slowest(parser, tally);
  finds.push(...tally.finds);
  console.log(
    `  ${parser.name.padEnd(12)} ${String(tally.read).padStart(6)} ${String(tally.refused).padStart(8)}   ${what}: ${small.toFixed(0)}, ${large.toFixed(0)}`,
  );
}
for (const edition of EDITIONS) {
  const routes = await fuzzRoutes(edition, each, seed);
  finds.push(...routes.finds);
  const statuses = [...routes.statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${count} of ${status}`);
  console.log(`  ${edition.name}: ${each} requests, ${routes.bytes} bytes: ${statuses.join(", ")}`);
}
for (const { parser, problem, text } of finds) console.log(`  FIND ${parser}: ${problem}\n    ${JSON.stringify(text)}`);
console.log(`  ${finds.length} finds`);
if (finds.length > 0) process.exitCode = 1;

interface Pace {
  readonly what: string;
  /** Nanoseconds per byte of the text of a sixteenth of the size, and of the whole. */
  readonly small: number;
  readonly large: number;
}

/** The large text that takes longest per byte. What takes quadratic time takes sixteen times as long per byte. */
async function slowest(parser: Parser, tally: Tally): Promise<Pace> {
  const few = { ...parser, seeds: parser.seeds.slice(0, 2) };
  // One text at a time is in memory.
  const small: number[] = [];
  for await (const [, time] of paces(few, size / 16, tally)) small.push(time);
  let worst: Pace = { what: "", small: 0, large: 0 };
  let i = 0;
  for await (const [what, large] of paces(few, size, tally)) {
    if (large > worst.large) worst = { what, large, small: small[i] ?? 0 };
    i++;
  }
  return worst;
}

async function* paces(parser: Parser, length: number, tally: Tally): AsyncGenerator<[string, number]> {
  for (const { what, text } of bigTexts(parser, length)) yield [what, await pace(parser, text, tally)];
}

/** Processor time, the better of two: what else the machine does hardly changes it. */
async function pace(parser: Parser, text: string, tally: Tally): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 2; i++) {
    const before = process.cpuUsage();
    await readOne(parser, text, tally);
    const { user, system } = process.cpuUsage(before);
    times.push(user + system);
  }
  return (1000 * Math.min(...times)) / text.length;
}
