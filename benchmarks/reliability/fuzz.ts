// Every route and every parser of files against texts near those they take, and against large ones:
// node --import tsx benchmarks/reliability/fuzz.ts [--cases 1000000] [--seed 0] [--size 262144]
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { bigTexts } from "./fuzz/big-texts.ts";
import { type Find, fuzzParser, readOne, type Tally } from "./fuzz/fuzz-parser.ts";
import { PARSERS, type Parser } from "./fuzz/parsers.ts";
import { fuzzRoutes } from "./fuzz/routes.ts";

const { values } = parseArgs({
  options: {
    cases: { type: "string", default: "1000000" },
    seed: { type: "string", default: "0" },
    size: { type: "string", default: "262144" },
  },
});
const [cases, seed, size] = [values.cases, values.seed, values.size].map(Number) as [number, number, number];
const each = Math.ceil(cases / (PARSERS.length + 1));
const finds: Find[] = [];

console.log(`Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}; ${each} cases each, seed ${seed}`);
console.log("  what           read  refused   slowest large text (ns/byte at its sixteenth, at its whole size)");
for (const parser of PARSERS) {
  const tally = fuzzParser(parser, each, seed);
  const { what, small, large } = slowest(parser, tally);
  finds.push(...tally.finds);
  console.log(
    `  ${parser.name.padEnd(12)} ${String(tally.read).padStart(6)} ${String(tally.refused).padStart(8)}   ${what}: ${small.toFixed(0)}, ${large.toFixed(0)}`,
  );
}
const routes = await fuzzRoutes(each, seed);
finds.push(...routes.finds);
const statuses = [...routes.statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${count} of ${status}`);
console.log(`  routes: ${each} requests, ${routes.bytes} bytes: ${statuses.join(", ")}`);
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
function slowest(parser: Parser, tally: Tally): Pace {
  const few = { ...parser, seeds: parser.seeds.slice(0, 2) };
  // One text at a time is in memory.
  const small = Array.from(paces(few, size / 16, tally));
  let worst: Pace = { what: "", small: 0, large: 0 };
  let i = 0;
  for (const [what, large] of paces(few, size, tally)) {
    if (large > worst.large) worst = { what, large, small: small[i]?.[1] ?? 0 };
    i++;
  }
  return worst;
}

function* paces(parser: Parser, length: number, tally: Tally): Generator<[string, number]> {
  for (const { what, text } of bigTexts(parser, length)) yield [what, pace(parser, text, tally)];
}

/** The better of two times: the machine may have been busy with something else. */
function pace(parser: Parser, text: string, tally: Tally): number {
  const times = [0, 1].map(() => {
    const start = performance.now();
    readOne(parser, text, tally);
    return performance.now() - start;
  });
  return (1e6 * Math.min(...times)) / text.length;
}
