import * as Plot from "@observablehq/plot";
import { minimumPerBudget } from "../../../src/fit/methods/minimum.ts";
import { powerOfTen } from "../../../src/report/axes.ts";
import { formatCount, formatFlops } from "../../../src/task/quantity.ts";
import { draw, runTitle, TIP, thinned, widened } from "./chart.ts";
import { type Charted, type Series, styleOf, TRUE } from "./charted.ts";
import { METHOD_TITLES } from "./methods.ts";
import type { Zoom } from "./zoom.ts";

/** A mark of one series and one fit, with what its tooltip says. */
interface Labeled {
  readonly C: number;
  readonly N: number;
  readonly loss?: number | undefined;
  readonly color: string;
  readonly title: string;
}

/** Loss over compute: all runs, the best of each budget, the fits extended to the target, and the grade. */
export function lossChart(host: HTMLElement, { series, target, graded, truth: known }: Charted, zoom?: Zoom): void {
  const runs = series.flatMap((one) => one.runs);
  const ends = endsOf(series).filter(({ loss }) => loss !== undefined);
  const losses = [...runs, ...ends].map(({ loss }) => loss!);
  const truth = graded ? [graded.predictedLoss, graded.trueLoss] : [];
  draw(
    host,
    `loss over compute, ${runs.length} runs${ends.map(({ loss, title }) => `; ${title.split("\n")[0]}: ${loss!.toFixed(3)} at the target`).join("")}`,
    {
      x: { label: "C, FLOPs", domain: computeDomain(series, target), format: powerOfTen },
      y: { label: "loss, nats", domain: widened([...losses, ...truth], 1.04), format: String },
      marks: [
        ...targetMarks(target),
        ...series.map(({ runs: tried, color }) => triedMark(tried, color, "loss")),
        ...series.flatMap((one) => pathMarks(one, "loss")),
        Plot.line(known?.path ?? [], { x: "C", y: "loss", ...TRUE }),
        ...bestMarks(series, "loss"),
        ...endMarks(ends, "loss"),
        ...(graded ? gradeMarks(target, graded.predictedLoss, graded.trueLoss) : []),
        Plot.tip(thinned(runs), Plot.pointer({ x: "C", y: "loss", title: runTitle, ...TIP })),
      ],
    },
    zoom,
  );
}

/** The best size over compute: the sizes tried, the best of each budget, and the fits extended to the target. */
export function sizeChart(host: HTMLElement, { series, target, graded, truth }: Charted, zoom?: Zoom): void {
  const tried = series.flatMap(({ best }) => best);
  const ends = endsOf(series);
  const minima = series.flatMap(({ best }) => minimumPerBudget(best).minima);
  const label = ends.map(({ N, title }) => `; ${title.split("\n")[0]}: ${formatCount(N)} parameters at the target`);
  const sizes = [...tried, ...ends].map(({ N }) => N);
  draw(
    host,
    `best size over compute, ${minima.length} budgets${label.join("")}`,
    {
      x: { label: "C, FLOPs", domain: computeDomain(series, target), format: powerOfTen },
      y: {
        label: "N, parameters",
        domain: widened([...sizes, ...(graded ? [graded.N, graded.bestN] : [])], 1.5),
        format: formatCount,
      },
      marks: [
        ...targetMarks(target),
        ...series.map(({ best, color }) => triedMark(best, color, "N")),
        ...series.flatMap((one) => pathMarks(one, "N")),
        Plot.line(truth?.path ?? [], { x: "C", y: "N", ...TRUE }),
        ...bestMarks(series, "N"),
        ...endMarks(ends, "N"),
        ...(graded ? gradeMarks(target, graded.N, graded.bestN) : []),
        Plot.tip(
          [
            ...minima.map((run) => ({ ...run, title: `best of ${formatFlops(run.C)} FLOPs\n${runTitle(run)}` })),
            ...ends,
          ],
          Plot.pointer({ x: "C", y: "N", title: "title", ...TIP }),
        ),
      ],
    },
    zoom,
  );
}

function computeDomain(series: readonly Series[], target: number): [number, number] {
  return widened([...series.flatMap(({ runs }) => runs.map(({ C }) => C)), target], 1.6);
}

/** What every fit drawn says of the target. */
function endsOf(series: readonly Series[]): Labeled[] {
  return series.flatMap(({ name, color = "var(--fit)", fits }) =>
    fits.flatMap(({ method, target }) => {
      if (!target) return [];
      const head = series.length > 1 ? `${name}, ${METHOD_TITLES[method]}` : METHOD_TITLES[method];
      const loss = target.loss === undefined ? "" : `, loss ${target.loss.toFixed(4)}`;
      return [
        { ...target, color, title: `${head}\nN = ${formatCount(target.N)}${loss}\nat ${formatFlops(target.C)} FLOPs` },
      ];
    }),
  );
}

function triedMark(runs: Series["runs"], color: string | undefined, y: "loss" | "N"): Plot.Markish {
  const style = { fill: color ?? "var(--faint)", fillOpacity: color ? 0.35 : 1 };
  return Plot.dot(thinned(runs), { x: "C", y, r: 2.2, ...style });
}

function targetMarks(target: number): Plot.Markish[] {
  return [
    Plot.ruleX([target], { stroke: "var(--soft)", strokeDasharray: "2 4" }),
    Plot.text([target], {
      x: (C: number) => C,
      text: (C: number) => `target ${formatFlops(C)}`,
      frameAnchor: "top",
      textAnchor: "end",
      dx: -6,
      fill: "var(--soft)",
    }),
  ];
}

/** The fits over compute: solid as far as the runs reach, dashed beyond. */
function pathMarks({ color = "var(--fit)", runs, fits }: Series, y: "loss" | "N"): Plot.Markish[] {
  const measured = runs.reduce((most, { C }) => Math.max(most, C), 0);
  return fits.flatMap(({ path }, i) => {
    const points = path.filter((point) => point[y] !== undefined);
    const within = points.filter(({ C }) => C <= measured);
    // The dashes begin where the line ends.
    const beyond = points.slice(Math.max(0, within.length - 1));
    const line = { x: "C", y, stroke: color, ...styleOf(i), clip: true } as const;
    return [Plot.line(within, line), Plot.line(beyond, { ...line, strokeDasharray: "5 4" })];
  });
}

function bestMarks(series: readonly Series[], y: "loss" | "N"): Plot.Markish[] {
  return series.map(({ best, color = "var(--accent)" }) =>
    Plot.dot(minimumPerBudget(best).minima, { x: "C", y, r: 4, fill: color, stroke: "var(--card)" }),
  );
}

const MARK = { r: 5.5, strokeWidth: 2, clip: true } as const;

function endMarks(ends: readonly Labeled[], y: "loss" | "N"): Plot.Markish[] {
  return ends.map((end) =>
    Plot.dot([end], { x: "C", y, ...MARK, symbol: "diamond2", fill: "var(--card)", stroke: end.color }),
  );
}

function gradeMarks(target: number, submitted: number, truth: number): Plot.Markish[] {
  return [
    Plot.dot([[target, submitted]], { ...MARK, symbol: "circle", stroke: "var(--ink)" }),
    Plot.dot([[target, truth]], { ...MARK, symbol: "times", stroke: "var(--truth)", strokeWidth: 3 }),
  ];
}
