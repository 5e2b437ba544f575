import { chromium, type Page } from "playwright-core";
import { readAssets } from "../../mock-server/dashboard/assets.ts";
import { createAppWithDashboard } from "../../mock-server/dashboard/dashboard.ts";
import { startServer } from "../../mock-server/server.ts";
import { scoreSubmission } from "../../src/experiment/score.ts";
import { fingerprintOf } from "../../src/ledger/fingerprint.ts";
import { MemoryLedger } from "../../src/ledger/memory.ts";
import { median } from "../../src/statistics/quantile.ts";
import { buildWorld } from "../../src/surface/build-world.ts";
import { presetDocument } from "../../src/surface/presets.ts";
import { answerQuery } from "../../src/training-api/answer.ts";
import { CHROMIUM } from "../chromium.ts";

const KEYS = 50;
const RUNS = 5_000;
const FILTERS = [
  "loss<6",
  "N>=10M",
  "C=1e15",
  "d_model>500 loss<7",
  "lr<0.0005",
  "batch=256",
  "steps>1000",
  "layers=12",
  "loss>9",
  "",
];
const COLUMNS = ["loss", "parameters", "tokens", "trainFlops", "steps"];

export interface DashboardSpeed {
  /** The longest main-thread tasks, in milliseconds: one for each sort and each filter. */
  readonly sorts: readonly number[];
  readonly filters: readonly number[];
  /** The longest while the page opens, reads the runs, draws and fits. */
  readonly opening: number;
  /** Bytes of the page and everything it loads, as they are sent. */
  readonly weight: number;
}

/**
 * The dashboard with 5,000 runs of 50 keys in one table, in Chromium: the longest task of the page's main thread during
 * each of ten sorts and ten filters, from the browser's own trace.
 */
export async function dashboardSpeed(): Promise<DashboardSpeed> {
  const world = buildWorld(presetDocument("handout/smooth"));
  const ledger = new MemoryLedger();
  for (let run = 0; run < RUNS; run++)
    answerQuery(world, ledger, fingerprintOf(`key ${run % KEYS}`), configuration(Math.floor(run / KEYS)));
  const app = createAppWithDashboard(
    {},
    { serving: { world, ledger }, worlds: [], open: { refusal: "" }, grade: scoreSubmission },
  );
  const server = await startServer(app.listener, "127.0.0.1", 0);
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const longestDuring = async (act: () => Promise<unknown>): Promise<number> => {
    await browser.startTracing(page, { categories: ["toplevel", "disabled-by-default-devtools.timeline"] });
    await act();
    await settled(page);
    return longestTask(await browser.stopTracing());
  };
  const opening = await longestDuring(async () => {
    await page.goto(`${server.url}/dashboard`);
    await page.locator("#fits tbody tr").nth(3).waitFor();
    await page.selectOption("#scope", "all");
    await page.getByText(`page 1 of ${RUNS / 25}`).waitFor();
  });
  const sorts: number[] = [];
  for (const column of [...COLUMNS, ...COLUMNS])
    sorts.push(await longestDuring(() => page.click(`#runs th[data-column=${column}] button`)));
  const filters: number[] = [];
  for (const text of FILTERS) filters.push(await longestDuring(() => page.fill("#filter", text)));
  await browser.close();
  app.close();
  await server.stop();
  const { page: html, files } = readAssets("index.html");
  const weight = [...files.values()].reduce((sum, file) => sum + file.length, Buffer.byteLength(html));
  return { sorts, filters, opening, weight };
}

/** One of the hundred configurations each key buys; cheap enough that the cap does not matter. */
function configuration(i: number) {
  return {
    dModel: 64 + 9 * i,
    numLayers: 2 + (i % 23),
    numHeads: 2 + (i % 15),
    batchSize: i % 2 === 0 ? 128 : 256,
    learningRate: 1e-4 * (1 + (i % 10)),
    trainFlops: [1e13, 1e14, 1e15, 1e16][i % 4] as number,
  };
}

/** Two frames after the last change everything is on the screen. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(
    () => new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))),
  );
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds, by the wall clock and of the processor. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Milliseconds of the longest task on any page's main thread in a trace, by the wall clock or of the processor. */
export function longestTask(trace: Buffer, by: "dur" | "tdur" = "dur"): number {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const main = new Set(
    traceEvents
      .filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain")
      .map(({ pid, tid }) => `${pid}/${tid}`),
  );
  const tasks = traceEvents.filter(({ name, pid, tid }) => /RunTask$/.test(name) && main.has(`${pid}/${tid}`));
  if (tasks.length === 0) throw new Error("the trace holds no task of a page: the browser names them otherwise");
  return tasks.reduce((longest, task) => Math.max(longest, task[by] ?? 0), 0) / 1000;
}

/** Prints the figures as a table. */
export async function reportDashboard(): Promise<void> {
  const { sorts, filters, opening, weight } = await dashboardSpeed();
  const line = (what: string, tasks: readonly number[]) =>
    `${what.padEnd(12)} longest task ${Math.max(...tasks).toFixed(1)} ms, median ${median([...tasks]).toFixed(1)} ms`;
  console.log(`Dashboard, ${RUNS} runs of ${KEYS} keys in one table (aim: < 100 ms a sort or filter, ≤ 500 kB)`);
  console.log(line("10 sorts", sorts));
  console.log(line("10 filters", filters));
  console.log(line("opening", [opening]));
  console.log(`page weight  ${(weight / 1000).toFixed(0)} kB, not compressed`);
}
