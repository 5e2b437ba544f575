import { setWords } from "../../../src/report/axes.ts";
import { formatCount } from "../../../src/task/quantity.ts";
import type { Charted } from "./charted.ts";
import { lossChart, sizeChart } from "./compute-charts.ts";
import { byId, make } from "./element.ts";
import { isoflopChart } from "./isoflop-chart.ts";
import { METHOD_TITLES } from "./methods.ts";
import type { Store } from "./store.ts";
import { Zoom } from "./zoom.ts";

const CHARTS = {
  isoflop: { draw: isoflopChart, name: "isoFLOP curves" },
  loss: { draw: lossChart, name: "Loss over compute" },
  size: { draw: sizeChart, name: "Best size over compute" },
} as const;

/** The charts of what is selected and compared, drawn anew when that changes or the page gets wider or narrower. */
export function chartsPanel(store: Store): void {
  const charts = Object.entries(CHARTS).map(([id, { draw, name }]) => {
    const host = byId(id, HTMLElement);
    const zoom: Zoom = new Zoom(host, byId(`${id}-zoom`, HTMLElement), name, () => {
      const charted = chartedOf(store);
      if (charted.series.length > 0) draw(host, charted, zoom);
      else host.replaceChildren();
    });
    return zoom;
  });
  const redraw = () => {
    if (!store.state || byId("charts", HTMLElement).hidden) return;
    const { a, target } = store.chosenFit() ?? {};
    const { length: compared } = store.sources();
    const runs = store.sources()[0]?.runs.length ?? 0;
    note("isoflop", compared > 1 ? "loss over size, best sizes by budget" : `loss over size, ${runs} runs`);
    note("loss", target?.loss === undefined ? "no loss at the target yet" : `${target.loss.toFixed(4)} at the target`);
    note(
      "size",
      target
        ? `${formatCount(target.N)} at the target${a === undefined ? "" : `, ${setWords(`N ∝ C^${a.toFixed(3)}`)}`}`
        : "",
    );
    drawLegend(store);
    for (const zoom of charts) zoom.redraw();
  };
  store.on(["world", "selection"], () => {
    for (const zoom of charts) zoom.view = undefined;
  });
  store.on(["world", "runs", "selection", "fits", "grade", "names", "tables"], redraw);
  let width = 0;
  new ResizeObserver(([entry]) => {
    if (!entry || Math.abs(entry.contentRect.width - width) < 2) return;
    width = entry.contentRect.width;
    redraw();
  }).observe(byId("isoflop", HTMLElement));
}

function chartedOf(store: Store): Charted {
  const { graded } = store;
  return {
    series: store.series(),
    target: store.state!.task.target,
    truth: graded?.truth,
    ...(graded && {
      graded: {
        N: graded.parameters,
        bestN: graded.parameters / Math.exp(graded.grade.lnNError),
        predictedLoss: graded.grade.predictedLoss,
        trueLoss: graded.grade.trueLoss,
      },
    }),
  };
}

function note(id: string, text: string): void {
  byId(`${id}-note`, HTMLElement).textContent = text;
}

/** Which color is which source, where several are drawn; and which line is which method. */
function drawLegend(store: Store): void {
  const series = store.series();
  const legend = byId("charts-legend", HTMLElement);
  const methods = [store.method, ...store.drawn].filter(
    (method, i, all) => store.drawn.has(method) && all.indexOf(method) === i,
  );
  const lines = methods.map((method, i) => `${METHOD_TITLES[method]}${i === 0 ? "" : " (thin)"}`);
  // The colors in the charts' own legends are those of a source that is alone.
  byId("charts", HTMLElement).classList.toggle("compared", series.length > 1);
  legend.hidden = series.length < 2 && methods.length < 2;
  legend.replaceChildren(
    ...(series.length > 1
      ? series.map(({ name, color }) => {
          const swatch = make("span", "swatch");
          swatch.style.background = color!;
          return make("span", "source", swatch, name);
        })
      : []),
    make("span", "", lines.length > 0 ? `Fits: ${lines.join(", ")}` : "No fit is drawn"),
  );
}
