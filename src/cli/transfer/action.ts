import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { STRATEGIES } from "../../../strategies/index.ts";
import { buildWorld } from "../../surface/build-world.ts";
import type { WorldDocument } from "../../surface/world-document.ts";
import { UserError } from "../../task/errors.ts";
import { choice } from "../../task/search-space.ts";
import { TIE } from "../../tournament/analysis/field.ts";
import { shippedEntrant } from "../../tournament/entrant.ts";
import { resultsPath } from "../../tournament/folder.ts";
import { localExecutor } from "../../tournament/local-executor.ts";
import { previewWorlds } from "../../tournament/preview.ts";
import { blocksOfSuites } from "../../tournament/questions.ts";
import { playTournament } from "../../tournament/tournament.ts";
import { PREDICTORS, type Transfer, transferOf, type WorldRegrets } from "../../tournament/transfer.ts";
import type { CommonOptions, Terminal } from "../command.ts";
import { loadSuite, loadTable, worldsOfFlops } from "../load-world.ts";
import { progressBar } from "../progress.ts";
import { plainTable } from "../table.ts";

/** The options of `isoflop transfer`, parsed. */
export interface TransferOptions extends CommonOptions {
  readonly worlds: number;
  readonly quick?: true;
  readonly workers?: number;
  /** Seconds a strategy may think in a run. */
  readonly thinking: number;
  /** The folder that keeps the results. Absent: they are forgotten. */
  readonly out?: string;
}

/** Budgets of a table question, as shares of the target. */
const BUDGETS = [1 / 300, 1 / 150, 1 / 100, 1 / 60, 1 / 30, 1 / 20, 1 / 10];

/** Plays every strategy that applies on a suite, on it asked as a table, and on each table's rows and surfaces. */
export async function runTransfer(
  suite: string,
  specs: readonly string[],
  options: TransferOptions,
  terminal: Terminal,
): Promise<void> {
  const whole = worldsOfFlops((await loadSuite(suite, {}, terminal)).worlds, "transfer");
  const few = options.quick && new Set(blocksOfSuites([{ name: suite, worlds: whole }]).flatMap(previewWorlds));
  const shipped = few ? whole.filter(({ name }) => few.has(name)) : whole;
  const families: { name: string; replay: readonly WorldDocument[] }[] = [];
  for (const spec of specs) families.push({ name: familyName(spec), replay: await familyOf(spec, options, terminal) });
  if (families.length < 2) throw new UserError("transfer leaves one family out: name two tables or more");
  const tagged = [
    ...shipped.map((world) => ({ ...world, name: `shipped/${world.name}` })),
    ...shipped.map(asTable),
    ...families.flatMap(({ replay }, i) => replay.map((world) => ({ ...world, name: `replay-${i}/${world.name}` }))),
    ...families.flatMap(({ replay }, i) => replay.map((world) => calibrated(world, i))),
  ];
  const { regrets, failures } = await played(tagged, options, terminal);
  const part = (prefix: string) => tagged.flatMap(({ name }, i) => (name.startsWith(prefix) ? [regrets[i]!] : []));
  const transfer = transferOf(
    families.map(({ name }, i) => ({
      name,
      replay: part(`replay-${i}/`),
      calibrated: part(`calibrated-${i}/`),
    })),
    part("shipped/"),
    part("as-table/"),
  );
  const claim = claimOf(transfer);
  if (options.json) terminal.out(`${JSON.stringify({ suite, ...transfer, failures, claim }, null, 2)}\n`);
  else terminal.out(`${transferTable(transfer)}\n${failureLines(failures)}\n\n${claim}\n`);
}

function familyName(spec: string): string {
  const [files = "", text] = spec.split("#");
  const stem = basename(files.split(",")[0]!).replace(/\.\w+$/, "");
  return text === undefined ? stem : `${stem}#${text}`;
}

/** Worlds of the table question of one family, evenly spread. */
async function familyOf(spec: string, options: TransferOptions, terminal: Terminal): Promise<WorldDocument[]> {
  const most = options.quick ? Math.min(2, options.worlds) : options.worlds;
  const [files = "", text = ""] = spec.split("#");
  const all: WorldDocument[] = [];
  for (const file of files.split(",")) all.push(...(await loadTable(file, {}, terminal)).worlds);
  const asked = all.filter(({ name, question }) => question === "table" && name.includes(text));
  if (asked.length === 0) throw new UserError(`${spec}: no world asks the table question`);
  if (asked.length <= most) return asked;
  return Array.from({ length: most }, (_, i) => asked[Math.floor(((i + 0.5) * asked.length) / most)]!);
}

/** A world of rows with its fitted surface in their place: the same question, noise of the surface's error. */
function calibrated(document: WorldDocument, family: number): WorldDocument {
  const { truth, task, ...rest } = document;
  if (!truth || typeof task === "string") throw new TypeError(`${document.name} has no fitted surface`);
  const { candidates: _, ...free } = task;
  return {
    ...rest,
    name: `calibrated-${family}/${document.name}`,
    surface: truth.surface,
    noise: { sdByLoss: [[1, truth.error]] },
    task: free,
  };
}

