import type { Columns } from "../../tournament/columns.ts";
import type { QuestionBlock, TournamentFolder } from "../../tournament/folder.ts";
import { type Preview, previewOf } from "../../tournament/preview.ts";
import type { Terminal } from "../command.ts";
import { duration, type Progress, progressBar } from "../progress.ts";
import { fitText, fittedTable } from "../table.ts";

/** Milliseconds between two looks at the ranking. */
const EVERY = 1000;
/** Strategies shown while the ranking is redrawn. */
const SHOWN = 10;

/**
 * The ranking so far and how much is left to play. On an interactive terminal it is redrawn in place; elsewhere it is
 * printed once, when every world of `first` has been played, among the lines of a progress bar.
 */
export function liveRanking(
  terminal: Terminal,
  columns: Columns,
  tournament: TournamentFolder & { readonly blocks: readonly QuestionBlock[] },
  first: readonly string[],
  { jobs, stored }: { readonly jobs: number; readonly stored: number },
): Progress {
  const { blocks } = tournament;
  const wanted = blocks.map(({ worlds }) => first.filter((name) => worlds.includes(name)).length);
  /** Nothing while a question still lacks some of its first worlds: too few of them mislead. */
  const ranking = (width: number, most?: number): string | undefined => {
    const soFar = blocks.map((block) => previewOf(columns, tournament, block));
    return soFar.every(({ worlds }, i) => worlds >= wanted[i]!) ? previewText(blocks, soFar, width, most) : undefined;
  };
  if (terminal.interactive) return redrawn(terminal, ranking, jobs, stored);
  const bar = progressBar(terminal, jobs, "runs", stored);
  // Where little more follows than the first worlds, the final ranking comes as soon.
  let shown = blocks.every(({ worlds }, i) => worlds.length === wanted[i]) && tournament.plan.repetitions === 1;
  let due = 0;
  return {
    update(done) {
      bar.update(done);
      if (shown || done === jobs || performance.now() < due) return;
      due = performance.now() + EVERY / 4;
      const text = ranking(Number.POSITIVE_INFINITY);
      if (text === undefined) return;
      shown = true;
      terminal.err(text);
    },
    stop: () => bar.stop(),
  };
}

function redrawn(
  terminal: Terminal,
  ranking: (width: number, most: number) => string | undefined,
  jobs: number,
  stored: number,
): Progress {
  const began = performance.now();
  const width = Math.min(terminal.columns, process.stderr.columns ?? 80);
  let [height, due] = [0, 0];
  const erase = () => {
    if (height > 0) terminal.err(`\u001b[${height}A\u001b[0J`);
    height = 0;
  };
  return {
    update(done) {
      const now = performance.now();
      if (now < due) return;
      due = now + EVERY;
      const left = done > stored ? `, ${duration(((now - began) * (jobs - done)) / (done - stored) / 1000)} left` : "";
      const filled = Math.round((24 * done) / jobs);
      const bar = `  ${"█".repeat(filled)}${"░".repeat(24 - filled)} ${done}/${jobs} runs${left}\n`;
      const text = fitText(`${ranking(width, SHOWN) ?? ""}${bar}`, width);
      erase();
      terminal.err(text);
      height = text.split("\n").length - 1;
    },
    stop: erase,
  };
}

/** A ranking that is not final: who leads on each question, and the regrets side by side. */
export function previewText(
  blocks: readonly QuestionBlock[],
  previews: readonly Preview[],
  width: number,
  most: number = Number.POSITIVE_INFINITY,
): string {
  const label = ({ question, suite }: QuestionBlock) =>
    blocks.filter((block) => block.question === question).length > 1 ? suite : question;
  const leads = blocks.flatMap((block, i) => {
    const { standing, worlds } = previews[i]!;
    const of = `${worlds} of ${block.worlds.length} worlds`;
    return standing[0] ? [`${standing[0].name} leads on the ${label(block)} question (${of})`] : [];
  });
  const [leading] = previews.filter(({ standing }) => standing.length > 0);
  const order = leading?.standing.slice(0, most) ?? [];
  const rows = order.map(({ name }, i) => [
    String(i + 1),
    name,
    ...previews.map(({ standing }) => standing.find((other) => other.name === name)?.iqm.toFixed(4) ?? "–"),
  ]);
  const table = fittedTable(
    [{ head: "" }, { head: "regret so far", words: true }, ...blocks.map((block) => ({ head: label(block) }))],
    rows,
    width,
  );
  return `Preliminary: ${leads.join(", ")}; too few to be sure.\n${table}`;
}
