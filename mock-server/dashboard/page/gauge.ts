import { identityOf, type RunConfig } from "../../../src/task/configuration.ts";
import { formatFlops, formatPercent } from "../../../src/task/quantity.ts";
import { rampColor } from "./chart.ts";
import { make } from "./element.ts";
import type { KeyRuns } from "./store.ts";

/** What each budget's runs have taken, in the colors of the curves. */
export function spentSegments({ runs }: KeyRuns, cap: number): HTMLElement[] {
  const spent = new Map<number, number>();
  for (const { trainFlops } of runs) spent.set(trainFlops, (spent.get(trainFlops) ?? 0) + trainFlops);
  const budgets = [...spent].toSorted(([a], [b]) => a - b);
  return budgets.map(([budget, sum], i) => {
    const segment = make("span", "segment");
    segment.style.width = `${(100 * sum) / cap}%`;
    segment.style.background = rampColor(i, budgets.length);
    segment.title = `${sum / budget} runs of ${formatFlops(budget)} FLOPs: ${percent(sum / cap)} of the budget`;
    return segment;
  });
}

/** What the configuration in the what-if panel would take. */
export function previewSegment(
  draft: RunConfig | undefined,
  { used, byIdentity }: KeyRuns,
  cap: number,
): HTMLElement[] {
  if (!draft || !(draft.trainFlops > 0) || used + draft.trainFlops > cap) return [];
  if (byIdentity.has(identityOf(draft))) return [];
  const segment = make("span", "segment preview");
  segment.style.width = `${(100 * draft.trainFlops) / cap}%`;
  segment.title = `cost of the run below: ${percent(draft.trainFlops / cap)}`;
  return [segment];
}

/** A share of the budget, in per cent. */
export function percent(share: number): string {
  return share > 0 && share < 0.001 ? "<0.1 %" : formatPercent(share, 1);
}
