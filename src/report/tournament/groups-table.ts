import type { Analysis, Group } from "../../tournament/analysis/analysis.ts";
import { heatTable, lowIsStrong } from "../heat-table.ts";

/** IQM of the regret by suite and by tag. */
export function groupsTable({ standings, groups }: Analysis): string {
  const title = ({ kind, name }: Group) => (kind === "tag" ? `#${name}` : name);
  return heatTable({
    corner: "strategy",
    columns: groups.map((group) => ({ title: `${title(group)} (${group.worlds})`, hint: `${group.worlds} worlds` })),
    rows: standings.map(({ name }) => ({ name, values: groups.map(({ regret }) => regret[name]) })),
    text: (value) => (Number.isFinite(value) ? value.toFixed(3) : "∞"),
    shade: lowIsStrong,
  });
}

/** How similarly the suites rank the strategies, in words; empty with fewer than two suites. */
export function agreementText({ agreement }: Analysis): string {
  if (agreement.length === 0) return "";
  const list = agreement.map(({ first, second, tau }) => `${first} and ${second} ${tau.toFixed(2)}`);
  return `Agreement of the rankings (Kendall's τ-b: 1 identical, 0 unrelated): ${list.join("; ")}.`;
}
