import { formatCount, formatFlops, formatNats } from "../../../task/quantity.ts";
import type { DrillDown, DrillEntry, DrillWorld } from "../../../tournament/analysis/drill-down.ts";

/** Size of the drawing and its margins, in SVG units. */
const WIDTH = 860;
const HEIGHT = 460;
const LEFT = 58;
const RIGHT = 96;
const TOP = 18;
const BOTTOM = 46;

const OPTIMUM = "#009e73";
const SUBMITTED = "#d55e00";

/** Draws the runs of the chosen strategy in the chosen world, now and after every choice. */
export async function showRuns(): Promise<void> {
  const { worlds }: DrillDown = JSON.parse(await unpacked(byId("drill-down").textContent ?? ""));
  const worldSelect = byId("world") as HTMLSelectElement;
  const strategySelect = byId("strategy") as HTMLSelectElement;
  const draw = () => {
    const world = worlds.find(({ name }) => name === worldSelect.value);
    if (!world) return;
    const entry = world.entries.find(({ strategy }) => strategy === strategySelect.value);
    byId("drawing").replaceChildren(chart(world, entry, strategySelect.value));
    byId("said").replaceChildren(...paragraphs(world, entry));
    for (const row of document.querySelectorAll<HTMLTableRowElement>("#world-table tbody tr"))
      row.setAttribute("aria-selected", String(row.cells[0]?.textContent === world.name));
  };
  worldSelect.addEventListener("change", draw);
  strategySelect.addEventListener("change", draw);
  document.querySelector("#world-table tbody")?.addEventListener("click", (event) => {
    const name = (event.target as Element).closest("tr")?.cells[0]?.textContent;
    if (!worlds.some((world) => world.name === name)) return;
    worldSelect.value = name as string;
    draw();
    worldSelect.scrollIntoView({ block: "center" });
  });
  draw();
}

/** The text of a gzip file in base64. */
function unpacked(base64: string): Promise<string> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}

