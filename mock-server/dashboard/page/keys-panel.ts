import { identityOf } from "../../../src/task/configuration.ts";
import { formatFlops, formatPercent } from "../../../src/task/quantity.ts";
import { rampColor } from "./chart.ts";
import type { Connection } from "./connection.ts";
import { askUser, byId, make } from "./element.ts";
import type { KeyRuns, Store } from "./store.ts";

/** The keys to choose from, and the budget of the chosen one. */
export function keysPanel(store: Store, connection: Connection): void {
  store.on(["world", "runs", "selection", "names"], () => {
    drawKeys(store);
    drawAccount(store);
  });
  store.on(["draft"], () => drawAccount(store));
  byId("rename", HTMLButtonElement).addEventListener("click", async () => {
    const key = store.selected;
    if (key === undefined) return;
    const name = await askUser({
      title: "Name this key",
      text: `For the key whose SHA-256 begins with ${key.slice(0, 8)}. The name stays in this browser.`,
      ok: "Name",
      value: store.hasName(key) ? store.nameOf(key) : "",
    });
    if (name !== undefined) store.rename(key, name);
  });
  byId("reset", HTMLButtonElement).addEventListener("click", async () => {
    const current = store.current();
    if (!current) return;
    const sure = await askUser({
      title: `Reset ${store.nameOf(current.key)}?`,
      text: `Deletes its ${current.runs.length} runs in this world and restores its whole budget. This cannot be undone.`,
      ok: "Reset",
    });
    if (sure === undefined) return;
    try {
      await connection.post("reset", { key: current.key });
    } catch (error) {
      await askUser({ title: "Nothing was reset", text: (error as Error).message, ok: "Close" });
    }
  });
}

function drawKeys(store: Store): void {
  const list = byId("keys", HTMLUListElement);
  const focused = document.activeElement?.closest("[data-key]")?.getAttribute("data-key");
  const { cap } = store.state!.task;
  const items = [...store.keys.values()].map(({ key, used, runs }) => {
    const share = make("span", "share");
    share.style.width = `${Math.min(100, (100 * used) / cap)}%`;
    const button = make("button", "key", make("span", "key-name", store.nameOf(key)));
    button.type = "button";
    button.dataset.key = key;
    button.setAttribute("aria-pressed", String(key === store.selected));
    button.append(
      make("span", "soft small", `${runs.length} ${runs.length === 1 ? "run" : "runs"} · ${formatFlops(used)}`),
      make("span", "track", share),
    );
    button.addEventListener("click", () => store.select(key));
    return make("li", "", button);
  });
  list.replaceChildren(...items);
  if (focused) list.querySelector<HTMLElement>(`[data-key="${focused}"]`)?.focus();
  byId("keys-none", HTMLElement).hidden = items.length > 0;
}

function drawAccount(store: Store): void {
  const current = store.current();
  const { cap } = store.state!.task;
  byId("welcome", HTMLElement).hidden = current !== undefined;
  byId("account", HTMLElement).hidden = current === undefined;
  byId("charts", HTMLElement).hidden = current === undefined;
  if (!current) return;
  const { key, used, runs } = current;
  byId("account-title", HTMLElement).textContent = `Budget of ${store.nameOf(key)}`;
  byId("fingerprint", HTMLElement).textContent = store.hasName(key)
    ? `SHA-256 ${key.slice(0, 8)}…`
    : "named by its SHA-256";
  const gauge = byId("gauge", HTMLElement);
  gauge.replaceChildren(...segments(current, cap), ...preview(store, current, cap));
  gauge.setAttribute("aria-valuenow", ((100 * used) / cap).toFixed(1));
  gauge.setAttribute("aria-valuetext", `${formatFlops(used)} of ${formatFlops(cap)} FLOPs`);
  fact("used", `${formatFlops(used)}`, `of ${formatFlops(cap)} FLOPs, ${percent(used / cap)}`);
  fact("left", formatFlops(cap - used), "FLOPs");
  fact("runs", String(runs.length), "");
  const best = runs.reduce((least, { loss }) => Math.min(least, loss), Number.POSITIVE_INFINITY);
  fact("best", runs.length > 0 ? best.toFixed(4) : "–", "nats");
}

function fact(name: string, value: string, unit: string): void {
  byId(`fact-${name}`, HTMLElement).replaceChildren(make("b", "", value), ` ${unit}`);
}

/** What each budget's runs have taken, in the colors of the curves. */
function segments({ runs }: KeyRuns, cap: number): HTMLElement[] {
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
function preview({ draft }: Store, { used, byIdentity }: KeyRuns, cap: number): HTMLElement[] {
  if (!draft || !(draft.trainFlops > 0) || used + draft.trainFlops > cap) return [];
  if (byIdentity.has(identityOf(draft))) return [];
  const segment = make("span", "segment preview");
  segment.style.width = `${(100 * draft.trainFlops) / cap}%`;
  segment.title = `cost of the run below: ${percent(draft.trainFlops / cap)}`;
  return [segment];
}

function percent(share: number): string {
  return share > 0 && share < 0.001 ? "<0.1 %" : formatPercent(share, 1);
}
