import { formatFlops } from "../../../src/task/quantity.ts";
import type { Connection } from "./connection.ts";
import { askUser, byId, make } from "./element.ts";
import { percent, previewSegment, spentSegments } from "./gauge.ts";
import { sourceItem } from "./source-item.ts";
import type { Store } from "./store.ts";

/** The keys to choose from, and the budget of the chosen one. */
export function keysPanel(store: Store, connection: Connection): void {
  store.on(["world", "runs", "selection", "names", "tables"], () => {
    drawKeys(store);
    drawAccount(store);
  });
  store.on(["draft"], () => drawAccount(store));
  byId("new-key", HTMLButtonElement).addEventListener("click", () => {
    store.newKey = true;
    store.tell("selection");
    // The form is shown for it in the next frame.
    setTimeout(() => byId("api-key", HTMLInputElement).focus());
  });
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
  const focused = document.activeElement?.closest<HTMLElement>("[data-source]")?.dataset.source;
  const { cap } = store.state!.task;
  const items = [...store.keys.values()].map(({ key, used, runs }) => {
    const share = make("span", "share");
    share.style.width = `${Math.min(100, (100 * used) / cap)}%`;
    const facts = `${runs.length} ${runs.length === 1 ? "run" : "runs"} · ${formatFlops(used)}`;
    return sourceItem(store, key, store.nameOf(key), facts, [make("span", "track", share)]);
  });
  list.replaceChildren(...items);
  if (focused) list.querySelector<HTMLElement>(`[data-source="${CSS.escape(focused)}"]`)?.focus();
  byId("keys-none", HTMLElement).hidden = items.length > 0;
  byId("new-key", HTMLElement).hidden = items.length === 0;
}

function drawAccount(store: Store): void {
  const current = store.current();
  const { cap } = store.state!.task;
  byId("account", HTMLElement).hidden = current === undefined;
  byId("charts", HTMLElement).hidden = store.sources().length === 0;
  for (const part of ["submission-card", "runs-card"]) byId(part, HTMLElement).hidden = store.keys.size === 0;
  if (!current) return;
  const { key, used, runs } = current;
  byId("account-title", HTMLElement).textContent = `Budget of ${store.nameOf(key)}`;
  byId("fingerprint", HTMLElement).textContent = store.hasName(key)
    ? `SHA-256 ${key.slice(0, 8)}…`
    : "named by its SHA-256";
  const gauge = byId("gauge", HTMLElement);
  gauge.replaceChildren(...spentSegments(current, cap), ...previewSegment(store.draft, current, cap));
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