/** A shipped world asked as a table can be: budgets from 1/300 to 1/10 of the target, one recipe. */
function asTable(document: WorldDocument): WorldDocument {
  const { task } = buildWorld(document);
  const budgets = BUDGETS.map((share) => Number((task.target * share).toPrecision(3)));
  return {
    ...document,
    name: `as-table/${document.name}`,
    question: "table",
    task: {
      ...task,
      searchSpace: {
        ...task.searchSpace,
        dModel: { kind: "range", minimum: 64, maximum: task.admissible.dModel[1], integer: true },
        numLayers: { kind: "range", minimum: 2, maximum: task.admissible.numLayers[1], integer: true },
        batchSize: choice([task.admissible.batchSizes[0]!]),
        learningRate: { kind: "range", minimum: 5e-4, maximum: 5e-4, integer: false },
        trainFlops: choice(budgets),
      },
      cap: Math.round(0.2 * task.target),
      admissible: {
        ...task.admissible,
        batchSizes: [task.admissible.batchSizes[0]!],
        learningRate: [5e-4, 5e-4],
      },
    },
  };
}

/** Runs of one strategy that failed. */
interface Failures {
  readonly strategy: string;
  readonly runs: number;
  readonly timedOut: number;
  /** One of the reasons. */
  readonly reason: string;
}

interface Played {
  readonly regrets: readonly WorldRegrets[];
  readonly failures: readonly Failures[];
}

/** Regrets of every strategy that applies everywhere; a failure has the worst regret of its world. */
async function played(worlds: readonly WorldDocument[], options: TransferOptions, terminal: Terminal): Promise<Played> {
  const entrants = STRATEGIES.filter(({ fixedRuns }) => !fixedRuns).map(({ name }) => shippedEntrant(name));
  const workers = options.workers ?? availableParallelism();
  const regrets = worlds.map(() => entrants.map(() => Number.NaN));
  const failed: { readonly strategy: string; readonly late: boolean; readonly reason: string }[] = [];
  const folder = options.out ?? mkdtempSync(join(tmpdir(), "isoflop-transfer-"));
  mkdirSync(folder, { recursive: true });
  const progress = progressBar(terminal, worlds.length * entrants.length, "runs", 0);
  let done = 0;
  try {
    await playTournament({
      plan: { entrants, worlds, repetitions: 1, seed: options.seed, thinkingSeconds: options.thinking },
      file: resultsPath(folder),
      executor: localExecutor(workers),
      workers,
      signal: new AbortController().signal,
      onResult: (result, { world, entrant }) => {
        if (result.status === "ok") regrets[world]![entrant] = result.score.regret;
        else
          failed.push({
            strategy: result.strategy,
            late: result.status === "failed" && result.timedOut === true,
            reason: result.failure,
          });
        progress?.update(++done, "");
      },
    });
  } finally {
    progress?.stop();
    if (options.out === undefined) rmSync(folder, { recursive: true, force: true });
  }
  return {
    regrets: worlds.map(({ tie = TIE }, i) => {
      const known = regrets[i]!.filter((regret) => !Number.isNaN(regret));
      const worst = Math.max(...known);
      return { tie, regrets: regrets[i]!.map((regret) => (Number.isNaN(regret) ? worst : regret)) };
    }),
    failures: [...Map.groupBy(failed, ({ strategy }) => strategy)].map(([strategy, runs]) => ({
      strategy,
      runs: runs.length,
      timedOut: runs.filter(({ late }) => late).length,
      reason: runs[0]!.reason,
    })),
  };
}

function failureLines(failures: readonly Failures[]): string {
  if (failures.length === 0) return "no strategy failed";
  return failures
    .map(
      ({ strategy, runs, timedOut, reason }) =>
        `${strategy} failed in ${runs} ${runs === 1 ? "run" : "runs"} (${timedOut} by time; scored as the worst of the world): ${reason}`,
    )
    .join("\n");
}

function transferTable({ families, mean, variance }: Transfer): string {
  const number = (value: number) => (Number.isNaN(value) ? "–" : value.toFixed(2));
  const rows = families.map(({ name, worlds, reliability, ceiling, tau }) => [
    name,
    String(worlds),
    number(reliability),
    number(ceiling),
    ...PREDICTORS.map((predictor) => number(tau[predictor])),
  ]);
  const summary = PREDICTORS.map((predictor) => {
    const { value, interval } = mean.tau[predictor];
    return `${number(value)} [${interval.map(number).join(", ")}]`;
  });
  const head = [
    "family left out",
    "worlds",
    "split half",
    "ceiling",
    "suite",
    "suite as table",
    "calibrated",
    "replay",
  ];
  const table = plainTable(head, [...rows, ["mean", "", "", number(mean.ceiling), ...summary]], 1);
  return `${table}\n\nvariance of ranks: strategy ${number(variance.strategy)}, strategy × family ${number(variance.family)}, strategy × world ${number(variance.world)}; they allow τ ${number(mean.ceilingUnseen)} for a predictor that has not seen the family`;
}

/** What the numbers say, in words. */
function claimOf({ families, mean }: Transfer): string {
  const best = PREDICTORS.reduce((a, b) => (mean.tau[b].value > mean.tau[a].value ? b : a));
  const { value, interval } = mean.tau[best];
  const shipped = mean.tau.shipped;
  const names = {
    shipped: "the suite",
    shippedTable: "the suite asked as a table",
    calibrated: "worlds calibrated to the other tables",
    replay: "replay of the other tables",
  };
  return `On a table that was left out, ${names[best]} predicted the order of strategies best: τ ${value.toFixed(2)} (95 % interval over ${families.length} families ${interval[0].toFixed(2)} to ${interval[1].toFixed(2)}) where noise between worlds allows ${mean.ceiling.toFixed(2)}. The suite as it is had ${shipped.value.toFixed(2)} (${shipped.interval[0].toFixed(2)} to ${shipped.interval[1].toFixed(2)})${shipped.interval[0] > 0 ? "" : ", which may be chance"}.`;
}
