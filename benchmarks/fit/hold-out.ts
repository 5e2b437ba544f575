// The back-test behind fit's default method and the parabola's window (docs/fitters.md): every public sweep beside the
// checkout, its one, two and three largest budgets hidden. `node --import tsx benchmarks/fit/hold-out.ts [REFITS]`.
import { readFileSync } from "node:fs";
import { type HoldOut, holdOut } from "../../src/fit/hold-out.ts";
import { FITTERS } from "../../src/fit/index.ts";
import { readRows } from "../../src/table/rows.ts";
import { groupRows, runsTable } from "../../src/table/runs.ts";
import { randomStream } from "../../src/task/random.ts";
import type { RunPoint } from "../../src/task/run-point.ts";
import { sharedData } from "../shared-data.ts";

const draws = Number(process.argv[2] ?? 100);

const tables: (readonly RunPoint[])[] = [
  ...groupsOf("tables/porian_isoflop_points.csv", ["dataset", "hparams", "warmup", "decay", "param_count", "split"]),
  // The exponential of Llama 3's losses is the same sweep, and Marin's are read from their own files.
  ...groupsOf("fits/isoflop-experiments.csv", ["experiment"], (name) => /chinchilla|raw_loss/.test(name)),
  ...groupsOf("replay/marin_isoflop_comma.csv"),
  ...groupsOf("replay/marin_isoflop_dclm.csv"),
  ...groupsOf("fits/isoflops_curves.json"),
];

const variants = FITTERS.flatMap((fitter) => {
  if (fitter.name === "parabola")
    return [3, 4, 5, 8, Number.POSITIVE_INFINITY].map((window) => ({
      label: `parabola, window ${window === Number.POSITIVE_INFINITY ? "none" : window}`,
      fitter,
      options: { window },
    }));
  if (fitter.name === "minimum")
    return (["linear", "log"] as const).map((space) => ({ label: `minimum, ${space}`, fitter, options: { space } }));
  return [{ label: fitter.name, fitter, options: {} }];
});

console.log(
  "| method | hidden budgets | no prediction | ln N, median | ln N, rms | loss, median | loss, rms | 80 % interval of the loss holds |",
);
console.log("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
for (const { label, fitter, options } of variants) {
  const results = tables.flatMap((runs) =>
    [1, 2, 3].flatMap(
      (hidden) =>
        holdOut([fitter], runs, { hidden, draws, options, rng: (name) => randomStream(`hold-out/${name}`) })?.at(-1) ??
        [],
    ),
  );
  console.log(`| ${[label, ...summary(results)].join(" | ")} |`);
}

function groupsOf(path: string, by?: readonly string[], wanted: (name: string) => boolean = () => true) {
  const rows = readRows([{ name: path, text: readFileSync(sharedData(path), "utf8") }]);
  if (!by) return [runsTable(rows).runs];
  return groupRows(rows, by)
    .filter((group) => wanted(Object.values(group.by).join("/")))
    .map((group) => runsTable(group.rows).runs);
}

function summary(results: readonly HoldOut[]): string[] {
  const predicted = results.flatMap(({ predicted: one, observed }) => (one ? [{ ...one, observed }] : []));
  const errors = (key: "N" | "loss") =>
    predicted.flatMap((one) => (one[key] === null ? [] : [Math.log(one[key] / one.observed[key])]));
  const [N, loss] = [errors("N"), errors("loss")];
  const covered = results.flatMap((one) => (one.covered === null ? [] : [one.covered]));
  return [
    String(results.length),
    String(results.length - predicted.length),
    middle(N).toFixed(3),
    rms(N).toFixed(3),
    `${(100 * middle(loss)).toFixed(2)} %`,
    `${(100 * rms(loss)).toFixed(2)} %`,
    covered.length === 0 ? "" : `${Math.round((100 * covered.filter(Boolean).length) / covered.length)} %`,
  ];
}

function middle(values: readonly number[]): number {
  const sorted = values.map(Math.abs).sort((a, b) => a - b);
  return sorted.length === 0 ? Number.NaN : (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

function rms(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}
