import { buildableOptimum, optimumOf } from "../surface/truth.ts";
import type { AnyWorld } from "../surface/world.ts";
import { nonEmbeddingParameters } from "../task/accounting.ts";
import type { Run, RunConfig } from "../task/configuration.ts";
import { formatCount, formatFlops, formatNats, formatPercent, formatShort } from "../task/quantity.ts";
import { leftOut, type SizedColumn, tableLayout } from "./table.ts";

/** Columns of a table of queries. Where lines are too short, what a reason says or a loss does not need goes first. */
const COLUMNS: readonly SizedColumn[] = [
  { head: "#", width: 3 },
  { head: "d_model", width: 7 },
  { head: "L", width: 2 },
  { head: "heads", width: 5, drop: 4 },
  { head: "batch", width: 5, drop: 3 },
  { head: "lr", width: 7 },
  { head: "FLOPs", width: 8 },
  { head: "N", width: 6, drop: 2 },
  { head: "loss", width: 7 },
  { head: "spent", width: 6, drop: 1 },
  { head: "why", width: 100_000, words: true },
];

/** The same where runs cost seconds. */
const CLOCK_COLUMNS = COLUMNS.map((column) =>
  column.head === "FLOPs" ? { head: "seconds", width: 13 } : column.head === "loss" ? { ...column, width: 9 } : column,
);

/**
 * A table of queries in lines of at most `width` characters, printed as they are answered.
 *
 * @param inSeconds whether runs cost seconds: each line then says how many it used of how many it reserved.
 */
export function queryTable(width: number, inSeconds = false): QueryTable {
  const { head, line, left } = tableLayout(inSeconds ? CLOCK_COLUMNS : COLUMNS, width);
  return {
    head,
    line: (number, run, { reason, spent, cap }) =>
      line([
        String(number),
        String(run.dModel),
        String(run.numLayers),
        String(run.numHeads),
        String(run.batchSize),
        formatShort(run.learningRate),
        inSeconds ? secondsText(run) : formatFlops(run.trainFlops),
        formatCount(nonEmbeddingParameters(run)),
        run.status === "ok" ? formatNats(run.loss) : run.status,
        formatPercent(spent / cap, 1).replace(" ", ""),
        (run.status === "ok" ? reason : run.message) ?? "",
      ]),
    foot: leftOut(left, width),
  };
}

function secondsText({ course, trainFlops }: Run): string {
  return course ? `${Math.round(course.seconds)}/${trainFlops}` : String(trainFlops);
}

export interface QueryTable {
  readonly head: string;
  /** A query with its answer, without a line feed at the end. `spent`: FLOPs spent after it. */
  line(
    number: number,
    run: Run,
    more: { readonly reason: string | undefined; readonly spent: number; readonly cap: number },
  ): string;
  /** Names the columns that were left out; empty where all are shown. */
  readonly foot: string;
}

/** A submitted configuration in words: its size, shape and hyperparameters. */
export function configurationText(config: RunConfig): string {
  const { dModel, numLayers, numHeads, batchSize, learningRate, tokens } = config;
  const trained = tokens === undefined ? "" : `, ${formatCount(tokens)} tokens`;
  return `N ${formatCount(nonEmbeddingParameters(config))}: ${numLayers} layers of ${dModel}, ${numHeads} heads, batch ${batchSize}, lr ${formatShort(learningRate)}${trained}`;
}

/** The best submission of a world as a shape that can be built: heads of 64, where the task admits one. */
export function optimumText(world: AnyWorld): string {
  const { config } = world.replay || world.cluster ? optimumOf(world) : buildableOptimum(world);
  return configurationText(config);
}
