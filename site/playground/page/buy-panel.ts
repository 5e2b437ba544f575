import { type ConfigFields, configFields, fieldOf } from "../../../mock-server/dashboard/page/config-fields.ts";
import { byId, make } from "../../../mock-server/dashboard/page/element.ts";
import { priceOf, problemsOf, verdictText } from "../../../mock-server/dashboard/page/price.ts";
import { chinchillaSize } from "../../../src/law/chinchilla.ts";
import { nonEmbeddingParameters } from "../../../src/task/accounting.ts";
import { identityOf, type RunConfig } from "../../../src/task/configuration.ts";
import { formatCount, formatFlops, parseQuantity } from "../../../src/task/quantity.ts";
import { queryableShape } from "../../../src/task/realize.ts";
import { nearest } from "../../../src/task/search-space.ts";
import type { Task } from "../../../src/task/task.ts";
import { goTo } from "./go-to.ts";
import type { Session } from "./session.ts";

/** Sizes of a curve, relative to the one in the form. */
const CURVE = [0.4, 0.63, 1, 1.6, 2.5];

/** The form that buys a run, or five sizes at its budget. */
export function buyPanel(session: Session): void {
  const { store } = session;
  const answer = byId("buy-answer", HTMLElement);
  const { element, input: size } = fieldOf("size N", make("input"), "such as 30M");
  size.inputMode = "decimal";
  size.name = "size";
  let fields: ConfigFields | undefined;
  let world: string | undefined;

  const changed = () => {
    answer.textContent = "";
    store.draft = fields!.read() as RunConfig;
    fields!.mark(problemsOf(store.draft, store.state!.task.searchSpace));
    if (document.activeElement !== size) {
      const parameters = nonEmbeddingParameters(store.draft);
      size.value = Number.isFinite(parameters) ? formatCount(parameters) : "";
    }
    store.tell("draft");
  };
  size.addEventListener("input", () => {
    const parameters = parseQuantity(size.value);
    if (parameters !== undefined && parameters > 0) fields!.write(queryableShape(parameters, store.state!.task));
  });
  size.addEventListener("change", changed);
  store.on(["world"], () => {
    const { task, world: now } = store.state!;
    if (world === now.name) return;
    world = now.name;
    const host = make("div");
    const { trainFlops, ...others } = task.searchSpace;
    fields = configFields(host, { trainFlops, ...others }, changed);
    const [compute, ...rest] = host.children;
    byId("buy-fields", HTMLElement).replaceChildren(compute!, element, ...rest);
    fields.write(firstRun(task));
  });
  store.on(["world", "runs", "draft"], () => drawPrice(session));

  const buy = async (configs: readonly RunConfig[]) => {
    const losses: number[] = [];
    try {
      for (const config of configs) losses.push(await session.buy(config));
      const bought = losses.length === 1 ? `loss ${losses[0]!.toFixed(4)}` : `${losses.length} runs bought`;
      answer.replaceChildren(make("span", "", bought), goTo("charts", "See the curves"));
    } catch (error) {
      answer.textContent = (error as Error).message;
    }
  };
  byId("buy", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    if (byId("buy-one", HTMLElement).getAttribute("aria-disabled") !== "true") buy([store.draft!]);
  });
  byId("buy-five", HTMLButtonElement).addEventListener("click", ({ currentTarget }) => {
    if ((currentTarget as HTMLElement).getAttribute("aria-disabled") !== "true")
      buy(curveAround(store.draft!, store.state!.task));
  });
}

/** A run of about a two-hundredth of the cap, at the size that Chinchilla would give it. */
function firstRun(task: Task): RunConfig {
  const { batchSize, learningRate, trainFlops } = task.searchSpace;
  const flops = nearest(trainFlops, task.cap / 200);
  return {
    ...queryableShape(chinchillaSize(flops), task),
    batchSize: nearest(batchSize, 128),
    learningRate: nearest(learningRate, 1e-3),
    trainFlops: flops,
  };
}

/** Sizes around that of a run, each once. */
function curveAround(draft: RunConfig, task: Task): RunConfig[] {
  const center = nonEmbeddingParameters(draft);
  const runs = CURVE.map((factor) => (factor === 1 ? draft : { ...draft, ...queryableShape(factor * center, task) }));
  return [...new Map(runs.map((run) => [identityOf(run), run])).values()];
}

function drawPrice({ store }: Session): void {
  const { draft, state } = store;
  if (!draft || !state) return;
  const { used = 0, byIdentity } = store.current() ?? {};
  const { task, world } = state;
  const price = priceOf(draft, task, world.accounting, used, byIdentity?.get(identityOf(draft))?.loss);
  const verdict = byId("verdict", HTMLElement);
  verdict.textContent = verdictText(price, draft, task);
  verdict.dataset.kind = price.verdict.kind;
  byId("buy-notes", HTMLElement).replaceChildren(...price.notes.map((note) => make("li", "", note)));
  const one = byId("buy-one", HTMLButtonElement);
  one.textContent = price.cost > 0 ? `Buy for ${formatFlops(price.cost)}` : "Buy";
  // They stay in the order of the keyboard, so that focus is not lost while typing.
  one.setAttribute("aria-disabled", String(!(price.cost > 0)));
  const fits = price.verdict.kind !== "invalid" && draft.trainFlops <= price.left;
  byId("buy-five", HTMLButtonElement).setAttribute("aria-disabled", String(!fits));
}
