import { gzipSync } from "node:zlib";
import { median } from "../../statistics/quantile.ts";
import { formatCount, formatNats } from "../../task/quantity.ts";
import type { Analysis, WorldSummary } from "../../tournament/analysis/analysis.ts";
import type { DrillDown } from "../../tournament/analysis/drill-down.ts";
import { type Column, escapeHtml, sortableTable } from "../html.ts";

/**
 * A table of the worlds and a drawing of the runs of a strategy in one of them. Works with the page's script
 * (page-script/main.ts).
 */
export function drillDownSection({ worlds, standings }: Analysis, drillDown: DrillDown): string {
  const drawn = drillDown.worlds.length;
  const some =
    drawn < worlds.length
      ? ` ${drawn} of the ${worlds.length} worlds, spread evenly over the suite, can be drawn.`
      : "";
  const options = (names: readonly string[]) => names.map((name) => `<option>${escapeHtml(name)}</option>`).join("");
  // Compressed: as text it is most of the page.
  const embedded = gzipSync(JSON.stringify(drillDown), { level: 9 }).toString("base64");
  return `<p class="soft note">Choose a world and a strategy to see its runs in repetition 0. The curves show the lowest noise-free loss of each model size at each budget, over learning rates and batch sizes.${some}</p>
<div class="picker"><label>world<select id="world">${options(drillDown.worlds.map(({ name }) => name))}</select></label><label>strategy<select id="strategy">${options(standings.map(({ name }) => name))}</select></label></div>
<div id="said" aria-live="polite"></div>
<div id="drawing" class="scroll"></div>
<details><summary>All ${worlds.length} worlds, sortable</summary><div id="world-table">${sortableTable(worlds, COLUMNS)}</div></details>
<script type="text/plain" id="drill-down">${embedded}</script>`;
}

function winner({ regret }: WorldSummary): [name: string, regret: number] {
  return Object.entries(regret).reduce((best, entry) => (entry[1] < best[1] ? entry : best));
}

const COLUMNS: readonly Column<WorldSummary>[] = [
  { title: "world", text: ({ name }) => name, value: ({ name }) => name },
  {
    title: "best N",
    hint: "size of the best possible submission",
    text: ({ optimum }) => formatCount(optimum.parameters),
    value: ({ optimum }) => optimum.parameters,
  },
  {
    title: "best loss",
    text: ({ optimum }) => formatNats(optimum.loss),
    value: ({ optimum }) => optimum.loss,
  },
  { title: "won by", text: (world) => winner(world)[0], value: (world) => winner(world)[0] },
  { title: "with regret", text: (world) => formatNats(winner(world)[1]), value: (world) => winner(world)[1] },
  {
    title: "median regret",
    hint: "over all strategies",
    text: ({ regret }) => formatNats(median(Object.values(regret))),
    value: ({ regret }) => median(Object.values(regret)),
  },
  { title: "tags", text: ({ tags }) => tags.join(", ") },
];
