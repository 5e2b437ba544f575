import type { Analysis, Manifest } from "../../tournament/analysis/analysis.ts";
import type { DrillDown } from "../../tournament/analysis/drill-down.ts";
import { bundledText } from "../bundles.ts";
import { anytimeFigure } from "../figures/anytime.ts";
import { calibrationFigure } from "../figures/calibration.ts";
import { criticalDifferenceFigure } from "../figures/critical-difference.ts";
import { errorsFigure } from "../figures/errors.ts";
import { performanceProfilesFigure } from "../figures/performance-profiles.ts";
import { regretFigure } from "../figures/regret.ts";
import { regretSplitFigure } from "../figures/regret-split.ts";
import { escapeHtml, htmlPage } from "../html.ts";
import { inlineFigure } from "../inline-figure.ts";
import { drillDownSection } from "./drill-down.ts";
import { agreementText, groupsTable } from "./groups-table.ts";
import { leaderboard } from "./leaderboard.ts";
import { pairsTable } from "./pairs-table.ts";
import { STYLE } from "./style.ts";

interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: string;
}

/** A tournament as one self-contained HTML page, marked as simulated or replayed. */
export async function tournamentPage(analysis: Analysis, drillDown: DrillDown): Promise<string> {
  const { manifest, cells, standings } = analysis;
  const sections = sectionsOf(analysis, drillDown);
  return htmlPage({
    title: `isoflop: ${manifest.suite} leaderboard`,
    script: await bundledText("tournament-page"),
    body: `<style>${STYLE}</style>
<p><span class="badge">${manifest.source === "replay" ? "replayed from finished runs" : "simulated"}</span>${manifest.answers === undefined ? "" : ` with the recorded answers of <code>${escapeHtml(manifest.answers)}</code> in place of simulated ones; regrets are those of the simulated surface`}</p>
<h1>Which strategy spends the budget best?</h1>
<p class="soft">Suite <b>${escapeHtml(manifest.suite)}</b>: ${manifest.worlds} worlds × ${manifest.repetitions} repetitions × ${standings.length} strategies = ${cells.complete * standings.length} runs${cells.complete < cells.planned ? ` (of ${cells.planned * standings.length} planned: the tournament is not finished)` : ""}. In each repetition all strategies get the same noise, so differences are paired.${mixed(analysis) ? " Tables of finished runs are shown by suite only, and never averaged with simulated worlds." : ""}</p>
<nav>${sections.map(({ id, title }) => `<a href="#${id}">${title}</a>`).join("")}</nav>
${sections.map(({ id, title, body }) => `<section id="${id}"><h2>${title}</h2>\n${body}</section>`).join("\n")}`,
  });
}

function mixed({ manifest, groups }: Analysis): boolean {
  return manifest.source === "simulated" && groups.some(({ name }) => name === "replay" || name.startsWith("replay/"));
}

function sectionsOf(analysis: Analysis, drillDown: DrillDown): Section[] {
  const { manifest, standings, ranking, groups, notApplicable, failures } = analysis;
  const calibration = calibrationFigure(standings);
  const section = (id: string, title: string, ...parts: string[]): Section => ({ id, title, body: parts.join("\n") });
  return [
    section(
      "leaderboard",
      "Leaderboard",
      leaderboard(standings),
      note(LEADERBOARD_NOTE),
      notApplicableList(notApplicable),
      failureList(failures),
    ),
    section("regret", "Regret", inlineFigure(regretFigure(standings)), inlineFigure(regretSplitFigure(standings))),
    ...(ranking
      ? [
          section(
            "ranks",
            "Significant differences",
            inlineFigure(criticalDifferenceFigure(standings, ranking)),
            "<h3>Probability of improvement</h3>",
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
  "Regret is the true loss of the submitted model at the target minus the best possible loss, in nats, both without noise. Intervals are 95 % bootstrap intervals of the interquartile mean: “this suite” covers other noise on the same worlds, “new worlds” covers other worlds drawn the same way. Neither covers other families of worlds.";
const PAIRS_NOTE =
  "How often, in per cent, the strategy of the row has the lower regret in the same world with the same noise; regrets within 0.002 nats count half for each. Bold: significantly different at the 5 % level (sign-flip test over worlds, Holm-corrected over all pairs; this paired test is more sensitive than the rank test above). Hover over a cell for intervals and p-value.";
const GROUPS_NOTE =
  "Interquartile mean of the regret in nats; in brackets, the number of worlds. Darker cells are closer to the best of the column.";

function note(text: string): string {
  return `<p class="soft note">${text}</p>`;
}

function notApplicableList(notApplicable: Analysis["notApplicable"]): string {
  if (notApplicable.length === 0) return "";
  const items = notApplicable.map(
    ({ strategy, worlds }) => `<li><b>${escapeHtml(strategy)}</b>: ${worlds} ${worlds === 1 ? "world" : "worlds"}</li>`,
  );
  return `<h3>Not applicable</h3><p class="soft note">A strategy with a fixed list of runs cannot play worlds that replay finished runs, and has no rank there.</p><ul>${items.join("")}</ul>`;
}

function failureList(failures: Analysis["failures"]): string {
  if (failures.length === 0) return "";
  const items = failures
    .slice(0, 20)
    .map(({ strategy, failure, count }) => `<li>${count}× <b>${escapeHtml(strategy)}</b>: ${escapeHtml(failure)}</li>`);
  const more = failures.length > 20 ? `<li>and ${failures.length - 20} more</li>` : "";
  return `<h3>Failures</h3><p class="soft note">A failed run is scored with the worst regret of all strategies in its world.</p><ul>${items.join("")}${more}</ul>`;
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
