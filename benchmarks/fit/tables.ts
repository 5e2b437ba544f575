// node --import tsx benchmarks/fit/tables.ts: the tables of docs/fitters.md that need no data beside the package, as
// Markdown, and the picture of approach 2's bias.

import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as Plot from "@observablehq/plot";
import { COURSE_LAW, courseRuns } from "../../src/fit/course-data.ts";
import { FITTERS } from "../../src/fit/index.ts";
import { chinchillaLoss, chinchillaOptimum } from "../../src/law/chinchilla.ts";
import { PALETTE } from "../../src/report/colors.ts";
import { type Figure, renderPng, renderSvg } from "../../src/report/figure.ts";
import { frame, linearAxisY } from "../../src/report/figures/plot-axes.ts";
import { formatCount } from "../../src/task/quantity.ts";
import { CENTERINGS, parabolaBias, SURFACES, WIDTHS } from "./parabola-bias.ts";

console.log(courseTable());
console.log();
console.log(biasTable());
const svg = renderSvg(biasFigure());
for (const [ending, content] of [
  ["svg", svg],
  ["png", renderPng(svg)],
] as const)
  writeFileSync(fileURLToPath(new URL(`../../docs/pictures/fit-parabola-bias.${ending}`, import.meta.url)), content);

function courseTable(): string {
  const runs = courseRuns();
  const targets = [1e23, 1e24];
  const head = "| method | N at 1e23 | over the true 91.89B | D | loss | N at 1e24 | over the true N | loss |";
  const rows = FITTERS.map((fitter) => {
    const fit = fitter.fit(runs);
    const cells = targets.flatMap((C) => {
      const [found, truth] = [fit.optimum(C), courseOptimum(C)];
      if (!found) return ["", "", "", ""];
      return [formatCount(found.N), (found.N / truth.N).toFixed(4), formatCount(found.D), found.loss?.toFixed(4) ?? ""];
    });
    return `| ${[fitter.name, ...cells.slice(0, 6), cells[7]].join(" | ")} |`;
  });
  const truth = targets.map((C) => courseOptimum(C));
  const last = `| truth | ${formatCount(truth[0]!.N)} | 1 | ${formatCount(truth[0]!.D)} | ${truth[0]!.loss.toFixed(4)} | ${formatCount(truth[1]!.N)} | 1 | ${truth[1]!.loss.toFixed(4)} |`;
  return [head, "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |", ...rows, last].join("\n");
}

function biasTable(): string {
  const rows = Object.entries(CENTERINGS).flatMap(([centering, factors]) =>
    Object.entries(SURFACES).map(([surface, law]) => {
      const errors = WIDTHS.map((width) => percent(parabolaBias(law, width, factors)));
      return `| ${[centering, surface, ...errors].join(" | ")} |`;
    }),
  );
  return [
    `| grid | law | ${WIDTHS.map((width) => `±${width}×`).join(" | ")} |`,
    `| --- | --- | ${WIDTHS.map(() => "---:").join(" | ")} |`,
    ...rows,
  ].join("\n");
}

/** Four digits; plain zero for what rounding leaves. */
function percent(error: number): string {
  return Math.abs(error) < 1e-9 ? "0 %" : `${(100 * error).toFixed(4)} %`;
}

function biasFigure(): Figure {
  const widths = Array.from({ length: 49 }, (_, i) => 1.5 * Math.exp((i / 48) * Math.log(20 / 1.5)));
  const points = Object.entries(CENTERINGS).flatMap(([centering, factors]) =>
    Object.entries(SURFACES).flatMap(([surface, law], index) =>
      widths.map((width) => ({
        centering,
        width,
        error: 100 * parabolaBias(law, width, factors),
        color: PALETTE[index]!,
        surface,
      })),
    ),
  );
  return {
    title: "What approach 2 gets wrong without any noise",
    subtitle: "error of the optimal tokens at 1e24 FLOPs, parabolas on budgets 1e17 to 1e21, fifteen runs each",
    legend: Object.keys(SURFACES).map((label, index) => ({ label, color: PALETTE[index]!, mark: "line" as const })),
    plot: {
      height: 360,
      marginTop: 44,
      fx: { label: null, domain: Object.keys(CENTERINGS), padding: 0.08 },
      x: { type: "log", base: 2, label: null },
      y: { label: null },
      marks: [
        ...linearAxisY("error of D (%)"),
        Plot.axisX([2, 4, 8, 16], {
          tickFormat: (width: number) => `±${width}×`,
          label: "grid width",
          labelAnchor: "center",
          labelArrow: "none",
          labelOffset: 40,
        }),
        Plot.ruleY([0], { stroke: "#3b4252" }),
        frame(),
        Plot.line(points, { fx: "centering", x: "width", y: "error", z: "surface", stroke: "color", strokeWidth: 2.2 }),
      ],
    },
  };
}

function courseOptimum(C: number) {
  const { N, D } = chinchillaOptimum(COURSE_LAW, C);
  return { N, D, loss: chinchillaLoss(COURSE_LAW, N, D) };
}
