import type { Analysis } from "../../tournament/analysis/analysis.ts";
import type { QuestionBlock } from "../../tournament/folder.ts";
import { caveatOf, claimParts } from "../../tournament/questions.ts";
import { leaderboardTable } from "../leaderboard.ts";

interface AnalyzedBlock {
  readonly block: QuestionBlock;
  readonly analysis: Analysis;
  readonly claim?: string;
}

/** The result of each question in a sentence, then the leaderboards. */
export function printTournament(blocks: readonly AnalyzedBlock[], width: number): string {
  const claims = [
    ...blocks.flatMap(({ claim }) => (claim === undefined ? [] : claimParts(claim)[0])),
    ...new Set(blocks.flatMap(({ analysis }) => caveatOf(analysis) ?? [])),
  ];
  const boards = blocks.map(({ block, analysis, claim }) => {
    const title = blocks.length > 1 ? `${block.question} question (suite ${block.suite})\n` : "";
    const basis = claim === undefined ? "" : `${claimParts(claim)[1]}\n`;
    return `${title}${basis}${leaderboardTable(analysis.standings, width)}${remarks(analysis)}\n`;
  });
  return `${claims.map((claim) => `${claim}\n`).join("")}\n${boards.join("")}`;
}

/** What else there is to know of a leaderboard, a line each. */
function remarks({ cells, standings, notApplicable, failures, manifest }: Analysis): string {
  const left = notApplicable.map(
    ({ strategy, worlds, reason }) =>
      `not applicable on ${worlds} of ${manifest.worlds} worlds: ${strategy}: ${reason}`,
  );
  const failed = failures.map(({ strategy, failure, count }) => `failed ${count}×: ${strategy}: ${failure}`);
  if (failed.length > 0) failed.push("the same command with --retry-failed plays failed runs again");
  const { control, answers, history, source } = manifest;
  const unranked =
    control !== undefined && !standings.some(({ name }) => name === control)
      ? `, and ${cells.complete} of ${control}, which is not ranked`
      : "";
  const runs = `${cells.complete * standings.length} ${source === "replay" ? "replayed" : "simulated"} runs on ${manifest.worlds} worlds${answers === undefined ? "" : `, with the recorded answers of ${answers}`}${history === undefined ? "" : `; every strategy knew the runs of ${history}`}${unranked}.`;
  return [...left, ...failed, runs].map((line) => `${line}\n`).join("");
}
