import { chartsPanel } from "../../../mock-server/dashboard/page/charts-panel.ts";
import { askUser, byId, make } from "../../../mock-server/dashboard/page/element.ts";
import { runsAsCsv } from "../../../mock-server/dashboard/page/exports.ts";
import { fitsPanel } from "../../../mock-server/dashboard/page/fits-panel.ts";
import { percent, previewSegment, spentSegments } from "../../../mock-server/dashboard/page/gauge.ts";
import { download } from "../../../mock-server/dashboard/page/runs-panel.ts";
import { submissionPanel } from "../../../mock-server/dashboard/page/submission-panel.ts";
import { COLUMNS } from "../../../mock-server/dashboard/page/table-view.ts";
import { themeButton } from "../../../mock-server/dashboard/page/theme.ts";
import { worldOptions } from "../../../mock-server/dashboard/page/world-options.ts";
import { formatFlops } from "../../../src/task/quantity.ts";
import type { Submission } from "../../../src/task/submission.ts";
import { budgetsOf } from "../../../src/task/task.ts";
import type { Calls } from "../engine/calls.ts";
import { advicePanel } from "./advice-panel.ts";
import { buyPanel } from "./buy-panel.ts";
import { readLink } from "./link.ts";
import { rankingPanel } from "./ranking-panel.ts";
import { Remote } from "./remote.ts";
import { Session } from "./session.ts";

const FIRST_WORLD = "handout/smooth";
/** Rows of the table of runs: the newest. */
const ROWS = 15;
/** Sealed worlds are drawn from one of so many seeds. */
const SEEDS = 1e6;

start();

async function start(): Promise<void> {
  const engine = new Remote<Calls>();
  const session = new Session(await engine.call("menu", undefined), engine);
  const { store } = session;
  themeButton();
  worldPanel(session);
  buyPanel(session);
  budgetPanel(session);
  fitsPanel(store, (runs, target) => engine.call("fit", { runs, target }));
  chartsPanel(store);
  const { fill } = submissionPanel(store, async (submission) => {
    const { score, truth } = await engine.call("grade", submission);
    session.submission = submission;
    if (session.isSealed) byId("world-description", HTMLElement).textContent = truth.description;
    return { grade: score, truth };
  });
  // What the form shows is what is graded: rates of few digits can be read, and change nothing.
  advicePanel(session, ({ config, ...submission }) =>
    fill({ ...submission, config: { ...config, learningRate: Number(config.learningRate.toPrecision(4)) } }),
  );
  rankingPanel(session);
  runsTable(session);
  linkPanel(session, fill);
}

/** The rules, the world, another one, and a new beginning. */
function worldPanel(session: Session): void {
  const { store } = session;
  const select = byId("world", HTMLSelectElement);
  store.on(["world"], () => {
    const { world, worlds, task } = store.state!;
    const budgets = budgetsOf(task);
    select.replaceChildren(...worldOptions(worlds));
    select.value = world.name;
    byId("world-description", HTMLElement).textContent = world.description;
    byId("target", HTMLElement).textContent = formatFlops(task.target);
    byId("rules", HTMLElement).replaceChildren(
      rule("you may spend", formatFlops(task.cap)),
      rule("a run costs", `${formatFlops(budgets[0]!)} to ${formatFlops(budgets.at(-1)!)}`),
      rule("you submit for", `${formatFlops(task.target)} FLOPs`),
    );
  });
  const enter = async (world: string) => {
    if (store.state!.world.name !== world && !(await leave(session))) select.value = store.state!.world.name;
    else await session.open({ world, runs: [] });
  };
  select.addEventListener("change", () => enter(select.value));
  byId("seal", HTMLButtonElement).addEventListener("click", () =>
    enter(`sealed/${crypto.getRandomValues(new Uint32Array(1))[0]! % SEEDS}`),
  );
  byId("restart", HTMLButtonElement).addEventListener("click", async () => {
    if (await leave(session)) await session.open({ ...session.position, runs: [] });
  });
}

/** Asks before runs are forgotten. */
async function leave(session: Session): Promise<boolean> {
  const { length } = session.position.runs;
  if (length === 0) return true;
  const title = "Start again?";
  const text = `Your ${length === 1 ? "run is" : `${length} runs are`} forgotten. The link of this page keeps them: copy it first if you want them back.`;
  return (await askUser({ title, text, ok: "Start again" })) !== undefined;
}

