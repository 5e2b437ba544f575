import { formatCount } from "../../task/quantity.ts";
import type { Analysis, WorldSummary } from "../../tournament/analysis/analysis.ts";
import type { DrillDown } from "../../tournament/analysis/drill-down.ts";
import { escapeHtml } from "../html.ts";
import { type Column, sortableTable } from "../sortable-table.ts";
import { nats } from "./leaderboard.ts";

/** A table of the worlds, and a drawing of what a strategy bought in the one chosen. Needs DRILL_DOWN_SCRIPT. */
export function drillDownSection({ worlds, standings }: Analysis, drillDown: DrillDown): string {
  const drawn = drillDown.worlds.length;
  const some =
    drawn < worlds.length ? ` ${drawn} of the ${worlds.length} worlds, spread over the suite, can be drawn.` : "";
  const options = (names: readonly string[]) => names.map((name) => `<option>${escapeHtml(name)}</option>`).join("");
  const embedded = JSON.stringify(drillDown).replaceAll("<", "\\u003c");
  return `<p class="soft note">Choose a world and a strategy to see the runs it bought in repetition 0 on the isoFLOP curves of the surface: at each budget the least loss a size allows, un-noised, over shapes, learning rates and batches.${some}</p>
<div class="picker"><label>world<select id="world">${options(drillDown.worlds.map(({ name }) => name))}</select></label><label>strategy<select id="strategy">${options(standings.map(({ name }) => name))}</select></label></div>
<div id="said" aria-live="polite"></div>
<div id="drawing" class="scroll"></div>
<h3>All worlds</h3>
<div id="world-table">${sortableTable(worlds, COLUMNS)}</div>
<script type="application/json" id="drill-down">${embedded}</script>`;
}

function winner({ regret }: WorldSummary): [name: string, regret: number] {
  return Object.entries(regret).reduce((best, entry) => (entry[1] < best[1] ? entry : best));
}

const COLUMNS: readonly Column<WorldSummary>[] = [
  { title: "world", text: ({ name }) => name, value: ({ name }) => name },
  {
    title: "best N",
    hint: "size of the best admissible submission",
    text: ({ optimum }) => formatCount(optimum.parameters),
    value: ({ optimum }) => optimum.parameters,
  },
  {
    title: "best loss",
    text: ({ optimum }) => optimum.loss.toFixed(4),
    value: ({ optimum }) => optimum.loss,
  },
  { title: "won by", text: (world) => winner(world)[0], value: (world) => winner(world)[0] },
  { title: "with regret", text: (world) => nats(winner(world)[1]), value: (world) => winner(world)[1] },
  {
    title: "median regret",
    hint: "of the field",
    text: ({ regret }) => nats(middle(Object.values(regret))),
    value: ({ regret }) => middle(Object.values(regret)),
  },
  { title: "tags", text: ({ tags }) => tags.join(", ") },
];

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}

