import { formatCount } from "../../../src/task/quantity.ts";
import { byId } from "./element.ts";
import { isoflopChart } from "./isoflop-chart.ts";
import { lossChart } from "./loss-chart.ts";
import { sizeChart } from "./size-chart.ts";
import type { Store } from "./store.ts";

const CHARTS = { isoflop: isoflopChart, loss: lossChart, size: sizeChart };

/** The charts of the selected key, drawn anew when what they show changes or the page gets wider or narrower. */
export function chartsPanel(store: Store): void {
  const redraw = () => {
    if (!store.state || byId("charts", HTMLElement).hidden) return;
    const { a, target } = store.chosenFit() ?? {};
    const runs = store.current()?.runs.length ?? 0;
    note("isoflop", `loss over size, ${runs} runs`);
    note("loss", target?.loss === undefined ? "no loss at the target yet" : `${target.loss.toFixed(4)} at the target`);
    note(
      "size",
      target ? `${formatCount(target.N)} at the target${a === undefined ? "" : `, N ∝ C^${a.toFixed(3)}`}` : "",
    );
    for (const [id, chart] of Object.entries(CHARTS)) {
      const host = byId(id, HTMLElement);
      if (runs > 0) chart(host, store);
      else host.replaceChildren();
    }
  };
  store.on(["world", "runs", "selection", "fits", "grade"], redraw);
  let width = 0;
  new ResizeObserver(([entry]) => {
    if (!entry || Math.abs(entry.contentRect.width - width) < 2) return;
    width = entry.contentRect.width;
    redraw();
  }).observe(byId("isoflop", HTMLElement));
}

function note(id: string, text: string): void {
  byId(`${id}-note`, HTMLElement).textContent = text;
}
