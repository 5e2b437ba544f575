import { identityOf, type RunConfig } from "../../../src/task/configuration.ts";
import { formatCount, formatFlops } from "../../../src/task/quantity.ts";
import { queryableShape } from "../../../src/task/realize.ts";
import { nearest } from "../../../src/task/search-space.ts";
import type { Task } from "../../../src/task/task.ts";
import type { AskAnswer } from "../wire.ts";
import { type ConfigFields, configFields, fieldOf } from "./config-fields.ts";
import type { Connection } from "./connection.ts";
import { byId, make } from "./element.ts";
import { curlCall, pythonCall } from "./exports.ts";
import { priceOf, problemsOf, verdictText } from "./price.ts";
import type { Store } from "./store.ts";

export interface Buying {
  /** Puts a configuration into the form and goes there. */
  use(config: RunConfig): void;
}

/** The form that buys runs: says cost, what is left and what is wrong before, for the selected key or a typed one. */
export function buyPanel(store: Store, connection: Connection): Buying {
  const host = byId("what-if-fields", HTMLElement);
  const answer = byId("ask-answer", HTMLElement);
  const keyInput = make("input");
  Object.assign(keyInput, { id: "api-key", type: "text", value: "me", spellcheck: false });
  const keyField = fieldOf("API key, any text", keyInput, "your real key, or a name such as me");
  byId("api-key-field", HTMLElement).append(keyField.element);
  let fields: ConfigFields | undefined;
  let world: string | undefined;

  const changed = () => {
    answer.textContent = "";
    store.draft = fields!.read() as RunConfig;
    fields!.mark(problemsOf(store.draft, store.state!.task.searchSpace));
    store.tell("draft");
  };
  keyInput.addEventListener("input", () => {
    answer.textContent = "";
    keyField.mark(keyInput.value === "" ? "a key is needed" : undefined);
    store.tell("draft");
  });
  store.on(["world"], () => {
    const { task, world: now } = store.state!;
    if (world === now.name) return;
    world = now.name;
    const before = fields?.read();
    fields = configFields(host, task.searchSpace, changed);
    fields.write({ ...firstQuestion(task), ...before });
  });
  store.on(["world", "runs", "selection", "draft", "names"], () => {
    keyField.element.hidden = !asksForKey(store);
    drawPrice(store);
  });
  for (const radio of document.querySelectorAll<HTMLInputElement>("input[name=language]"))
    radio.addEventListener("change", () => drawCall(store));

  byId("what-if", HTMLFormElement).addEventListener("submit", async (event) => {
    event.preventDefault();
    const { draft, selected } = store;
    if (!draft || byId("ask", HTMLButtonElement).getAttribute("aria-disabled") === "true") {
      byId("what-if", HTMLFormElement).querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
      return;
    }
    const typed = asksForKey(store) ? keyInput.value : undefined;
    try {
      const { loss, key } = await connection.post<AskAnswer>("ask", {
        ...(typed === undefined ? { key: selected } : { apiKey: typed }),
        config: draft,
      });
      if (typed !== undefined) {
        store.typedKeys.set(key, typed);
        store.select(key);
      }
      answer.textContent = `loss ${loss.toFixed(4)}`;
    } catch (error) {
      const { message } = error as Error;
      if (message.startsWith("api_key")) {
        keyField.mark(message);
        keyInput.focus();
      } else answer.textContent = message;
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

function asksForKey(store: Store): boolean {
  return store.newKey || store.current() === undefined;
}

/** A cheap first question: a small model at a hundredth of the cap, which it learns something with. */
function firstQuestion(task: Task): RunConfig {
  const { batchSize, learningRate, trainFlops } = task.searchSpace;
  return {
    ...queryableShape(6e6, task),
    batchSize: nearest(batchSize, 128),
    learningRate: nearest(learningRate, 1e-3),
    trainFlops: nearest(trainFlops, task.cap / 200),
  };
}

function drawPrice(store: Store): void {
  const { draft, state } = store;
  if (!draft || !state) return;
  const byTyped = asksForKey(store);
  const current = byTyped ? undefined : store.current();
  byId("what-if-title", HTMLElement).textContent =
    store.keys.size === 0
      ? "Buy your first run"
      : byTyped
        ? "Buy a run for another key"
        : `Buy a run for ${store.nameOf(current!.key)}`;
  byId("what-if-intro", HTMLElement).hidden = store.keys.size > 0;
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
  byId("price-notes", HTMLElement).replaceChildren(...price.notes.map((note) => make("li", "", note)));
  const ask = byId("ask", HTMLButtonElement);
  const free = price.verdict.kind === "paid";
  ask.textContent = price.cost > 0 ? `Buy for ${formatFlops(price.cost)} FLOPs` : free ? "Ask again, free" : "Buy";
  const keyless = byTyped && byId("api-key", HTMLInputElement).value === "";
  // Stays in the order of the keyboard, so that focus is not lost while typing.
  ask.setAttribute("aria-disabled", String(keyless || !(price.cost > 0 || free)));
  drawCall(store);
}

function fact(term: string, value: string): HTMLElement {
  return make("div", "", make("dt", "", term), make("dd", "", make("b", "", value)));
}

function drawCall(store: Store): void {
  const { draft } = store;
  const language = document.querySelector<HTMLInputElement>("input[name=language]:checked")!.value;
  const complete = draft && Object.values(draft).every(Number.isFinite);
  const call = language === "curl" ? curlCall : pythonCall;
  const typed = asksForKey(store) ? byId("api-key", HTMLInputElement).value : store.typedKeys.get(store.selected ?? "");
  byId("call", HTMLElement).textContent = complete
    ? call(draft, location.origin, typed || undefined)
    : "Fill in the configuration first.";
  const withKey =
    language === "curl"
      ? "Your key is in the first line, whose leading blank keeps it out of most shells' history."
      : "Your key is in the code: mind where you save it.";
  const without =
    language === "curl" ? "Without TRAINING_API_KEY nothing is sent." : "Without it, Python asks for the key.";
  byId("call-note", HTMLElement).textContent = typed
    ? withKey
    : `The key is read from TRAINING_API_KEY in the environment. ${without}`;
}
