import { contentHash } from "../experiment/content-hash.ts";
import { type Question, questionOf, type WorldDocument } from "../surface/world-document.ts";
import { canonicalJson } from "../task/canonical-json.ts";
import type { Analysis } from "./analysis/analysis.ts";
import type { QuestionBlock, TournamentFolder } from "./folder.ts";

/** The blocks of suites: one for each question, and one for each table of finished runs. */
export function blocksOfSuites(
  suites: readonly { readonly name: string; readonly worlds: readonly WorldDocument[] }[],
): QuestionBlock[] {
  const blocks = new Map<string, { question: Question; suites: Set<string>; worlds: string[] }>();
  for (const { name, worlds } of suites)
    for (const world of worlds) {
      const question = questionOf(world);
      const replayed = world.truth !== undefined || world.surface.base.law === "table";
      const key = `${question}${replayed ? `/${name}` : ""}`;
      const block = blocks.get(key) ?? { question, suites: new Set(), worlds: [] };
      block.suites.add(name);
      block.worlds.push(world.name);
      blocks.set(key, block);
    }
  return [...blocks.values()].map(({ question, suites: names, worlds }) => ({
    question,
    suite: [...names].join(","),
    worlds,
  }));
}

/** A block as a tournament of its own. */
export function tournamentOfBlock(
  tournament: TournamentFolder,
  { suite, worlds: names }: QuestionBlock,
): TournamentFolder {
  const { plan, manifest } = tournament;
  const chosen = new Set(names);
  const worlds = plan.worlds.filter(({ name }) => chosen.has(name));
  if (worlds.length === plan.worlds.length) return tournament;
  const replay = worlds.every(({ surface }) => surface.base.law === "table");
  return {
    ...tournament,
    plan: { ...plan, worlds },
    manifest: {
      ...manifest,
      suite,
      source: replay ? "replay" : "simulated",
      suiteHash: contentHash(canonicalJson(worlds)),
      worlds: worlds.length,
    },
  };
}

/** What the worlds of a question are, in words. */
const ON: Readonly<Record<Question, string>> = {
  course: "the course's question (tiny budgets, a target beyond them)",
  table: "a researcher's sweep (sizes at 1/300 to 1/10 of the target, one recipe)",
  recipe: "the choice of learning rate and batch size at a given size",
};

/** Two sentences: who leads and how sure that is, and on what. Undefined where nobody has a result. */
export function claimOf({ question }: QuestionBlock, { standings, pairs, manifest }: Analysis): string | undefined {
  const [first, second] = standings;
  if (!first) return undefined;
  const nats = (value: number) => value.toFixed(4);
  const [low, high] = first.regret.newWorlds;
  const lead = `${first.name} leads with an interquartile mean regret of ${nats(first.regret.iqm)} (95 % interval for new worlds ${nats(low)} to ${nats(high)})`;
  const pair = pairs.find(
    ({ better, worse }) => second && [better, worse].includes(first.name) && [better, worse].includes(second.name),
  );
  const against =
    second && pair
      ? `; against ${second.name} (${nats(second.regret.iqm)}) it is better in ${Math.round(100 * (pair.better === first.name ? pair.probability : 1 - pair.probability))} % of runs, which is ${pair.p < 0.05 ? "more than chance" : "no more than chance"} (p ${pair.p.toFixed(2)})`
      : "";
  const source = manifest.source === "replay" ? "worlds made of one table" : "simulated worlds";
  return `${lead}${against}. This holds for ${manifest.worlds} ${source} that ask ${ON[question]}, and for no other question.`;
}
