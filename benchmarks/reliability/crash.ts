// Servers killed under load, and ledgers cut and turned everywhere, held against what was acknowledged and stored:
// node --import tsx benchmarks/reliability/crash.ts [--kills 500] [--seed 0] [--stride 1]
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { originalLedger, turned } from "./damaged-ledger.ts";
import { killAgainAndAgain } from "./servers/killed-server.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "500" },
    seed: { type: "string", default: "0" },
    /** Every which byte is cut at, and every which byte has a bit turned. */
    stride: { type: "string", default: "1" },
  },
});
const [kills, seed, stride] = [values.kills, values.seed, values.stride].map(Number) as [number, number, number];
const folder = mkdtempSync(join(tmpdir(), "isoflop-crash-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
console.log(`Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}`);

const acknowledged = await killAgainAndAgain({
  file: join(folder, "killed"),
  seed,
  kills,
  onKill: (kill, runs) => {
    if (kill % 50 === 0) console.log(`  ${kill} kills, ${runs} configurations acknowledged`);
  },
});
console.log(`  ${kills} kills with SIGKILL: ${acknowledged} configurations acknowledged, every one of them stored`);

const { main, log, openDamaged } = originalLedger(folder);
damage("file cut", main.length, (at) => openDamaged(main.subarray(0, at), log));
damage("log cut", log.length, (at) => openDamaged(main, log.subarray(0, at)));
damage("file with a bit turned", main.length, (at) => openDamaged(turned(main, at), Buffer.alloc(0)));
damage("log with a bit turned", log.length, (at) => openDamaged(main, turned(log, at)));

/** Opens the ledger damaged at one place after the other; what it serves is checked in opening it. */
function damage(
  what: string,
  length: number,
  open: (at: number) => { reports: readonly string[]; runs: number },
): void {
  let [opened, reported, fewest] = [0, 0, Number.POSITIVE_INFINITY];
  for (let at = 0; at < length; at += stride) {
    const { reports, runs } = open(at);
    opened++;
    if (reports.length > 0) reported++;
    fewest = Math.min(fewest, runs);
  }
  console.log(
    `  ${what}: ${opened} of ${length} places, ${reported} set aside and reported; at least ${fewest} runs served, all stored, each sum right`,
  );
}
