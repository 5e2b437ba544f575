import { isOnTrainedGrid } from "../../law/stanford-2025.ts";
import { kendallTau } from "../../statistics/rank-correlation.ts";
import { readAnswerTable } from "../../surface/calibration/answer-table.ts";
import { residualGroups, rootMeanSquare } from "../../surface/calibration/residuals.ts";
import { readTextFile } from "../../table/files.ts";
import type { RunConfig } from "../../task/configuration.ts";
import { formatFlops } from "../../task/quantity.ts";
import { toWire } from "../../task/stanford-2025/wire.ts";
import { groupsJson, printGroups } from "../calibrate/print.ts";
import type { CommonOptions, Terminal } from "../command.ts";
import { loadWorld } from "../load-world.ts";
import { alignedRows } from "./aligned-rows.ts";

/** How many of the worst rows are named. */
const WORST = 10;
/** Orders of fewer configurations say nothing. */
const FEWEST_RANKED = 3;

/** One row of the table beside what the world says. */
interface Compared {
  readonly row: number;
  readonly config: RunConfig;
  readonly observed: number;
  readonly predicted: number;
  readonly trainFlops: number;
  readonly onGrid: boolean;
  readonly error: number;
}

/** How far a world's un-noised, quantised answers are from a table of real ones. Answers of 2024 were not quantised. */
export async function worldFidelity(
  nameOrFile: string,
  runs: string,
  { json }: CommonOptions,
  terminal: Terminal,
): Promise<void> {
  const world = await loadWorld(nameOrFile);
  const { answers, dropped, notes } = readAnswerTable(readTextFile(runs, "runs table"));
  const compared = answers.map(({ row, config, loss, edition }): Compared => {
    const predicted = edition === 2024 ? world.expectedLoss(config) : world.quantisedLoss(config);
    const { trainFlops } = config;
    const error = Math.log(predicted / loss);
    return { row, config, observed: loss, predicted, trainFlops, onGrid: isOnTrainedGrid(config), error };
  });
  const groups = residualGroups(compared);
  const rms = rootMeanSquare(compared.map(({ error }) => error));
  const rankCorrelation = [...new Set(groups.map(({ trainFlops }) => trainFlops))].flatMap((trainFlops) => {
    const rows = compared.filter((row) => row.trainFlops === trainFlops);
    if (rows.length < FEWEST_RANKED) return [];
    const tau = kendallTau(
      rows.map(({ predicted }) => predicted),
      rows.map(({ observed }) => observed),
    );
    return [{ train_flops: trainFlops, n: rows.length, tau: Number.isNaN(tau) ? null : tau }];
  });
  const worst = compared.toSorted((a, b) => Math.abs(b.error) - Math.abs(a.error)).slice(0, WORST);
  if (json) {
    const document = {
      world: world.document.name,
      rows: compared.length,
      rms,
      groups: groupsJson(groups),
      rankCorrelation,
      worst: worst.map(({ row, config, observed, predicted, error }) => ({
        row,
        ...toWire(config),
        observed,
        predicted,
        error,
      })),
      dropped,
      notes,
    };
    terminal.out(`${JSON.stringify(document, null, 2)}\n`);
    return;
  }
  terminal.out(
    [
      `${world.document.name} against ${compared.length} rows of ${runs}: root mean square of ln(predicted/observed) ${rms.toFixed(4)}\n`,
      ...dropped.map(({ row, reason }) => `dropped row ${row}: ${reason}\n`),
      ...notes.map((note) => `note: ${note}\n`),
      "\n",
      printGroups(groups),
      "\norder of configurations within a budget (Kendall's tau-b)\n",
      alignedRows(
        [
          ["budget", "rows", "tau"],
          ...rankCorrelation.map(({ train_flops, n, tau }) => [
            formatFlops(train_flops),
            String(n),
            tau === null ? "ties only" : tau.toFixed(3),
          ]),
        ],
        [0, 1, 2],
      ),
      "\nworst rows\n",
      alignedRows(
        [
          ["row", "d", "L", "heads", "batch", "rate", "budget", "observed", "predicted", "ln ratio"],
          ...worst.map(({ row, config, observed, predicted, error }) => [
            String(row),
            String(config.dModel),
            String(config.numLayers),
            String(config.numHeads),
            String(config.batchSize),
            String(Number(config.learningRate.toPrecision(4))),
            formatFlops(config.trainFlops),
            observed.toFixed(4),
            predicted.toFixed(4),
            error.toFixed(4),
          ]),
        ],
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
      ),
    ].join(""),
  );
}
