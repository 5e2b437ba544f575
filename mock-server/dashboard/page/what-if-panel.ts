import { identityOf, type RunConfig } from "../../../src/task/configuration.ts";
import { formatCount, formatFlops } from "../../../src/task/quantity.ts";
import { queryableShape } from "../../../src/task/realize.ts";
import { nearest } from "../../../src/task/search-space.ts";
import type { Task } from "../../../src/task/task.ts";
import { type ConfigFields, configFields } from "./config-fields.ts";
import type { Connection } from "./connection.ts";
import { byId, make } from "./element.ts";
import { curlCall, pythonCall } from "./exports.ts";
import { priceOf, verdictText } from "./price.ts";
import type { Store } from "./store.ts";

export interface WhatIf {
  /** Puts a configuration into the panel and goes there. */
  use(config: RunConfig): void;
}

/** Prices a configuration as it is typed, and asks it of the selected key's account when told to. */
export function whatIfPanel(store: Store, connection: Connection): WhatIf {
  const host = byId("what-if-fields", HTMLElement);
  const answer = byId("ask-answer", HTMLElement);
  let fields: ConfigFields | undefined;
  let world: string | undefined;

  const changed = () => {
    answer.textContent = "";
    store.draft = fields!.read() as RunConfig;
    store.tell("draft");
  };
  store.on(["world"], () => {
    const { task, world: now } = store.state!;
    if (world === now.name) return;
    world = now.name;
    const before = fields?.read();
    fields = configFields(host, task.searchSpace, changed);
    fields.write({ ...firstQuestion(task), ...before });
  });
  store.on(["world", "runs", "selection", "draft"], () => drawPrice(store));
  for (const radio of document.querySelectorAll<HTMLInputElement>("input[name=language]"))
    radio.addEventListener("change", () => drawCall(store));

  byId("what-if", HTMLFormElement).addEventListener("submit", async (event) => {
    event.preventDefault();
    const { draft, selected } = store;
    if (!draft || selected === undefined || byId("ask", HTMLButtonElement).getAttribute("aria-disabled") === "true")
      return;
    try {
      const { loss } = await connection.post<{ loss: number }>("ask", { key: selected, config: draft });
      answer.textContent = `loss ${loss.toFixed(4)}`;
    } catch (error) {
      answer.textContent = (error as Error).message;
    }
  });
  return {
    use(config) {
      fields?.write(config);
      byId("what-if", HTMLFormElement).scrollIntoView({ block: "center" });
      host.querySelector("input")?.focus({ preventScroll: true });
    },
  };
}

const FIRST_RUN = "Send the first query from a program: the key then appears here.";

/** A cheap first question: a small model at a thousandth of the cap. */
function firstQuestion(task: Task): RunConfig {
  const { batchSize, learningRate, trainFlops } = task.searchSpace;
  return {
    ...queryableShape(3e6, task),
    batchSize: nearest(batchSize, 128),
    learningRate: nearest(learningRate, 1e-3),
    trainFlops: nearest(trainFlops, task.cap / 1000),
  };
}

function drawPrice(store: Store): void {
  const { draft, state } = store;
  if (!draft || !state) return;
  const current = store.current();
  const paid = current?.byIdentity.get(identityOf(draft))?.loss;
  const price = priceOf(draft, state.task, state.world.accounting, current?.used ?? 0, paid);
  const valid = price.verdict.kind !== "invalid";
  const verdict = byId("verdict", HTMLElement);
  verdict.textContent = verdictText(price, draft, state.task);
  verdict.dataset.kind = price.verdict.kind;
  byId("price", HTMLElement).replaceChildren(
    ...(valid
      ? [
          fact("N = 12·L·d²", formatCount(price.parameters)),
          fact("tokens", formatCount(price.tokens)),
          fact("steps", formatCount(Math.floor(price.steps))),
          fact("tokens per parameter", formatCount(price.tokens / price.parameters)),
        ]
      : []),
  );
  const notes = current ? price.notes : [...price.notes, FIRST_RUN];
  byId("price-notes", HTMLElement).replaceChildren(...notes.map((note) => make("li", "", note)));
  const ask = byId("ask", HTMLButtonElement);
  const free = price.verdict.kind === "paid";
  ask.textContent = price.cost > 0 ? `Ask for ${formatFlops(price.cost)} FLOPs` : free ? "Ask again, free" : "Ask";
  // Stays in the order of the keyboard, so that focus is not lost while typing.
  ask.setAttribute("aria-disabled", String(!current || !(price.cost > 0 || free)));
  drawCall(store);
}

function fact(term: string, value: string): HTMLElement {
  return make("div", "", make("dt", "", term), make("dd", "", make("b", "", value)));
}

function drawCall({ draft }: Store): void {
  const { origin } = location;
  const language = document.querySelector<HTMLInputElement>("input[name=language]:checked")!.value;
  const complete = draft && Object.values(draft).every(Number.isFinite);
  const call = language === "curl" ? curlCall : pythonCall;
  byId("call", HTMLElement).textContent = complete ? call(draft, origin) : "Fill in the configuration first.";
  if (complete) byId("welcome-call", HTMLElement).textContent = curlCall(draft, origin);
}
