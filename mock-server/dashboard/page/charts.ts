import * as Plot from "@observablehq/plot";
import { minimumPerBudget } from "../../../src/fit/methods/minimum.ts";
import { powerOfTen } from "../../../src/report/axes.ts";
import { budgetsIn } from "../../../src/table/budgets.ts";
import { formatCount, formatFlops } from "../../../src/task/quantity.ts";
import { type ChartRun, draw, rampColor, runTitle, TIP, thinned, widened } from "./chart.ts";
import type { FitResult } from "./fit-results.ts";
import { METHOD_TITLES } from "./methods.ts";
import type { Zoom } from "./zoom.ts";

/** The runs of one key or table, with the fits that are drawn of them. */
export interface Series {
  readonly name: string;
  /** Absent where it is alone: its budgets then have colors of their own. */
  readonly color?: string;
  readonly runs: readonly ChartRun[];
  /** The best run of each size and budget: what the fits are fitted to. */
  readonly best: readonly ChartRun[];
  /** The chosen one first; the others are drawn thinner. */
  readonly fits: readonly FitResult[];
}

/** The truth as it is drawn: the best choice at budgets up to the target, and the best loss of sizes at budgets. */
export interface DrawnTruth {
  readonly path: readonly { readonly C: number; readonly N: number; readonly loss: number }[];
  readonly profiles: readonly {
    readonly C: number;
    readonly curve: readonly { readonly N: number; readonly loss: number }[];
  }[];
}

/** What the charts show. */
export interface Charted {
  readonly series: readonly Series[];
  /** FLOPs that the fits are extended to. */
  readonly target: number;
  /** A graded submission: its size and predicted loss, and the truth. */
  readonly truth?: DrawnTruth | undefined;
  readonly graded?: {
    readonly N: number;
    readonly bestN: number;
    readonly predictedLoss: number;
    readonly trueLoss: number;
  };
}

/** A mark of one series and one fit, with what its tooltip says. */
interface Labeled {
  readonly C: number;
  readonly N: number;
  readonly loss?: number | undefined;
  readonly color: string;
  readonly title: string;
}

const CHOSEN = { strokeWidth: 2, strokeOpacity: 1 } as const;
const OTHER = { strokeWidth: 1.4, strokeOpacity: 0.55 } as const;
const TRUE = { stroke: "var(--truth)", strokeWidth: 1.5, clip: true } as const;
const styleOf = (i: number) => (i === 0 ? CHOSEN : OTHER);
/** Loss over size, one curve per budget: the runs and the fits drawn. */
export function isoflopChart(host: HTMLElement, { series, truth }: Charted, zoom?: Zoom): void {
  const all = series.flatMap(({ best }) => best);
  const x = widened(
    all.map(({ N }) => N),
    1.4,
  );
  const [lowest, highest] = widened(
    all.map(({ loss }) => loss),
    1.03,
  );
  const drawn = series.map((one) => isoflopMarks(one));
  const labels = apart(
    drawn.flatMap(({ vertices }) => vertices),
    [x, [lowest / 1.05, highest]],
  );
  draw(
    host,
    drawn.map(({ summary }) => summary).join("; "),
    {
      x: { label: "N, parameters", domain: x, format: formatCount },
      // The labels hang below the curves.
      y: { label: "loss, nats", domain: [lowest / 1.05, highest], format: String },
      marks: [
        ...(truth?.profiles ?? []).map(({ curve }) => Plot.line(curve, { x: "N", y: "loss", ...TRUE })),
        ...drawn.flatMap(({ marks }) => marks),
        Plot.text(labels, {
          x: "N",
          y: "loss",
          text: ({ C }: Vertex) => formatFlops(C),
          dy: 15,
          clip: true,
          fill: "var(--ink)",
          stroke: "var(--card)",
          strokeWidth: 4,
          fontSize: 11,
        }),
        Plot.tip(thinned(all), Plot.pointer({ x: "N", y: "loss", title: runTitle, ...TIP })),
      ],
    },
    zoom,
  );
}

interface Vertex {
  readonly C: number;
  readonly N: number;
  readonly loss: number;
}

/** Those whose labels would not lie on an earlier one's. */
function apart(vertices: readonly Vertex[], [x, y]: readonly [x: [number, number], y: [number, number]]): Vertex[] {
  const place = (value: number, [low, high]: [number, number]) => Math.log(value / low) / Math.log(high / low);
  const kept: Vertex[] = [];
  for (const vertex of vertices) {
    const near = kept.some(
      ({ N, loss }) =>
        Math.abs(place(N, x) - place(vertex.N, x)) < 0.1 && Math.abs(place(loss, y) - place(vertex.loss, y)) < 0.06,
    );
    if (!near) kept.push(vertex);
  }
  return kept;
}

function isoflopMarks({ name, color, runs, best, fits }: Series) {
  const budgets = budgetsIn(best);
  const colors = new Map(
    budgets.flatMap(({ C, runs: tried }, i) => {
      const its = color ?? rampColor(i, budgets.length);
      return [[C, its] as const, ...tried.map((run) => [run.C, its] as const)];
    }),
  );
  const colorOf = (C: number) => colors.get(C) ?? "var(--faint)";
  const fillOf = ({ C }: ChartRun) => colorOf(C);
  const kept = new Set(best);
  const others = thinned(runs.filter((run) => !kept.has(run)));
  const vertices: Vertex[] = (fits[0]?.profiles ?? []).flatMap(({ C, vertex }) => (vertex ? [{ C, ...vertex }] : []));
  const found = vertices.map(({ C, N }) => `${formatCount(N)} at ${formatFlops(C)} FLOPs`);
  const head = color === undefined ? "" : `${name}: `;
  const marks: Plot.Markish[] = [
    Plot.dot(others, {
      x: "N",
      y: "loss",
      r: 1.8,
      fill: color ?? "var(--faint)",
      fillOpacity: color ? 0.35 : 1,
      clip: true,
    }),
    ...fits.flatMap(({ profiles }, i) =>
      profiles.map(({ C, curve }) =>
        Plot.line(curve, { x: "N", y: "loss", stroke: colorOf(C), ...styleOf(i), clip: true }),
      ),
    ),
    Plot.dot(thinned(best), { x: "N", y: "loss", r: 3.2, fill: fillOf, stroke: "var(--card)", strokeWidth: 0.8 }),
    Plot.dot(vertices, {
      x: "N",
      y: "loss",
      symbol: "diamond2",
      r: 5,
      fill: "var(--card)",
      stroke: color ?? "var(--ink)",
      strokeWidth: 1.6,
      clip: true,
    }),
  ];
  return {
    ...{ marks, vertices },
    summary: `${head}isoFLOP curves of ${budgets.length} budgets${found.length > 0 ? `; best sizes ${found.join(", ")}` : ""}`,
  };
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
        ...series.map(({ runs: tried, color }) =>
          Plot.dot(thinned(tried), {
            x: "C",
            y: "loss",
            r: 2.2,
            fill: color ?? "var(--faint)",
            fillOpacity: color ? 0.35 : 1,
          }),
        ),
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
        ...series.map(({ best, color }) =>
          Plot.dot(thinned(best), {
            x: "C",
            y: "N",
            r: 2.2,
            fill: color ?? "var(--faint)",
            fillOpacity: color ? 0.35 : 1,
          }),
        ),
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
