import * as Plot from "@observablehq/plot";
import { formatCount } from "../../../../src/task/quantity.ts";
import { draw, sourceColor, TIP, widened } from "../chart.ts";
import { byId, make } from "../element.ts";
import { Zoom } from "../zoom.ts";
import type { Experiment } from "./api.ts";
import { type JobsStore, lossesOf } from "./jobs-store.ts";
import { statusText } from "./jobs-table.ts";

interface Point {
  readonly tokens: number;
  readonly loss: number;
  readonly title: string;
}

/**
 * The loss curves of the chosen jobs over tokens, on linear or logarithmic axes.
 *
 * @param use is given the configuration of a job to be put into the form.
 */
export function curvePanel(store: JobsStore, use: (config: Experiment["training_config"]) => void): void {
  const host = byId("curve", HTMLElement);
  const [logX, logY] = [byId("log-x", HTMLInputElement), byId("log-y", HTMLInputElement)];
  const zoom: Zoom = new Zoom(host, byId("curve-zoom", HTMLElement), "Loss over tokens", () => drawCurves());
  const drawCurves = () => {
    const jobs = store.shown();
    byId("detail", HTMLElement).hidden = jobs.length === 0;
    byId("detail-jobs", HTMLElement).replaceChildren(...jobs.map((job, i) => entry(job, i, use)));
    const curves = jobs.map((job) => pointsOf(job));
    const points = curves.flat();
    if (points.length === 0) {
      host.replaceChildren(make("p", "soft small", "No loss yet."));
      return;
    }
    const [, top] = widened(
      points.map(({ tokens }) => tokens),
      1.05,
    );
    const [left] = widened(
      points.map(({ tokens }) => tokens),
      1.2,
    );
    const [low, high] = widened(
      points.map(({ loss }) => loss),
      1.03,
    );
    draw(
      host,
      `loss over tokens of ${jobs.map((job) => `job ${job.experiment_id}, last ${lossesOf(job).at(-1)?.toFixed(4) ?? "none"}`).join("; ")}`,
      {
        x: {
          label: "tokens",
          domain: [logX.checked ? left : 0, top],
          format: formatCount,
          type: logX.checked ? "log" : "linear",
        },
        y: {
          label: "validation loss, nats",
          domain: [low, high],
          format: String,
          type: logY.checked ? "log" : "linear",
        },
        height: 300,
        marks: [
          ...curves.flatMap((curve, i) => [
            Plot.line(curve, { x: "tokens", y: "loss", stroke: sourceColor(i), strokeWidth: 2 }),
            Plot.dot(curve, {
              x: "tokens",
              y: "loss",
              fill: sourceColor(i),
              stroke: "var(--card)",
              r: 3.2,
              strokeWidth: 0.8,
            }),
          ]),
          Plot.tip(points, Plot.pointer({ x: "tokens", y: "loss", title: "title", ...TIP })),
        ],
      },
      zoom,
    );
  };
  for (const box of [logX, logY])
    box.onchange = () => {
      zoom.view = undefined;
      drawCurves();
    };
  store.on(drawCurves);
  let width = 0;
  new ResizeObserver(([box]) => {
    if (!box || Math.abs(box.contentRect.width - width) < 2) return;
    width = box.contentRect.width;
    drawCurves();
  }).observe(host);
}

/** Evaluations are evenly spaced over the tokens. */
function pointsOf(job: Experiment): Point[] {
  const { total_train_tokens: tokens, n_evals: evaluations } = job.training_config;
  return lossesOf(job).map((loss, i) => {
    const at = (tokens * (i + 1)) / evaluations;
    const place = `evaluation ${i + 1} of ${evaluations}, ${formatCount(at)} tokens`;
    return { tokens: at, loss, title: `job ${job.experiment_id}: loss ${loss.toFixed(4)}\n${place}` };
  });
}

/** A chosen job in words: how it stands, and its configuration. */
function entry(job: Experiment, i: number, use: (config: Experiment["training_config"]) => void): HTMLElement {
  const swatch = make("span", "swatch");
  swatch.style.background = sourceColor(i);
  const button = make("button", "quiet", "Copy into the form");
  button.type = "button";
  button.setAttribute("aria-label", `Copy into the form: job ${job.experiment_id}`);
  button.onclick = () => use(job.training_config);
  const text = make("pre", "low", make("code", "", JSON.stringify(job, null, 1)));
  text.tabIndex = 0;
  return make(
    "div",
    "job",
    make(
      "div",
      "row",
      make("span", "", swatch, make("b", "", `Job ${job.experiment_id}`), `, ${statusText(job)}`),
      make("span", "spring"),
      button,
    ),
    make("details", "small", make("summary", "", "All that the API says"), text),
  );
}
