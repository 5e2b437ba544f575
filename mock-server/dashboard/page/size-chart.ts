import * as Plot from "@observablehq/plot";
import { minimumPerBudget } from "../../../src/fit/methods/minimum.ts";
import { logTicks, powerOfTen } from "../../../src/report/axes.ts";
import { formatCount, formatFlops } from "../../../src/task/quantity.ts";
import { draw, TIP, thinned, widened } from "./chart.ts";
import type { Store } from "./store.ts";

/** The best size over compute: the sizes tried, the best of each budget, and the fit extended to the target. */
export function sizeChart(host: HTMLElement, store: Store): void {
  const { target } = store.state!.task;
  const tried = store.points();
  const { minima } = minimumPerBudget(tried);
  const fit = store.chosenFit();
  const path = fit?.path ?? [];
  const measured = tried.reduce((most, { C }) => Math.max(most, C), 0);
  const predicted = fit?.target ? [fit.target] : [];
  const { graded } = store;
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
