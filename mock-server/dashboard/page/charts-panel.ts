import { formatCount } from "../../../src/task/quantity.ts";
import { isoflopChart, lossChart, type Shown, sizeChart } from "./charts.ts";
import { byId } from "./element.ts";
import type { Store } from "./store.ts";

const CHARTS = { isoflop: isoflopChart, loss: lossChart, size: sizeChart };

/** The charts of the selected key, drawn anew when what they show changes or the page gets wider or narrower. */
export function chartsPanel(store: Store): void {
  const redraw = () => {
    if (!store.state || byId("charts", HTMLElement).hidden) return;
    const shown: Shown = {
      target: store.state.task.target,
      runs: store.current()?.runs ?? [],
      best: store.points(),
      fit: store.chosenFit(),
      graded: store.graded,
    };
    const { a, target } = shown.fit ?? {};
    note("isoflop", `loss over size, ${shown.runs.length} runs`);
    note("loss", target?.loss === undefined ? "no loss at the target yet" : `${target.loss.toFixed(4)} at the target`);
    note(
      "size",
      target ? `${formatCount(target.N)} at the target${a === undefined ? "" : `, N ∝ C^${a.toFixed(3)}`}` : "",
    );
    for (const [id, chart] of Object.entries(CHARTS)) {
      const host = byId(id, HTMLElement);
      if (shown.runs.length > 0) chart(host, shown);
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
