import type { Score } from "../../../src/task/score.ts";
import { buyPanel } from "./buy-panel.ts";
import { cellPanel } from "./cell-panel.ts";
import { chartsPanel } from "./charts-panel.ts";
import { Connection } from "./connection.ts";
import { byId, make } from "./element.ts";
import type { FitResult } from "./fit-results.ts";
import { type FitRuns, fitsPanel } from "./fits-panel.ts";
import { keysPanel } from "./keys-panel.ts";
import { nextPanel } from "./next-panel.ts";
import { runsPanel } from "./runs-panel.ts";
import { Store } from "./store.ts";
import { submissionPanel } from "./submission-panel.ts";
import { tablesPanel } from "./tables-panel.ts";
import { themeButton } from "./theme.ts";
import { worldOptions } from "./world-options.ts";

const store = new Store();
const live = byId("live", HTMLElement);
const lock = byId("lock", HTMLElement);
const connection = new Connection(document.querySelector<HTMLMetaElement>("meta[name=isoflop-token]")!.content, {
  state(state) {
    lock.hidden = true;
    byId("page", HTMLElement).hidden = false;
    store.takeState(state);
  },
  runs: (event) => store.takeRuns(event),
  live(connected) {
    live.textContent = connected ? "live" : "offline, reconnecting";
    live.classList.toggle("on", connected);
  },
  locked(message) {
    live.textContent = "locked";
    lock.hidden = false;
    if (message) byId("lock-message", HTMLElement).textContent = message;
  },
  stale: () => location.reload(),
});

themeButton();
copyButtons();
// The keys' panel first: it shows and hides what the others draw into.
keysPanel(store, connection);
worldPanel(store, connection);
const { use } = buyPanel(store, connection);
nextPanel(store, connection, use);
runsPanel(store, use);
fitsPanel(store, fitsInWorker());
cellPanel(store);
chartsPanel(store);
submissionPanel(store, async (submission) => ({ grade: await connection.post<Score>("grade", submission) }));
tablesPanel(store);
byId("lock-form", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  connection.unlock(byId("lock-token", HTMLInputElement).value.trim());
});
connection.open();

/** Makes every button with `data-copy` copy the text of the element it names. */
function copyButtons(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
    const label = button.textContent;
    button.addEventListener("click", async () => {
      const copied = await copy(document.getElementById(button.dataset.copy!)!);
      button.textContent = copied ? "Copied" : "Selected";
      setTimeout(() => {
        button.textContent = label;
      }, 1500);
    });
  }
}

/**
 * Where there is no clipboard, as on a page without TLS, or none allowed, the text is selected, to be copied by hand.
 */
async function copy(element: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(element.textContent ?? "");
    return true;
  } catch {
    getSelection()?.selectAllChildren(element);
    return false;
  }
}

/** Which world answers, and the way to another one. */
function worldPanel(store: Store, connection: Connection): void {
  const select = byId("world", HTMLSelectElement);
  const button = byId("world-switch", HTMLButtonElement);
  const note = byId("world-note", HTMLElement);
  store.on(["world"], () => {
    const { world, worlds, fixed } = store.state!;
    select.replaceChildren(...worldOptions(worlds));
    select.value = world.name;
    select.disabled = fixed !== undefined;
    byId("world-description", HTMLElement).textContent = world.description;
    note.textContent = fixed ?? "Each world keeps its own runs and budgets.";
    button.hidden = fixed !== undefined;
    button.disabled = true;
    byId("target", HTMLElement).replaceChildren(
      make("span", "", store.state!.task.target.toExponential().replace("+", "")),
    );
  });
  select.addEventListener("change", () => {
    button.disabled = select.value === store.state?.world.name;
  });
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await connection.post("world", { name: select.value });
    } catch (error) {
      note.textContent = (error as Error).message;
    }
  });
}

/** Fits in a worker beside the page, so that a fit of many runs never holds up a click. One job at a time. */
function fitsInWorker(): FitRuns {
  const worker = new Worker(new URL("./fits.worker.ts", import.meta.url), { type: "module" });
  return (runs, target) =>
    new Promise((resolve) => {
      worker.onmessage = ({ data }: MessageEvent<FitResult[]>) => resolve(data);
      worker.postMessage({ runs, target });
    });
}
