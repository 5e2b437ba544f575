import type { Analysis, Manifest } from "../../tournament/analysis/analysis.ts";
import type { DrillDown } from "../../tournament/analysis/drill-down.ts";
import type { QuestionBlock } from "../../tournament/folder.ts";
import { caveatOf, claimParts } from "../../tournament/questions.ts";
import { bundledText } from "../bundles.ts";
import { calibrationFigure, errorsFigure } from "../figures/errors.ts";
import { ranksFigure } from "../figures/ranks.ts";
import { anytimeFigure, performanceProfilesFigure, regretFigure, regretSplitFigure } from "../figures/regret.ts";
import { escapeHtml, htmlPage, inlineFigure } from "../html.ts";
import { drillDownSection } from "./drill-down.ts";
import { agreementText, groupsTable, pairsTable } from "./heat-tables.ts";
import { leaderboard } from "./leaderboard.ts";

interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: string;
  /** Shown on demand. */
  readonly closed?: true;
}

/** What the page says of its own question before any table. */
export interface PageHead {
  /** Who leads, how sure that is, and on what. */
  readonly claim?: string | undefined;
  /** Where the champion's page is, seen from this one. */
  readonly championPage?: string | undefined;
}

/** One question of a tournament of several, as every page of them shows it. */
export interface BlockReport {
  readonly block: QuestionBlock;
  readonly analysis: Analysis;
  /** Who leads, how sure that is, and on what. */
  readonly claim?: string;
  /** Its page, beside the others. */
  readonly page: string;
}

/**
 * A tournament, or the part of it that answers one question, as one self-contained HTML page, marked as simulated or
 * replayed.
 *
 * @param blocks every question of the tournament, where there are several.
 */
export async function tournamentPage(
  analysis: Analysis,
  drillDown: DrillDown,
  blocks: readonly BlockReport[] = [],
  { claim, championPage }: PageHead = {},
): Promise<string> {
  const { manifest, cells, standings } = analysis;
  const sections = sectionsOf(analysis, drillDown);
  const caveat = caveatOf(analysis);
  const [result, basis] = claimParts(claim ?? "");
  const more =
    championPage === undefined ? "" : ` <a href="${encodeURI(championPage)}">Evidence and limits of the champion</a>.`;
  return htmlPage({
    title: `isoflop: ${manifest.suite} leaderboard`,
    script: await bundledText("tournament-page"),
    body: `<style>${STYLE}</style>
<p><span class="badge">${manifest.source === "replay" ? "replayed from finished runs" : "simulated"}</span>${manifest.answers === undefined ? "" : ` with the recorded answers of <code>${escapeHtml(manifest.answers)}</code> in place of simulated ones; regrets are those of the simulated surface`}${manifest.history === undefined ? "" : `; every strategy knew the runs of <code>${escapeHtml(manifest.history)}</code>`}</p>
<h1>Which strategy spends the budget best?</h1>
${claim === undefined ? "" : `<p class="claim">${escapeHtml(result)}</p><p>${escapeHtml(basis)}</p>`}
${caveat === undefined ? "" : `<p class="caveat">${escapeHtml(caveat)}${more}</p>`}
${blocks.length > 1 ? questionsBody(blocks, claim) : ""}
<p class="soft size">Suite <b>${escapeHtml(manifest.suite)}</b>: ${counted(manifest.worlds, "world")} × ${counted(manifest.repetitions, "repetition")} × ${standings.length === 1 ? "1 strategy" : `${standings.length} strategies`} = ${cells.complete * standings.length} runs${cells.complete < cells.planned ? ` (of ${cells.planned * standings.length} planned: the tournament is not finished)` : ""}. In each repetition all strategies get the same noise, so differences are paired.${mixed(analysis) ? " Tables of finished runs are shown by suite only, and never averaged with simulated worlds." : ""}</p>
<nav>${sections.map(({ id, title }) => `<a href="#${id}">${title}</a>`).join("")}</nav>
${sections.map(sectionHtml).join("\n")}`,
  });
}

