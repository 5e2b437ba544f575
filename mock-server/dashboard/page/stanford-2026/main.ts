import { readStored, writeStored } from "../browser-storage.ts";
import { byId } from "../element.ts";
import { JobsApi, STORED_TOKEN } from "./api.ts";
import { jobsPage } from "./jobs-page.ts";

/** Milliseconds between two looks at the server. */
const REFRESH = 2000;
/** Where a tab keeps the key, and where this browser does when told to. */
const KEY = "isoflop-2026-key";

const carried = document.querySelector<HTMLMetaElement>('meta[name="isoflop-token"]')?.content ?? "";
const api = new JobsApi(
  (path, request) => fetch(path, request),
  carried || (readStored("sessionStorage", STORED_TOKEN) ?? ""),
);
const { store, look } = jobsPage(api, showConnection);
keyForm();
setInterval(look, REFRESH);
look();

/** Which key the page shows. It is kept for this tab; on this computer only when its user says so. */
function keyForm(): void {
  const input = byId("key", HTMLInputElement);
  const remember = byId("remember", HTMLInputElement);
  const remembered = readStored("localStorage", KEY);
  remember.checked = remembered !== undefined;
  input.value = readStored("sessionStorage", KEY) ?? remembered ?? "";
  const take = () => {
    api.key = input.value.trim();
    input.ariaInvalid = String(!api.hasKey);
    byId("key-problem", HTMLElement).textContent = api.hasKey ? "" : "A key is eight digits.";
    if (!api.hasKey) return;
    writeStored("sessionStorage", KEY, api.key);
    writeStored("localStorage", KEY, remember.checked ? api.key : undefined);
  };
  remember.onchange = () => {
    if (api.hasKey) take();
    else if (!remember.checked) writeStored("localStorage", KEY, undefined);
  };
  byId("key-form", HTMLFormElement).onsubmit = (event) => {
    event.preventDefault();
    take();
    store.chosen.clear();
    look();
  };
  if (input.value !== "") take();
}

function showConnection(error?: unknown): void {
  const lost = error instanceof TypeError;
  const live = byId("live", HTMLElement);
  live.textContent = lost ? "offline, reconnecting" : "live";
  live.classList.toggle("on", !lost);
  byId("problem", HTMLElement).textContent = lost || error === undefined ? "" : (error as Error).message;
}
