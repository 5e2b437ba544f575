// Servers told to stop under load, and how soon they are gone:
// node --import tsx benchmarks/reliability/shutdown.ts [--times 100] [--seed 0]
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { median } from "../../src/statistics/quantile.ts";
import { stopProxy } from "./servers/stopped-proxy.ts";
import { forceStop, type Stop, stopAgainAndAgain } from "./servers/stopped-server.ts";

const { values } = parseArgs({
  options: {
    /** How often under load; a tenth as often with late answers, a second signal, or a proxy. */
    times: { type: "string", default: "100" },
    seed: { type: "string", default: "0" },
  },
});
const [times, seed] = [values.times, values.seed].map(Number) as [number, number];
const few = Math.ceil(times / 10);
/** Milliseconds in which a port must be free, and a process gone: that has 1.5 s for the answers it owes. */
const LONGEST = { portFree: 2_000, ended: 3_000 } as const;

const folder = mkdtempSync(join(tmpdir(), "isoflop-shutdown-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
console.log(
  `Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}; milliseconds from the signal, median and longest`,
);
console.log("                                     stops  in flight    port free     process ended");
let tooLong = false;
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  await load(`${signal} under load`, { signal, stops: times, late: false });
  await load(`${signal} with late answers`, { signal, stops: few, late: true });
  await each(`a second ${signal}`, () => forceStop(folder, signal));
}
await each("a proxy, its upstream silent", () => stopProxy(mkdtempSync(join(folder, "proxy-"))));
if (tooLong) {
  console.log(`  longer than ${LONGEST.portFree} or ${LONGEST.ended} ms`);
  process.exitCode = 1;
}

/** With one question in flight each time. */
async function each(what: string, once: () => Promise<Stop>): Promise<void> {
  const stops: Stop[] = [];
  for (let i = 0; i < few; i++) stops.push(await once());
  tell(what, stops, few);
}

async function load(what: string, how: { signal: "SIGTERM" | "SIGINT"; stops: number; late: boolean }): Promise<void> {
  const stops: Stop[] = [];
  let inFlight = 0;
  await stopAgainAndAgain({
    ...how,
    folder: mkdtempSync(join(folder, "load-")),
    seed,
    onStop: (stop, flying) => {
      stops.push(stop);
      inFlight += flying;
    },
  });
  tell(what, stops, inFlight);
}

function tell(what: string, stops: readonly Stop[], inFlight: number): void {
  const [portFree, ended] = (["portFree", "ended"] as const).map((time) => {
    const waits = stops.map((stop) => stop[time]);
    const longest = Math.max(...waits);
    if (longest > LONGEST[time]) tooLong = true;
    return `${median(waits).toFixed(0)} ${longest.toFixed(0)}`;
  });
  console.log(
    `  ${what.padEnd(34)} ${String(stops.length).padStart(5)} ${String(inFlight).padStart(10)} ${String(portFree).padStart(12)} ${String(ended).padStart(17)}`,
  );
}
