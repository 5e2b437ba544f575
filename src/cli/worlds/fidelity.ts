import { ANSWER_SETTINGS, answersOf } from "../../surface/calibration/answer-table.ts";
import { type ComparedAnswer, type Fidelity, fidelityOf } from "../../surface/calibration/fidelity.ts";
import { readRows } from "../../table/rows.ts";
import { formatFlops, formatNats } from "../../task/quantity.ts";
import { toWire } from "../../task/stanford-2025/wire.ts";
import { groupsJson, largeBudgets, printGroups } from "../calibrate/print.ts";
import type { CommonOptions, Terminal } from "../command.ts";
import { loadWorld } from "../load-world.ts";
import { alignedRows } from "../table.ts";
import { rowProgress, sourceName, type TableOptions, tableFacts, tableJson, tableSources } from "../table-options.ts";

/** Prints how far a world's answers are from tables of real ones. */
export async function worldFidelity(
  nameOrFile: string,
  paths: readonly string[],
  { json, columns: given, where }: CommonOptions & TableOptions,
  terminal: Terminal,
): Promise<void> {
  const { isJobWorld } = await import("../load-job-world.ts");
  if (isJobWorld(nameOrFile)) {
    const { jobWorldFidelity } = await import("./job-fidelity.ts");
    jobWorldFidelity(nameOrFile, paths, json === true, terminal);
    return;
  }
  const world = await loadWorld(nameOrFile);
  const { name } = world.document;
  const options = { columns: given, where, required: ANSWER_SETTINGS, onRows: rowProgress(terminal) };
  const table = answersOf(readRows(tableSources(paths), options));
  const { answers, notes } = table;
  const fidelity = fidelityOf(world, answers);
  const { compared, rms, groups, rankAgreement, worst } = fidelity;
  if (json) {
    const document = {
      world: name,
      rows: compared.length,
      rms,
      groups: groupsJson(groups),
      rankCorrelation: rankAgreement.map(({ trainFlops, n, tau }) => ({
        train_flops: trainFlops,
        n,
        tau: Number.isNaN(tau) ? null : tau,
      })),
      worst: worst.map(({ row, config, observed, predicted, error }) => ({
        row,
        ...toWire(config),
        observed,
        predicted,
        error,
      })),
      ...tableJson(table),
      notes,
    };
    terminal.out(`${JSON.stringify(document, null, 2)}\n`);
    return;
  }
  terminal.out(
    [
      `${name} against ${compared.length} rows of ${sourceName(paths)}: root mean square of ln(predicted/observed) ${rms.toFixed(4)}\n`,
      ...tableFacts(table).map(([head, text]) => `${head}: ${text}\n`),
      "\n",
      printGroups(groups),
      largeBudgets(compared),
      "\nagreement on the order of configurations within a budget (Kendall's tau-b)\n",
      orderTable(fidelity),
      "\nworst rows\n",
      worstTable(worst),
    ].join(""),
  );
}

function orderTable({ rankAgreement }: Fidelity): string {
  const rows = rankAgreement.map(({ trainFlops, n, tau }) => [
    formatFlops(trainFlops),
    String(n),
    Number.isNaN(tau) ? "ties only" : tau.toFixed(3),
  ]);
  return alignedRows([["budget", "rows", "tau"], ...rows], [0, 1, 2]);
}

function worstTable(worst: readonly ComparedAnswer[]): string {
  const head = ["row", "d", "L", "heads", "batch", "rate", "budget", "observed", "predicted", "ln ratio"];
  const rows = worst.map(({ row, config, observed, predicted, error }) => [
    String(row),
    String(config.dModel),
    String(config.numLayers),
    String(config.numHeads),
    String(config.batchSize),
    String(Number(config.learningRate.toPrecision(4))),
    formatFlops(config.trainFlops),
    formatNats(observed),
    formatNats(predicted),
    error.toFixed(4),
  ]);
  return alignedRows([head, ...rows], [...head.keys()]);
}
