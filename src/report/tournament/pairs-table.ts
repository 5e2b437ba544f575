import type { Analysis, Pair } from "../../tournament/analysis/analysis.ts";
import { heatTable } from "../heat-table.ts";

/** How often the strategy of the row beats that of the column; bold where they differ significantly. */
export function pairsTable({ standings, pairs }: Analysis): string {
  const names = standings.map(({ name }) => name);
  const found = (row: string, column: string): { readonly pair: Pair; readonly probability: number } | undefined => {
    for (const pair of pairs) {
      if (pair.better === row && pair.worse === column) return { pair, probability: pair.probability };
      if (pair.better === column && pair.worse === row) return { pair, probability: 1 - pair.probability };
    }
    return undefined;
  };
  return heatTable({
    corner: "beats →",
    columns: names.map((title, i) => ({ title: `${i + 1}`, hint: title })),
    rows: names.map((row, i) => ({
      name: `${i + 1}  ${row}`,
      values: names.map((column) => found(row, column)?.probability),
    })),
    text: (value) => `${Math.round(100 * value)}`,
    shade: (value) => Math.max(0, 2 * value - 1),
    strong: (i, j) => (found(names[i] as string, names[j] as string)?.pair.p ?? 1) < 0.05,
    hint(i, j) {
      const { pair } = found(names[i] as string, names[j] as string) as { readonly pair: Pair };
      const ends = (of: readonly [number, number]) => of.map((end) => `${Math.round(100 * end)}`).join("–");
      return `${pair.better} beats ${pair.worse} in ${Math.round(100 * pair.probability)} % of pairs; this suite ${ends(pair.interval)}, new worlds ${ends(pair.newWorlds)}; Holm-corrected p ${pair.p.toFixed(4)}: ${pair.p < 0.05 ? "significant" : "not significant"}`;
    },
  });
}