/** Loss against model size, both logarithmic: isoFLOP curves, runs, the optimum and the submission. */
function chart(world: DrillWorld, entry: DrillEntry | undefined, strategy: string): SVGElement {
  const { runs = [], submitted } = entry ?? {};
  const budgetsOfRuns = new Set(runs.map(([, , flops]) => flops));
  const curves = world.curves.filter(({ flops }) => budgetsOfRuns.has(flops) || flops === world.target);
  const budgets = curves.map(({ flops }) => flops);
  const points: (readonly [number, number, number?])[] = [...runs, ...curves.flatMap((curve) => curve.points)];
  points.push(world.optimum);
  if (submitted)
    points.push([submitted.parameters, submitted.trueLoss], [submitted.parameters, submitted.predictedLoss]);
  const [leastN, mostN] = extent(points.map(([n]) => n));
  const [leastLoss, mostLoss] = extent(points.map(([, loss]) => loss));
  const [lowN, highN] = [leastN / 1.15, mostN * 1.15];
  const [lowLoss, highLoss] = [Math.max(leastLoss - 0.06, 0.05), Math.min(mostLoss * 1.02, 11)];
  const x = (n: number) => LEFT + ((WIDTH - LEFT - RIGHT) * Math.log(n / lowN)) / Math.log(highN / lowN);
  const y = (loss: number) =>
    HEIGHT -
    BOTTOM -
    ((HEIGHT - TOP - BOTTOM) * Math.log(Math.max(loss, lowLoss) / lowLoss)) / Math.log(highLoss / lowLoss);
  const color = (flops: number) => {
    const share = budgets.length < 2 ? 0 : budgets.indexOf(flops) / (budgets.length - 1);
    return `hsl(${Math.round(255 - 235 * share)} 65% 52%)`;
  };

  const root = element("svg", {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    role: "img",
    "aria-label": `runs of ${strategy} on ${world.name}`,
  });
  const add = (name: string, attributes: Attributes, text?: string) =>
    root.appendChild(element(name, attributes, text));
  const label = (at: Attributes, text: string) => add("text", { "text-anchor": "middle", class: "soft", ...at }, text);

  for (let decade = Math.floor(Math.log10(lowN)); decade <= Math.ceil(Math.log10(highN)); decade++)
    for (const digit of [1, 2, 5]) {
      const n = Number(`${digit}e${decade}`);
      if (n < lowN || n > highN) continue;
      add("line", { x1: x(n), x2: x(n), y1: TOP, y2: HEIGHT - BOTTOM, stroke: "var(--line)" });
      label({ x: x(n), y: HEIGHT - BOTTOM + 18 }, formatCount(n));
    }
  const step = [0.05, 0.1, 0.2, 0.5, 1, 2].find((each) => (highLoss - lowLoss) / each <= 9) ?? 2;
  for (let loss = Math.ceil(lowLoss / step) * step; loss <= highLoss; loss += step) {
    add("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y(loss), y2: y(loss), stroke: "var(--line)" });
    label({ x: LEFT - 8, y: y(loss) + 4, "text-anchor": "end" }, loss.toFixed(step < 0.1 ? 2 : 1));
  }
  label({ x: (LEFT + WIDTH - RIGHT) / 2, y: HEIGHT - 6 }, "model size N = 12·L·d²");
  label({ x: 14, y: HEIGHT / 2, transform: `rotate(-90 14 ${HEIGHT / 2})` }, "loss (nats, logarithmic)");

  const amount = (flops: number) => (world.inSeconds ? `${flops} s` : formatFlops(flops));
  for (const { flops, points } of curves) {
    const target = flops === world.target;
    const stroke = target ? "var(--ink)" : color(flops);
    const inside = points.filter(([, loss]) => loss <= highLoss);
    add("polyline", {
      points: inside.map(([n, loss]) => `${x(n).toFixed(1)},${y(loss).toFixed(1)}`).join(" "),
      fill: "none",
      stroke,
      "stroke-width": target ? 2 : 1.4,
      "stroke-opacity": 0.85,
    });
    const end = inside.at(-1);
    if (!end) continue;
    const at = { x: WIDTH - RIGHT + 6, y: y(end[1]) + 4, style: `fill:${stroke}` };
    add("text", at, target ? `${amount(flops)} target` : amount(flops));
  }
  for (const [n, loss, flops] of runs) {
    if (loss > highLoss) continue;
    const dot = { cx: x(n), cy: y(loss), r: 4.5, fill: color(flops), stroke: "var(--paper)", "stroke-width": 1.2 };
    const title = `${formatCount(n)} parameters at ${amount(flops)}${world.inSeconds ? "" : " FLOPs"}: loss ${formatNats(loss)}`;
    titled(add("circle", { ...dot, class: "run" }), title);
  }
  const [bestN, bestLoss] = world.optimum;
  const outline = `M${x(bestN)},${y(bestLoss) - 9}l5,9l-5,9l-5,-9z`;
  titled(
    add("path", { d: outline, fill: "none", stroke: OPTIMUM, "stroke-width": 2.4 }),
    `the best: ${formatCount(bestN)}, loss ${formatNats(bestLoss)}`,
  );
  if (submitted) {
    const { parameters, trueLoss, predictedLoss, interval } = submitted;
    const at = x(parameters);
    if (interval) {
      const [low, high] = interval;
      const ends = { y1: y(Math.max(lowLoss, low)), y2: y(Math.min(highLoss, high)) };
      add("line", { x1: at, x2: at, ...ends, stroke: SUBMITTED, "stroke-width": 2 });
    }
    const ring = { cx: at, cy: y(predictedLoss), r: 5.5, fill: "none", stroke: SUBMITTED, "stroke-width": 2.2 };
    titled(add("circle", ring), `predicted loss ${formatNats(predictedLoss)}`);
    const diamond = `M${at},${y(trueLoss) - 7}l6,7l-6,7l-6,-7z`;
    titled(
      add("path", { d: diamond, fill: SUBMITTED, stroke: "var(--paper)" }),
      `submitted: ${formatCount(parameters)}, true loss ${formatNats(trueLoss)}`,
    );
  }
  return root;
}

/** What the drawing shows, in words. */
function paragraphs(world: DrillWorld, entry: DrillEntry | undefined): HTMLParagraphElement[] {
  const { runs = [], rejected = 0, submitted, failure, limit } = entry ?? {};
  const paid = `${runs.length} runs bought${rejected > 0 ? `, ${rejected} queries rejected` : ""}`;
  const lines = [paragraph(`${world.name}: ${world.description}`, "soft")];
  if (submitted) {
    const { configuration, trueLoss, predictedLoss, interval, regret } = submitted;
    const range = interval ? ` [${interval.map((end) => end.toFixed(3)).join(", ")}]` : "";
    lines.push(
      paragraph(
        `${paid}; submitted ${configuration}: true loss ${formatNats(trueLoss)}, regret ${formatNats(regret)} (the best possible loss is ${formatNats(world.optimum[1])}); predicted loss ${formatNats(predictedLoss)}${range}.`,
      ),
    );
  } else lines.push(paragraph(`${paid}; ${failure ? `failed: ${failure}` : "no result in repetition 0."}`));
  if (limit)
    lines.push(
      paragraph(
        `Information limit of these runs: even an ideal fitter that knows the form of this surface and each of its constants to about a third, would know the loss at the target to ±${formatNats(limit.lossSd)} (one standard deviation) and expect a regret of ${formatNats(limit.regret)}.`,
        "soft",
      ),
    );
  lines.push(paragraph("Filled diamond: the submission. Ring: its predicted loss. Open diamond: the optimum.", "soft"));
  return lines;
}

function paragraph(text: string, className = ""): HTMLParagraphElement {
  return Object.assign(document.createElement("p"), { textContent: text, className });
}

type Attributes = Readonly<Record<string, string | number>>;

function element(name: string, attributes: Attributes, text?: string): SVGElement {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name) as SVGElement;
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  if (text !== undefined) node.textContent = text;
  return node;
}

/** A mark's tooltip. */
function titled(mark: Element, text: string): void {
  mark.append(element("title", {}, text));
}

function extent(values: readonly number[]): [least: number, most: number] {
  return values.reduce(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
}

function byId(id: string): HTMLElement {
  return document.getElementById(id) as HTMLElement;
}