function rule(term: string, value: string): HTMLElement {
  return make("div", "", make("dt", "", term), make("dd", "", make("b", "", value)));
}

/** What is spent and what is left; the charts appear with the first run. */
function budgetPanel({ store }: Session): void {
  store.on(["world", "runs", "draft"], () => {
    const current = store.current();
    if (!current) return;
    const { used, runs } = current;
    const { cap } = store.state!.task;
    byId("charts", HTMLElement).hidden = runs.length === 0;
    byId("empty", HTMLElement).hidden = runs.length > 0;
    const gauge = byId("gauge", HTMLElement);
    gauge.replaceChildren(...spentSegments(current, cap), ...previewSegment(store.draft, current, cap));
    gauge.setAttribute("aria-valuenow", ((100 * used) / cap).toFixed(1));
    gauge.setAttribute("aria-valuetext", `${formatFlops(used)} of ${formatFlops(cap)} FLOPs`);
    const best = runs.reduce((least, { loss }) => Math.min(least, loss), Number.POSITIVE_INFINITY);
    const facts = {
      used: formatFlops(used),
      left: formatFlops(cap - used),
      runs: `${runs.length}`,
      best: runs.length > 0 ? best.toFixed(4) : "–",
    };
    for (const [name, value] of Object.entries(facts))
      byId(`fact-${name}`, HTMLElement).replaceChildren(make("b", "", value));
    byId("fact-used", HTMLElement).append(` FLOPs, ${percent(used / cap)}`);
  });
}

/** The runs, the newest first. */
function runsTable({ store }: Session): void {
  const table = byId("runs", HTMLTableElement);
  table.tHead!.rows[0]!.append(
    ...COLUMNS.map(({ title, hint }) => {
      const cell = make("th", "", title);
      cell.scope = "col";
      cell.title = hint;
      return cell;
    }),
  );
  store.on(["world", "runs"], () => {
    const runs = store.current()?.runs ?? [];
    byId("runs-card", HTMLElement).hidden = runs.length === 0;
    byId("runs-more", HTMLElement).textContent = runs.length > ROWS ? `The CSV has all ${runs.length} runs.` : "";
    table.tBodies[0]!.replaceChildren(
      ...runs
        .slice(-ROWS)
        .reverse()
        .map((run) =>
          make("tr", "", ...COLUMNS.map(({ name, text }) => make("td", name === "loss" ? "strong" : "", text(run)))),
        ),
    );
  });
  byId("export-csv", HTMLButtonElement).addEventListener("click", () =>
    download("isoflop-runs.csv", "text/csv", runsAsCsv(store.current()?.runs ?? [])),
  );
}

/** Keeps the game in the address, and takes it up from there. */
function linkPanel(session: Session, fill: (submission: Submission) => void): void {
  const { store } = session;
  const keep = () => history.replaceState(null, "", session.link());
  store.on(["world", "runs", "grade"], keep);
  const enter = async () => {
    const { world = FIRST_WORLD, runs, submission } = readLink(location.hash.slice(1));
    try {
      await session.open({ world, runs });
    } catch (error) {
      await askUser({ title: "This link leads nowhere", text: (error as Error).message, ok: "Close" });
      await session.open({ world: FIRST_WORLD, runs: [] });
    }
    // After the panels have made their fields.
    setTimeout(() => {
      byId("page", HTMLElement).hidden = false;
      if (!submission) return;
      fill(submission);
      byId("submission", HTMLFormElement).requestSubmit();
    });
  };
  addEventListener("hashchange", () => {
    // The link that skips to the results.
    if (location.hash === "#main") keep();
    else if (location.hash !== session.link()) enter();
  });
  byId("link", HTMLButtonElement).addEventListener("click", async ({ currentTarget }) => {
    const button = currentTarget as HTMLElement;
    try {
      await navigator.clipboard.writeText(location.href);
      button.textContent = "Copied";
      setTimeout(() => {
        button.textContent = "Copy link";
      }, 1500);
    } catch {
      await askUser({ title: "The link to this game", text: location.href, ok: "Close" });
    }
  });
  enter();
}
