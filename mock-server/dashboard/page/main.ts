import { chartsPanel } from "./charts-panel.ts";
import { copyButtons } from "./clipboard.ts";
import { Connection } from "./connection.ts";
import { byId } from "./element.ts";
import { fitsPanel } from "./fits-panel.ts";
import { keysPanel } from "./keys-panel.ts";
import { runsPanel } from "./runs-panel.ts";
import { Store } from "./store.ts";
import { submissionPanel } from "./submission-panel.ts";
import { themeButton } from "./theme.ts";
import { whatIfPanel } from "./what-if-panel.ts";
import { worldPanel } from "./world-panel.ts";

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
    live.textContent = connected ? "live" : "offline, trying again";
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
const { use } = whatIfPanel(store, connection);
runsPanel(store, use);
fitsPanel(store);
chartsPanel(store);
submissionPanel(store, connection);
byId("lock-form", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  connection.unlock(byId("lock-token", HTMLInputElement).value.trim());
});
connection.open();
