import { buildJobWorld } from "../../surface/stanford-2026/build-world.ts";
import { jobFidelity } from "../../surface/stanford-2026/calibration/fidelity.ts";
import { readJobTable } from "../../surface/stanford-2026/calibration/job-table.ts";
import { readTextFile } from "../../table/files.ts";
import { fidelityTable, figures } from "../calibrate/jobs.ts";
import type { Terminal } from "../command.ts";
import { loadJobWorldDocument } from "../load-job-world.ts";
import { alignedRows } from "../table.ts";

const WORST = 10;

/** Prints how far a world of jobs is from tables of real ones. */
export function jobWorldFidelity(
  nameOrFile: string,
  paths: readonly string[],
  json: boolean,
  terminal: Terminal,
): void {
  const document = loadJobWorldDocument(nameOrFile);
  const { expected } = buildJobWorld(document);
  const tables = paths.map((path) => ({ path, ...readJobTable(readTextFile(path, "table of jobs"), path) }));
  const each = tables.map(({ path, rows }) => [path, jobFidelity(expected, rows)] as const);
  const fidelity = jobFidelity(
    expected,
    tables.flatMap(({ rows }) => rows),
  );
  const dropped = tables.flatMap(({ path, dropped: left }) =>
    left.map(({ row, reason }) => ({ file: path, row, reason })),
  );
  const worst = fidelity.compared
    .filter(({ lossError }) => lossError !== undefined)
    .toSorted((a, b) => Math.abs(b.lossError!) - Math.abs(a.lossError!))
    .slice(0, WORST);
  if (json) {
    const rows = worst.map(({ row: { row }, lossError, lastLoss }) => ({ row, last_loss: lastLoss, error: lossError }));
    terminal.out(`${JSON.stringify({ world: document.name, ...figures(fidelity), worst: rows, dropped }, null, 2)}\n`);
    return;
  }
  const lines = worst.map(({ row: { row, config }, lossError, lastLoss, runtimeError }) => [
    String(row),
    `${config.architecture_config.hidden_size} × ${config.architecture_config.num_hidden_layers}`,
    String(config.train_batch_size),
    String(config.optimizer_config.lr_scheduler.peak_value),
    String(config.total_train_tokens),
    lastLoss!.toFixed(4),
    lossError!.toFixed(4),
    runtimeError === undefined ? "" : `${(100 * runtimeError).toFixed(1)} %`,
  ]);
  const head = ["row", "h × L", "batch", "rate", "tokens", "last loss", "ln ratio", "seconds"];
  terminal.out(
    [
      `${document.name} against real jobs; ${dropped.length} rows left out\n\n`,
      fidelityTable(each.length > 1 ? [...each, ["together", fidelity]] : [["", fidelity]]),
      "\nworst last losses\n",
      alignedRows([head, ...lines], [...head.keys()]),
    ].join(""),
  );
}
