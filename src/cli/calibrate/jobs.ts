import { writeFileSync } from "node:fs";
import { calibrateJobs, fitsOf } from "../../surface/stanford-2026/calibration/calibrate.ts";
import type { JobFidelity } from "../../surface/stanford-2026/calibration/fidelity.ts";
import { readJobTable } from "../../surface/stanford-2026/calibration/job-table.ts";
import { DEFAULT_JOB_WORLD, jobPresetDocument } from "../../surface/stanford-2026/presets.ts";
import { makeFolderOf } from "../../table/files.ts";
import type { Terminal } from "../command.ts";
import { progressBar } from "../progress.ts";
import { alignedRows } from "../table.ts";

export interface JobCalibrateOptions {
  readonly seed: number;
  readonly json?: true;
  readonly draws?: number;
  readonly out?: string;
}

/** Draws of a family unless another number is asked for. */
const DRAWS = 32;

/** Fits worlds to a table of jobs, prints how well they fit, and writes them. */
export function calibrateJobTable(text: string, file: string, options: JobCalibrateOptions, terminal: Terminal): void {
  const { out, draws = out === undefined ? 0 : DRAWS, seed, json } = options;
  const { rows, dropped } = readJobTable(text, file);
  const progress = progressBar(terminal, fitsOf(rows, draws), "fits");
  let fits = 0;
  const start = jobPresetDocument(DEFAULT_JOB_WORLD);
  const { worlds, fidelity, leaveShapeOut } = calibrateJobs(rows, {
    start,
    draws,
    seed,
    onFit: () => progress.update(++fits),
  });
  progress.stop();
  if (out !== undefined) {
    makeFolderOf(out);
    writeFileSync(out, `${JSON.stringify({ worlds }, null, 1)}\n`);
    terminal.err(`wrote ${out}\n`);
  }
  const { loss, runtime } = worlds[0]!.layers;
  if (json) {
    const report = {
      rows: rows.length,
      dropped,
      loss,
      runtime,
      fitted: figures(fidelity),
      left_out: figures(leaveShapeOut),
    };
    terminal.out(`${JSON.stringify(report, null, 2)}\n`);
    return;
  }
  const constants = Object.entries({ ...loss, ...runtime }).map(([name, value]) => `${name} ${value.toPrecision(4)}`);
  terminal.out(
    [
      `${rows.length} jobs of ${file}, ${dropped.length} rows left out\n\n`,
      fidelityTable([
        ["fitted to all", fidelity],
        ["each shape from the others", leaveShapeOut],
      ]),
      `\nconstants of the central world: ${constants.join(", ")}\n`,
    ].join(""),
  );
}

/** One line for each comparison. */
export function fidelityTable(lines: readonly (readonly [head: string, fidelity: JobFidelity])[]): string {
  const head = ["", "seconds", "bias", "last losses < 5.5", "bias", "all last losses", "curve points < 8"];
  const cells = lines.map(([name, { runtime, finals, allFinals, points }]) => [
    name,
    runtime.n > 0 ? `${(100 * runtime.median).toFixed(1)} % of ${runtime.n}` : "none",
    runtime.n > 0 ? `${(100 * runtime.bias).toFixed(1)} %` : "",
    finals.n > 0 ? `${finals.rms.toFixed(4)} of ${finals.n}` : "none",
    finals.n > 0 ? finals.bias.toFixed(4) : "",
    allFinals.n > 0 ? `${allFinals.rms.toFixed(4)} of ${allFinals.n}` : "none",
    points.n > 0 ? `${points.rms.toFixed(4)} of ${points.n}` : "none",
  ]);
  return `${alignedRows([head, ...cells])}Seconds: median of |predicted/observed - 1|. Losses: root mean square of ln(predicted/observed). Bias: mean.\n`;
}

/** The same for programs. */
export function figures({ runtime, finals, allFinals, points }: JobFidelity): object {
  return { runtime, finals, all_finals: allFinals, points };
}