/** Draws the chosen world and strategy. Plain DOM: the page has no library. */
export const DRILL_DOWN_SCRIPT: string = `
{
  const element = document.getElementById("drill-down");
  const { worlds } = JSON.parse(element.textContent);
  const [worldSelect, strategySelect] = [document.getElementById("world"), document.getElementById("strategy")];
  const [said, drawing] = [document.getElementById("said"), document.getElementById("drawing")];
  const [W, H, left, right, top, bottom] = [860, 460, 58, 96, 18, 46];
  const count = (n) => { const [s, u] = n >= 1e9 ? [1e9, "B"] : n >= 1e6 ? [1e6, "M"] : [1e3, "k"]; return Number((n / s).toPrecision(3)) + u; };
  const flopsText = (c) => { const [m, e] = c.toExponential(2).split("e+"); return Number(m) + "e" + e; };
  const svg = (name, attributes, parent, text) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    if (text !== undefined) node.textContent = text;
    parent.append(node);
    return node;
  };
  const colour = (share) => "hsl(" + Math.round(255 - 235 * share) + " 65% 52%)";

  const draw = () => {
    const world = worlds.find(({ name }) => name === worldSelect.value);
    const entry = world.entries.find(({ strategy }) => strategy === strategySelect.value);
    const { runs = [], submitted, failure, rejected = 0 } = entry ?? {};
    const bought = new Set(runs.map((run) => run[2]));
    const curves = world.curves.filter(({ flops }) => bought.has(flops) || flops === world.target);
    const budgets = curves.map(({ flops }) => flops);
    const points = [...runs, ...curves.flatMap((curve) => curve.points), world.optimum];
    if (submitted) points.push([submitted.parameters, submitted.trueLoss], [submitted.parameters, submitted.predictedLoss]);
    const ranges = [0, 1].map((axis) => points.reduce(([low, high], point) => [Math.min(low, point[axis]), Math.max(high, point[axis])], [Infinity, -Infinity]));
    const [lowN, highN] = [ranges[0][0] / 1.15, ranges[0][1] * 1.15];
    const [lowL, highL] = [Math.max(ranges[1][0] - 0.06, 0.05), Math.min(ranges[1][1] * 1.02, 11)];
    const x = (n) => left + ((W - left - right) * Math.log(n / lowN)) / Math.log(highN / lowN);
    const y = (loss) => H - bottom - ((H - top - bottom) * Math.log(Math.max(loss, lowL) / lowL)) / Math.log(highL / lowL);
    const shareOf = (flops) => budgets.length < 2 ? 0 : budgets.indexOf(flops) / (budgets.length - 1);

    drawing.replaceChildren();
    const root = svg("svg", { viewBox: "0 0 " + W + " " + H, role: "img", "aria-label": "runs of " + strategySelect.value + " on " + world.name }, drawing);
    for (let decade = Math.floor(Math.log10(lowN)); decade <= Math.ceil(Math.log10(highN)); decade++)
      for (const digit of [1, 2, 5]) {
        const n = digit * 10 ** decade;
        if (n < lowN || n > highN) continue;
        svg("line", { x1: x(n), x2: x(n), y1: top, y2: H - bottom, stroke: "var(--line)" }, root);
        svg("text", { x: x(n), y: H - bottom + 18, "text-anchor": "middle", class: "soft" }, root, count(n));
      }
    const steps = [0.05, 0.1, 0.2, 0.5, 1, 2].find((step) => (highL - lowL) / step <= 9) ?? 2;
    for (let loss = Math.ceil(lowL / steps) * steps; loss <= highL; loss += steps) {
      svg("line", { x1: left, x2: W - right, y1: y(loss), y2: y(loss), stroke: "var(--line)" }, root);
      svg("text", { x: left - 8, y: y(loss) + 4, "text-anchor": "end", class: "soft" }, root, loss.toFixed(steps < 0.1 ? 2 : 1));
    }
    svg("text", { x: (left + W - right) / 2, y: H - 6, "text-anchor": "middle", class: "soft" }, root, "model size N = 12·L·d²");
    svg("text", { x: 14, y: H / 2, "text-anchor": "middle", class: "soft", transform: "rotate(-90 14 " + H / 2 + ")" }, root, "loss (nats, logarithmic)");

    for (const { flops, points } of curves) {
      const target = flops === world.target;
      const stroke = target ? "var(--ink)" : colour(shareOf(flops));
      const inside = points.filter(([, loss]) => loss <= highL);
      svg("polyline", { points: inside.map(([n, loss]) => x(n).toFixed(1) + "," + y(loss).toFixed(1)).join(" "), fill: "none", stroke, "stroke-width": target ? 2 : 1.4, "stroke-opacity": 0.85 }, root);
      const end = inside.at(-1);
      if (!end) continue;
      svg("text", { x: W - right + 6, y: y(end[1]) + 4, style: "fill:" + stroke }, root, target ? flopsText(flops) + " target" : flopsText(flops));
    }
    for (const [n, loss, flops] of runs) {
      if (loss > highL) continue;
      const dot = svg("circle", { cx: x(n), cy: y(loss), r: 4.5, fill: colour(shareOf(flops)), stroke: "var(--paper)", "stroke-width": 1.2, class: "run" }, root);
      svg("title", {}, dot, count(n) + " parameters at " + flopsText(flops) + " FLOPs: loss " + loss.toFixed(4));
    }
    const [bestN, bestLoss] = world.optimum;
    const best = svg("path", { d: "M" + x(bestN) + "," + (y(bestLoss) - 9) + "l5,9l-5,9l-5,-9z", fill: "none", stroke: "#009e73", "stroke-width": 2.4 }, root);
    svg("title", {}, best, "the best: " + count(bestN) + ", loss " + bestLoss.toFixed(4));
    if (submitted) {
      const at = x(submitted.parameters);
      if (submitted.interval) svg("line", { x1: at, x2: at, y1: y(Math.max(lowL, submitted.interval[0])), y2: y(Math.min(highL, submitted.interval[1])), stroke: "#d55e00", "stroke-width": 2 }, root);
      svg("title", {}, svg("circle", { cx: at, cy: y(submitted.predictedLoss), r: 5.5, fill: "none", stroke: "#d55e00", "stroke-width": 2.2 }, root), "predicted loss " + submitted.predictedLoss.toFixed(4));
      svg("title", {}, svg("path", { d: "M" + at + "," + (y(submitted.trueLoss) - 7) + "l6,7l-6,7l-6,-7z", fill: "#d55e00", stroke: "var(--paper)" }, root), "submitted: " + count(submitted.parameters) + ", true loss " + submitted.trueLoss.toFixed(4));
    }

    said.replaceChildren();
    const line = (text, className = "") => { const p = document.createElement("p"); p.textContent = text; p.className = className; said.append(p); };
    line(world.name + ": " + world.description, "soft");
    const paid = runs.length + " runs bought" + (rejected > 0 ? ", " + rejected + " questions rejected" : "");
    if (submitted) line(paid + "; submitted " + submitted.configuration + ": true loss " + submitted.trueLoss.toFixed(4) + " against " + bestLoss.toFixed(4) + " of the best, regret " + submitted.regret.toFixed(4) + "; predicted " + submitted.predictedLoss.toFixed(4) + (submitted.interval ? " [" + submitted.interval.map((end) => end.toFixed(3)).join(", ") + "]" : "") + ".");
    else line(paid + "; " + (failure ? "failed: " + failure : "no result in repetition 0."));
    if (entry?.limit) line("At best, with the form of this surface known and each of its constants to about a third, these runs would tell the loss there to ±" + entry.limit.lossSd.toFixed(4) + " (one standard deviation) and leave an expected regret of " + entry.limit.regret.toFixed(4) + ".", "soft");
    line("Filled diamond: what was submitted, ring: its predicted loss, open diamond: the best.", "soft");
    for (const row of document.querySelectorAll("#world-table tbody tr")) row.setAttribute("aria-selected", String(row.cells[0].textContent === world.name));
  };

  worldSelect.addEventListener("change", draw);
  strategySelect.addEventListener("change", draw);
  document.querySelector("#world-table tbody").addEventListener("click", (event) => {
    const name = event.target.closest("tr")?.cells[0].textContent;
    if (!worlds.some((world) => world.name === name)) return;
    worldSelect.value = name;
    draw();
    worldSelect.scrollIntoView({ block: "center" });
  });
  if (worlds.length > 0) draw();
}`;
