import { nonEmbeddingParameters } from "../../../src/task/accounting.ts";
import type { RunConfig } from "../../../src/task/configuration.ts";
import { formatCount, formatFlops, formatShort, parseQuantity } from "../../../src/task/quantity.ts";
import type { NextAnswer } from "../wire.ts";
import { fieldOf } from "./config-fields.ts";
import type { Connection } from "./connection.ts";
import { byId, make } from "./element.ts";
import type { Store } from "./store.ts";

/**
 * What to buy next: the server plans the selected key's next runs with what is left of its budget.
 *
 * @param use is given the configuration of a run that is picked.
 */
export function nextPanel(store: Store, connection: Connection, use: (config: RunConfig) => void): void {
  const status = byId("next-status", HTMLElement);
  const button = byId("next-plan", HTMLButtonElement);
  const budget = numberField("budget of these runs, FLOPs", "at most what is left");
  const target = numberField("target, FLOPs", "the run whose best size you want");
  const count = numberField("runs to plan", "1 to 20");
  byId("next-fields", HTMLElement).append(budget.element, target.element, count.element);
  count.input.value = "5";
  let shownFor: string | undefined;
  /** The runs that a plan was made from: with another one it is out of date. */
  let planned: { readonly key: string; readonly runs: number } | undefined;

  store.on(["world", "runs", "selection"], () => {
    const current = store.current();
    byId("next-card", HTMLElement).hidden = !store.state!.plansNext || !current || current.runs.length === 0;
    if (!current) return;
    const { cap, target: wanted } = store.state!.task;
    const about = `${store.state!.world.name} ${current.key}`;
    if (shownFor !== about) {
      shownFor = about;
      clear();
      target.input.value = formatFlops(wanted);
      budget.input.value = "";
    }
    budget.input.placeholder = formatFlops(cap - current.used);
    if (planned && planned.key === current.key && planned.runs !== current.runs.length)
      status.textContent = "Runs have been bought since: plan again.";
  });
  const clear = () => {
    planned = undefined;
    status.textContent = "";
    byId("next-result", HTMLElement).replaceChildren();
  };
  byId("next-form", HTMLFormElement).addEventListener("submit", async (event) => {
    event.preventDefault();
    const current = store.current();
    if (!current || button.getAttribute("aria-disabled") === "true") return;
    const left = store.state!.task.cap - current.used;
    const wanted = { budget: budget.read() ?? left, target: target.read(), parallel: count.read() };
    budget.mark(wanted.budget > 0 ? undefined : "a positive number of FLOPs, such as 1e17");
    target.mark(wanted.target! > 0 ? undefined : "a positive number of FLOPs, such as 1e19");
    count.mark(
      Number.isInteger(wanted.parallel) && wanted.parallel! >= 1 && wanted.parallel! <= 20
        ? undefined
        : "a whole number from 1 to 20",
    );
    const wrong = [budget, target, count].find(({ input }) => input.ariaInvalid === "true");
    if (wrong) return wrong.input.focus();
    button.setAttribute("aria-disabled", "true");
    status.textContent = "Planning …";
    const about = shownFor;
    try {
      const answer = await connection.post<NextAnswer>("next", { key: current.key, ...wanted });
      if (about !== shownFor) return;
      planned = { key: current.key, runs: current.runs.length };
      status.textContent = "";
      drawPlan(answer, wanted.target!, use);
    } catch (error) {
      if (about === shownFor) status.textContent = (error as Error).message;
    } finally {
      button.setAttribute("aria-disabled", "false");
    }
  });
}

function numberField(name: string, hint: string) {
  const input = make("input");
  input.type = "text";
  input.inputMode = "decimal";
  const field = fieldOf(name, input, hint);
  return { ...field, read: () => (input.value.trim() === "" ? undefined : (parseQuantity(input.value) ?? Number.NaN)) };
}

function drawPlan({ now, runs, notes, strategy }: NextAnswer, target: number, use: (config: RunConfig) => void): void {
  const head = make("tr");
  for (const title of ["#", "N", "FLOPs", "loss ±", "N ×/÷", "why"]) {
    const cell = make("th", title === "why" ? "words" : "", title);
    cell.scope = "col";
    head.append(cell);
  }
  const rows = runs.map(({ config, reason, lossWithin, sizeWithin }, i) => {
    const button = make("button", "quiet", String(i + 1));
    button.type = "button";
    button.setAttribute("aria-label", `Planned run ${i + 1}: copy into the form`);
    button.onclick = () => use(config);
    const cells = [
      button,
      formatCount(nonEmbeddingParameters(config)),
      formatFlops(config.trainFlops),
      lossWithin.toFixed(3),
      sizeWithin.toFixed(2),
    ].map((cell) => make("td", "", cell));
    return make("tr", "", ...cells, make("td", "words", reason));
  });
  const scroll = make("section", "scroll", make("table", "", make("thead", "", head), make("tbody", "", ...rows)));
  scroll.tabIndex = 0;
  scroll.setAttribute("aria-label", "Table of planned runs");
  const within = `loss ±${now.lossWithin.toFixed(3)}, N ×/÷${formatShort(now.sizeWithin)}`;
  byId("next-result", HTMLElement).replaceChildren(
    make(
      "p",
      "small",
      `Now, at ${formatFlops(target)} FLOPs: N ${formatCount(now.N)}, 80 % intervals ${within}. The table has them after each run; the number copies it into the form.`,
    ),
    ...(runs.length > 0 ? [scroll] : []),
    make("ul", "notes small", ...notes.map((note) => make("li", "", note))),
    make("p", "soft small", `Chosen by ${strategy}.`),
  );
}
