import * as Plot from "@observablehq/plot";
import { minimumPerBudget } from "../../../src/fit/methods/minimum.ts";
import { logTicks, powerOfTen } from "../../../src/report/axes.ts";
import { formatFlops } from "../../../src/task/quantity.ts";
import { draw, runTitle, TIP, thinned, widened } from "./chart.ts";
import type { Store } from "./store.ts";

/** Loss over compute: all runs, the best of each budget, the fit extended to the target, and the grade. */
export function lossChart(host: HTMLElement, store: Store): void {
  const { target } = store.state!.task;
  const runs = store.current()?.runs ?? [];
  const { minima } = minimumPerBudget(store.points());
  const fit = store.chosenFit();
  const path = (fit?.path ?? []).flatMap(({ C, loss }) => (loss === undefined ? [] : [{ C, loss }]));
  const measured = runs.reduce((most, { trainFlops }) => Math.max(most, trainFlops), 0);
  const predicted = path.length > 0 && fit?.target?.loss !== undefined ? [{ C: target, loss: fit.target.loss }] : [];
  const { grade } = store.graded ?? {};
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
        Plot.dot(minima, { x: "C", y: "loss", r: 4, fill: "var(--accent)", stroke: "var(--card)" }),
        Plot.dot(predicted, { ...mark, symbol: "diamond2", fill: "var(--card)", stroke: "var(--fit)" }),
        Plot.dot(graded, { ...mark, symbol: "circle", stroke: "var(--ink)" }),
        Plot.dot(truth, { ...mark, symbol: "times", stroke: "var(--truth)", strokeWidth: 3 }),
        Plot.tip(thinned(runs), Plot.pointer({ x: "trainFlops", y: "loss", title: runTitle, ...TIP })),
      ],
    },
  );
}
