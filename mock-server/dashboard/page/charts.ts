import * as Plot from "@observablehq/plot";
import { minimumPerBudget } from "../../../src/fit/methods/minimum.ts";
import { logTicks, powerOfTen } from "../../../src/report/axes.ts";
import { budgetsIn } from "../../../src/table/budgets.ts";
import { formatCount, formatFlops } from "../../../src/task/quantity.ts";
import type { RunPoint } from "../../../src/task/run-point.ts";
import { draw, rampColor, runTitle, TIP, thinned, widened } from "./chart.ts";
import type { FitResult } from "./fit-results.ts";
import type { Graded, PageRun } from "./store.ts";

/** What the charts show of one key. */
export interface Shown {
  /** FLOPs of the target. */
  readonly target: number;
  readonly runs: readonly PageRun[];
  /** The best run of each size and budget, which fits are fitted to. */
  readonly best: readonly (RunPoint & PageRun)[];
  /** The fit that is drawn. */
  readonly fit?: FitResult | undefined;
  /** The submission that was graded. */
  readonly graded?: Graded | undefined;
}

/** Loss over size, one curve per budget: the runs and the chosen fit. */
export function isoflopChart(host: HTMLElement, { runs, best, fit, graded }: Shown): void {
  const budgets = budgetsIn(best);
  const profiles = fit?.profiles ?? [];
  const colorOf = (C: number) =>
    rampColor(
      budgets.findIndex((budget) => budget.C === C),
      budgets.length,
    );
  const kept = new Set(best.map(({ identity }) => identity));
  const others = thinned(runs.filter(({ identity }) => !kept.has(identity)));
  const [left, right] = widened(
    best.map(({ N }) => N),
    1.4,
  );
  const [lowest, highest] = widened(
    best.map(({ loss }) => loss),
    1.03,
  );
  // The labels hang below the curves.
  const [bottom, top] = [lowest / 1.05, highest];
  const vertices = profiles.flatMap(({ C, vertex }) => (vertex ? [{ C, ...vertex }] : []));
  const narrow = host.clientWidth < 480;
  const grid = logTicks(left, right);
  const ticks = narrow ? grid.filter((_, i) => i % 2 === 0) : grid;
  draw(host, summary(budgets.length, vertices), {
    x: { label: "N, parameters", domain: [left, right], format: formatCount, grid, ticks },
    y: { label: "loss, nats", domain: [bottom, top], format: String },
    marks: [
      Plot.dot(others, { x: "parameters", y: "loss", r: 1.8, fill: "var(--faint)", clip: true }),
      ...profiles.map(({ C, curve }) =>
        Plot.line(curve, { x: "N", y: "loss", stroke: colorOf(C), strokeWidth: 1.8, clip: true }),
      ),
      ...(graded?.truth?.profiles ?? []).map(({ curve }) =>
        Plot.line(curve, { x: "N", y: "loss", stroke: "var(--truth)", strokeWidth: 1.4, clip: true }),
      ),
      ...budgets.map(({ C, runs }) =>
        Plot.dot(thinned(runs), {
          x: "N",
          y: "loss",
          r: 3.2,
          fill: colorOf(C),
          stroke: "var(--card)",
          strokeWidth: 0.8,
        }),
      ),
      Plot.dot(vertices, {
        x: "N",
        y: "loss",
        symbol: "diamond2",
        r: 5,
        fill: "var(--card)",
        stroke: "var(--ink)",
        strokeWidth: 1.6,
        clip: true,
      }),
      Plot.text(vertices, {
        x: "N",
        y: "loss",
        text: ({ C }: { C: number }) => formatFlops(C),
        dy: 15,
        fill: "var(--ink)",
        stroke: "var(--card)",
        strokeWidth: 4,
        fontSize: 11,
      }),
      Plot.tip(thinned(best), Plot.pointer({ x: "N", y: "loss", title: runTitle, ...TIP })),
    ],
  });
}

function summary(budgets: number, vertices: readonly { readonly C: number; readonly N: number }[]): string {
  const best = vertices.map(({ C, N }) => `${formatCount(N)} at ${formatFlops(C)} FLOPs`);
  return `isoFLOP curves of ${budgets} budgets${best.length > 0 ? `; best sizes ${best.join(", ")}` : ""}`;
}

