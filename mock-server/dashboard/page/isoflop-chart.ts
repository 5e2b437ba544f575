import * as Plot from "@observablehq/plot";
import { logTicks } from "../../../src/report/axes.ts";
import { budgetsIn } from "../../../src/table/budgets.ts";
import { formatCount, formatFlops } from "../../../src/task/quantity.ts";
import { draw, runTitle, TIP, thinned, widened } from "./chart.ts";
import { rampColor } from "./ramp.ts";
import type { Store } from "./store.ts";

/** Loss over size, one curve per budget: the runs and the chosen fit. */
export function isoflopChart(host: HTMLElement, store: Store): void {
  const best = store.points();
  const budgets = budgetsIn(best);
  const profiles = store.chosenFit()?.profiles ?? [];
  const colorOf = (C: number) =>
    rampColor(
      budgets.findIndex((budget) => budget.C === C),
      budgets.length,
    );
  const kept = new Set(best.map(({ identity }) => identity));
  const others = thinned((store.current()?.runs ?? []).filter(({ identity }) => !kept.has(identity)));
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
