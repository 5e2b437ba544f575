import { askUser, byId } from "../../../mock-server/dashboard/page/element.ts";
import { JobsApi } from "../../../mock-server/dashboard/page/stanford-2026/api.ts";
import { jobsPage } from "../../../mock-server/dashboard/page/stanford-2026/jobs-page.ts";
import { worldOptions } from "../../../mock-server/dashboard/page/world-options.ts";
import { Remote } from "../page/remote.ts";
import type { JobCalls } from "./calls.ts";

start();

async function start(): Promise<void> {
  const engine = new Remote<JobCalls>();
  const api = new JobsApi(async (path, { body }) => {
    const { status, text } = await engine.call("ask", { path, ...(body && { body: String(body) }) });
    return new Response(text, { status });
  });
  // The one student of this page.
  api.key = "12345678";
  const { store, look } = jobsPage(api, (error) => {
    byId("problem", HTMLElement).textContent = error === undefined ? "" : (error as Error).message;
  });

  const select = byId("world", HTMLSelectElement);
  const worlds = await engine.call("menu", undefined);
  select.replaceChildren(...worldOptions(worlds));
  let opened = worlds[0]!;
  const open = async (world: string) => {
    const { name, description } = await engine.call("open", { world });
    opened = name;
    byId("world-description", HTMLElement).textContent = description;
    byId("answer", HTMLElement).textContent = "";
    byId("final-result", HTMLElement).replaceChildren();
    store.chosen.clear();
    await look();
  };
  /** Asks before jobs are forgotten. */
  const leave = async () => {
    const { length } = store.jobs;
    if (length === 0) return true;
    const text = `${length === 1 ? "Your job is" : `Your ${length} jobs are`} forgotten.`;
    return (await askUser({ title: "Start again?", text, ok: "Start again" })) !== undefined;
  };
  select.onchange = async () => {
    if (await leave()) await open(select.value);
    else select.value = opened;
  };
  byId("restart", HTMLButtonElement).onclick = async () => {
    if (await leave()) await open(opened);
  };
  await open(opened);
}