function sectionHtml({ id, title, body, closed }: Section): string {
  const head = `<h2>${title}<a class="anchor" href="#${id}" aria-label="Link to ${title}">#</a></h2>`;
  return closed
    ? `<section><details id="${id}"><summary><h2>${title}</h2></summary>\n${body}</details></section>`
    : `<section id="${id}">${head}\n${body}</section>`;
}

/** The results of the other questions, which have pages of their own. */
function questionsBody(blocks: readonly BlockReport[], own: string | undefined): string {
  const others = blocks.filter(({ claim }) => claim !== own);
  const parts = others.map(
    ({ block, claim = "", page }) =>
      `<p>${escapeHtml(claimParts(claim)[0])} <a href="${encodeURI(page)}">Leaderboard of the ${block.question} question (${escapeHtml(block.suite)})</a></p>`,
  );
  return `<div id="questions"><p>Each question is ranked on its own; an order found for one says little about another.</p>${parts.join("\n")}</div>`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function mixed({ manifest, groups }: Analysis): boolean {
  return manifest.source === "simulated" && groups.some(({ name }) => name === "replay" || name.startsWith("replay/"));
}

/** Sections that are open from the start. */
const OPEN: ReadonlySet<string> = new Set(["leaderboard", "regret"]);

function sectionsOf(analysis: Analysis, drillDown: DrillDown): Section[] {
  const { manifest, standings, ranking, groups, notApplicable, failures } = analysis;
  const calibration = calibrationFigure(standings);
  const section = (id: string, title: string, ...parts: string[]): Section => ({
    ...{ id, title, body: parts.join("\n") },
    ...(OPEN.has(id) ? {} : { closed: true as const }),
  });
  return [
    section(
      "leaderboard",
      "Leaderboard",
      note(LEADERBOARD_NOTE),
      leaderboard(analysis),
      notApplicableList(notApplicable),
      failureList(failures),
    ),
    section("regret", "Regret", inlineFigure(regretFigure(standings)), inlineFigure(regretSplitFigure(standings))),
    ...(ranking
      ? [
          section(
            "ranks",
            "Significant differences",
            note(TEST_NOTE),
            inlineFigure(ranksFigure(standings, ranking, analysis.pairs)),
            "<h3>How often one beats another</h3>",
            note(PAIRS_NOTE),
            pairsTable(analysis),
          ),
        ]
      : []),
    ...(groups.length > 1
      ? [
          section(
            "groups",
            "By suite and tag",
            groupsTable(analysis),
            note(`${GROUPS_NOTE} ${escapeHtml(agreementText(analysis))}`),
          ),
        ]
      : []),
    section("profiles", "Profiles", inlineFigure(performanceProfilesFigure(analysis))),
    ...(standings.some(({ anytime }) => anytime)
      ? [section("anytime", "If stopped early", inlineFigure(anytimeFigure(standings)))]
      : []),
    section(
      "errors",
      "Errors and intervals",
      inlineFigure(errorsFigure(standings, "lnNError")),
      inlineFigure(errorsFigure(standings, "lossError")),
      calibration ? inlineFigure(calibration) : note("No strategy here states an interval."),
    ),
    section("worlds", "World by world", drillDownSection(analysis, drillDown)),
    section("manifest", "Reproduce this", manifestList(manifest)),
  ];
}

const LEADERBOARD_NOTE =
  "Regret: how much higher the true loss of the submitted model is at the target than the best possible loss, in nats; lower is better. Shown is the interquartile mean: the mean of the middle half of the runs. The interval says where it would be on other worlds drawn the same way, not on other families of worlds. Mean rank: the place among all strategies, averaged over worlds.";
const TEST_NOTE =
  "One test decides on this page whether two strategies differ: a sign-flip test. In each world it takes how often one has the lower regret (within 0.002 nats: half), and asks how often such a lead would arise if each world could as well have favored the other. Differences are called significant at the 5 % level, corrected for the number of pairs (Holm). Worlds of one family resemble each other, which makes the test too optimistic.";
const PAIRS_NOTE =
  "In how many percent of runs the strategy of the row has the lower regret than that of the column, in the same world with the same noise. Bold: significant.";
const GROUPS_NOTE =
  "Interquartile mean of the regret in nats; in parentheses, the number of worlds. Darker cells are closer to the best of the column.";

function note(text: string): string {
  return `<p class="soft note">${text}</p>`;
}

function notApplicableList(notApplicable: Analysis["notApplicable"]): string {
  if (notApplicable.length === 0) return "";
  const items = notApplicable.map(
    ({ strategy, worlds, reason }) =>
      `<li><b>${escapeHtml(strategy)}</b>: ${worlds} ${worlds === 1 ? "world" : "worlds"}: ${escapeHtml(reason)}</li>`,
  );
  return `<h3>Not applicable</h3><p class="soft note">A strategy has no rank where it does not apply.</p><ul>${items.join("")}</ul>`;
}

function failureList(failures: Analysis["failures"]): string {
  if (failures.length === 0) return "";
  const items = failures
    .slice(0, 20)
    .map(({ strategy, failure, count }) => `<li>${count}× <b>${escapeHtml(strategy)}</b>: ${escapeHtml(failure)}</li>`);
  const more = failures.length > 20 ? `<li>and ${failures.length - 20} more</li>` : "";
  return `<h3>Failures</h3><p class="soft note">A failed run is scored with the worst regret of all strategies in its world. The command with <code>--retry-failed</code> plays it again.</p><ul>${items.join("")}${more}</ul>`;
}

function manifestList(manifest: Manifest): string {
  const { version, engine, node, suite, suiteHash, worlds, repetitions, seed, budget, thinkingSeconds, control } =
    manifest;
  const entries = {
    command: manifest.command,
    version: `${version} (engine ${engine})`,
    Node: node,
    suite: `${suite}, ${worlds} worlds (hash ${suiteHash})`,
    seed: String(seed),
    repetitions: String(repetitions),
    cap: budget === undefined ? "each world's own" : budget.toExponential(),
    "thinking time": `${thinkingSeconds} s per run`,
    control: control ?? "none: regrets are not normalized",
    strategies: manifest.strategies
      .map(({ name, hash }) => (hash === "shipped" ? name : `${name} (${hash})`))
      .join(", "),
  };
  const list = Object.entries(entries).map(([term, text]) => `<dt>${term}</dt><dd>${escapeHtml(text)}</dd>`);
  return `<dl>${list.join("")}</dl>${note("The same seed gives the same runs, bit for bit, on any machine, except runs that timed out.")}`;
}

/** What the tournament's page adds to the style of every page. */
const STYLE: string = `
html { scroll-behavior: smooth; }
main { max-width: 1180px; }
nav { display: flex; flex-wrap: wrap; gap: .3rem .5rem; margin: 1.1rem 0 0; }
nav a { color: var(--accent); text-decoration: none; border: 1px solid var(--line); border-radius: 1rem; padding: .15rem .75rem; font-size: .85rem; }
nav a:hover, nav a:focus-visible { border-color: var(--accent); }
section { scroll-margin-top: 1rem; } section + section { margin-top: 2.5rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.5rem 0 .25rem; } .claim { font-size: 1.15rem; font-weight: 600; margin-top: .8rem; } .caveat { border-left: 3px solid #d55e00; padding-left: .8rem; } a { color: var(--accent); }
.anchor { margin-left: .4rem; text-decoration: none; opacity: .45; } .anchor:hover, .anchor:focus-visible { opacity: 1; } #questions { margin: .8rem 0; padding-left: .8rem; border-left: 3px solid var(--line); }
summary { cursor: pointer; color: var(--accent); margin: .6rem 0; } summary h2 { display: inline; margin: 0; color: var(--ink); }
table.board td, table.board th { white-space: normal; vertical-align: top; padding: .45rem .6rem; } table.board td:nth-child(3) { white-space: nowrap; } table.board tbody th { text-align: left; font-weight: 600; min-width: 11rem; } table.board small { font-weight: 400; color: var(--soft); } table.board tbody th a { color: var(--ink); text-decoration: none; } table.board tr:target th { outline: 2px solid var(--accent); }
.scroll { background: linear-gradient(to right, var(--paper) 30%, transparent) left / 3rem 100% no-repeat local, linear-gradient(to left, var(--paper) 30%, transparent) right / 3rem 100% no-repeat local, linear-gradient(to right, var(--line), transparent) left / .8rem 100% no-repeat scroll, linear-gradient(to left, var(--line), transparent) right / .8rem 100% no-repeat scroll; }
.note { font-size: .85rem; max-width: 52rem; }
figure.scroll { margin: 1rem 0; } figure svg { display: block; width: 100%; max-width: 60rem; }
table.sortable, table.heat { font-size: .84rem; } table.sortable th, table.sortable td { padding: .35rem .35rem; }
table.sortable td:first-child { font-weight: 600; position: sticky; left: 0; background: var(--paper); }
table.sortable tbody tr:nth-child(even) td:first-child { background: var(--band); }
table.heat { width: auto; } table.heat th, table.heat td { padding: .25rem .5rem; }
table.heat tbody th { text-align: left; font-weight: 500; position: sticky; left: 0; background: var(--paper); border-bottom: 1px solid var(--line); white-space: nowrap; }
table.heat tbody tr { background: none; } table.heat td { background: color-mix(in srgb, var(--accent) var(--shade, 0%), transparent); }
.picker { display: flex; flex-wrap: wrap; gap: .6rem 1rem; margin: .75rem 0; align-items: end; }
.picker label { display: grid; gap: .15rem; font-size: .8rem; color: var(--soft); max-width: 100%; }
.picker select { font: inherit; font-size: .9rem; color: var(--ink); background: var(--paper); border: 1px solid var(--line); border-radius: .4rem; padding: .3rem .5rem; max-width: 100%; }
#drawing { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem; } #drawing svg { width: 100%; min-width: 34rem; height: auto; display: block; }
#drawing text { fill: var(--ink); font: 12px system-ui, "DejaVu Sans", sans-serif; } #drawing .soft { fill: var(--soft); }
#said { min-height: 3.2rem; font-size: .9rem; } #world-table tbody tr { cursor: pointer; } #world-table tbody tr[aria-selected=true] td { background: color-mix(in srgb, var(--accent) 18%, transparent); }
@media (max-width: 640px) { table.board, table.board thead, table.board tbody { display: block; } table.board tr { display: grid; grid-template-columns: 1fr 1.9fr .8fr 1.5fr; border-bottom: 1px solid var(--line); } table.board tr > :first-child { grid-column: 1 / -1; } table.board td, table.board th { border: 0; padding: .25rem .3rem; font-size: .85rem; } main { padding: 1.25rem .8rem 3rem; } h1 { font-size: 1.4rem; } figure svg { min-width: 38rem; } dl { grid-template-columns: 1fr; } dt { margin-top: .4rem; } }
@media print {
  nav, .picker { display: none; } .scroll { overflow: visible; } section { break-inside: auto; } figure { break-inside: avoid; }
  figure svg { max-height: 24cm; } table.sortable { font-size: 6.8px; } table.heat { font-size: 8px; } table.sortable th, table.sortable td, table.heat th, table.heat td { padding: .12rem .18rem; }
  table.sortable thead th, table.heat thead th { font-size: inherit; } #world-table .scroll { max-height: none; }
  h2, h3 { break-after: avoid; } * { print-color-adjust: exact; }
}
`;