/** Loss over compute: all runs, the best of each budget, the fit extended to the target, and the grade. */
export function lossChart(host: HTMLElement, { target, runs, best, fit, graded: submitted }: Shown): void {
  const { minima } = minimumPerBudget(best);
  const path = (fit?.path ?? []).flatMap(({ C, loss }) => (loss === undefined ? [] : [{ C, loss }]));
  const measured = runs.reduce((most, { trainFlops }) => Math.max(most, trainFlops), 0);
  const predicted = path.length > 0 && fit?.target?.loss !== undefined ? [{ C: target, loss: fit.target.loss }] : [];
  const { grade } = submitted ?? {};
  const graded = grade ? [{ C: target, loss: grade.predictedLoss }] : [];
  const truth = grade ? [{ C: target, loss: grade.trueLoss }] : [];
  const [left, right] = widened([...runs.map(({ trainFlops }) => trainFlops), target], 1.6);
  const [bottom, top] = widened(
    [...runs, ...predicted, ...graded, ...truth].map(({ loss }) => loss),
    1.04,
  );
  const mark = { x: "C", y: "loss", r: 5.5, strokeWidth: 2 } as const;
  draw(
    host,
    `loss over compute, ${runs.length} runs${predicted[0] ? `; ${predicted[0].loss.toFixed(3)} at the target` : ""}`,
    {
      x: { label: "C, FLOPs", domain: [left, right], format: powerOfTen, grid: logTicks(left, right) },
      y: { label: "loss, nats", domain: [bottom, top], format: String },
      marks: [
        Plot.ruleX([target], { stroke: "var(--soft)", strokeDasharray: "2 4" }),
        Plot.text([target], {
          x: (C: number) => C,
          text: (C: number) => `target ${formatFlops(C)}`,
          frameAnchor: "top",
          textAnchor: "end",
          dx: -6,
          fill: "var(--soft)",
        }),
        Plot.dot(thinned(runs), { x: "trainFlops", y: "loss", r: 2.2, fill: "var(--faint)" }),
        Plot.line(
          path.filter(({ C }) => C <= measured * 1.01),
          { x: "C", y: "loss", stroke: "var(--fit)", strokeWidth: 2 },
        ),
        Plot.line(
          path.filter(({ C }) => C >= measured * 0.85),
          {
            x: "C",
            y: "loss",
            stroke: "var(--fit)",
            strokeWidth: 2,
            strokeDasharray: "5 4",
          },
        ),
        truthLine(submitted, "loss"),
        Plot.dot(minima, { x: "C", y: "loss", r: 4, fill: "var(--accent)", stroke: "var(--card)" }),
        Plot.dot(predicted, { ...mark, symbol: "diamond2", fill: "var(--card)", stroke: "var(--fit)" }),
        Plot.dot(graded, { ...mark, symbol: "circle", stroke: "var(--ink)" }),
        Plot.dot(truth, { ...mark, symbol: "times", stroke: "var(--truth)", strokeWidth: 3 }),
        Plot.tip(thinned(runs), Plot.pointer({ x: "trainFlops", y: "loss", title: runTitle, ...TIP })),
      ],
    },
  );
}

/** The best size over compute: the sizes tried, the best of each budget, and the fit extended to the target. */
export function sizeChart(host: HTMLElement, { target, best: tried, fit, graded }: Shown): void {
  const { minima } = minimumPerBudget(tried);
  const path = fit?.path ?? [];
  const measured = tried.reduce((most, { C }) => Math.max(most, C), 0);
  const predicted = fit?.target ? [fit.target] : [];
  const submitted = graded ? [{ C: target, N: graded.parameters }] : [];
  const truth = graded ? [{ C: target, N: graded.parameters / Math.exp(graded.grade.lnNError) }] : [];
  const [left, right] = widened([...tried.map(({ C }) => C), target], 1.6);
  const [bottom, top] = widened(
    [...tried, ...predicted, ...submitted, ...truth].map(({ N }) => N),
    1.5,
  );
  const mark = { x: "C", y: "N", r: 5.5, strokeWidth: 2 } as const;
  const label = fit?.target ? `; ${formatCount(fit.target.N)} parameters at the target` : "";
  draw(host, `best size over compute, ${minima.length} budgets${label}`, {
    x: { label: "C, FLOPs", domain: [left, right], format: powerOfTen, grid: logTicks(left, right) },
    y: { label: "N, parameters", domain: [bottom, top], format: formatCount, grid: logTicks(bottom, top) },
    marks: [
      Plot.ruleX([target], { stroke: "var(--soft)", strokeDasharray: "2 4" }),
      Plot.dot(thinned(tried), { x: "C", y: "N", r: 2.2, fill: "var(--faint)" }),
      Plot.line(
        path.filter(({ C }) => C <= measured * 1.01),
        { x: "C", y: "N", stroke: "var(--fit)", strokeWidth: 2, clip: true },
      ),
      Plot.line(
        path.filter(({ C }) => C >= measured * 0.85),
        {
          x: "C",
          y: "N",
          stroke: "var(--fit)",
          strokeWidth: 2,
          strokeDasharray: "5 4",
          clip: true,
        },
      ),
      truthLine(graded, "N"),
      Plot.dot(minima, { x: "C", y: "N", r: 4, fill: "var(--accent)", stroke: "var(--card)" }),
      Plot.dot(predicted, { ...mark, symbol: "diamond2", fill: "var(--card)", stroke: "var(--fit)", clip: true }),
      Plot.dot(submitted, { ...mark, symbol: "circle", stroke: "var(--ink)" }),
      Plot.dot(truth, { ...mark, symbol: "times", stroke: "var(--truth)", strokeWidth: 3 }),
      Plot.tip(
        minima,
        Plot.pointer({
          x: "C",
          y: "N",
          title: ({ C, N, loss }: { C: number; N: number; loss: number }) =>
            `best of ${formatFlops(C)} FLOPs\nN = ${formatCount(N)}, loss ${loss.toFixed(4)}`,
          ...TIP,
        }),
      ),
    ],
  });
}

/** The best possible loss or size over compute, where the page knows it. */
function truthLine(graded: Graded | undefined, y: "loss" | "N"): Plot.Markish {
  const path = graded?.truth?.path ?? [];
  return Plot.line(path, { x: "C", y, stroke: "var(--truth)", strokeWidth: 1.6, clip: true });
}
