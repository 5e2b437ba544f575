import * as Plot from "@observablehq/plot";
import { budgetsIn } from "../../../src/table/budgets.ts";
import { formatCount, formatFlops } from "../../../src/task/quantity.ts";
import { type ChartRun, draw, rampColor, runTitle, TIP, thinned, widened } from "./chart.ts";
import { type Charted, type Series, styleOf, TRUE } from "./charted.ts";
import type { Zoom } from "./zoom.ts";

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
