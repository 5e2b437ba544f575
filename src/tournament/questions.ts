import { contentHash } from "../experiment/content-hash.ts";
import { anyQuestionOf, isJobDocument, isReplayed } from "../surface/any-world.ts";
import type { AnyWorldDocument } from "../surface/world.ts";
import type { Question } from "../surface/world-document.ts";
import { canonicalJson } from "../task/canonical-json.ts";
import type { Analysis, Pair } from "./analysis/analysis.ts";
import { ALPHA, isSignificant } from "./analysis/comparisons.ts";
import type { QuestionBlock, TournamentFolder } from "./folder.ts";

/** The blocks of suites: one for each question, and one for each table of finished runs. */
export function blocksOfSuites(
  suites: readonly { readonly name: string; readonly worlds: readonly AnyWorldDocument[] }[],
): QuestionBlock[] {
  const blocks = new Map<string, { question: Question; suites: Set<string>; worlds: string[] }>();
  for (const { name, worlds } of suites)
    for (const world of worlds) {
      const question = anyQuestionOf(world);
      const replayed = isReplayed(world) || (!isJobDocument(world) && world.truth !== undefined);
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
  const replay = worlds.every(isReplayed);
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

/** The question of the worlds, in words. */
const ON: Readonly<Record<Question, string>> = {
  course: "tiny budgets and a target beyond them",
  table: "a researcher's sweep: sizes at 1/300 to 1/10 of the target, one recipe",
  recipe: "the choice of learning rate and batch size at a given size",
  clock: "12 hours of jobs, a target of 48 hours that a submission must keep to",
};

/** Strategies named in a sentence; of more, some are counted. */
const NAMED = 3;

/**
 * The result of a block in words: who leads on its question, over whom the lead is significant, by how much, and on
 * what. Undefined where no strategy has a result.
 */
export function claimOf({ question }: QuestionBlock, { standings, pairs, manifest }: Analysis): string | undefined {
  const [first, second] = standings;
  if (!first) return undefined;
  const nats = (value: number) => value.toFixed(4);
  const [low, high] = first.regret.newWorlds;
  const source = manifest.source === "replay" ? "worlds made of one table" : "simulated worlds";
  const tied = second && nats(first.regret.iqm) === nats(second.regret.iqm) ? ` (tied with ${second.name})` : "";
  const next = second ? `; next is ${second.name} with ${nats(second.regret.iqm)}` : "";
  return [
    `${first.name} leads on the ${question} question${tied}${certainty(first.name, pairs, manifest.worlds)}.`,
    `${BASIS.trim()} is ${nats(first.regret.iqm)} nats (95 % interval for new worlds ${nats(low)} to ${nats(high)})${next}.`,
    `This holds for ${manifest.worlds} ${source} (${ON[question]}), and for no other question.`,
  ].join(" ");
}

/** A claim in two: the result in one sentence, and by how much and on what. */
export function claimParts(claim: string): readonly [result: string, basis: string] {
  const end = claim.indexOf(BASIS);
  return end < 0 ? [claim, ""] : [claim.slice(0, end), claim.slice(end + 1)];
}

/** How the second sentence of a claim begins. */
const BASIS = " The interquartile mean of the leader's regret";

/** What a ranking does not show of the strategy that leads; undefined where there is nothing to say. */
export function caveatOf({ standings }: Analysis): string | undefined {
  if (standings[0]?.name === "champion" && standings[0].clock)
    return "champion's prior is the law of the public jobs, around which these worlds were drawn: a real run may follow it less.";
  return standings[0]?.name === "champion"
    ? "champion knows the forms of most simulated surfaces. On two endpoint surfaces that were left out, it did better than asking nothing on one and about as well on the other: docs/champion.md says what that means for a real run."
    : undefined;
}

/** Over whom a lead is significant. */
function certainty(leader: string, pairs: readonly Pair[], worlds: number): string {
  const own = pairs.filter(({ better, worse }) => better === leader || worse === leader);
  if (own.length === 0) return "";
  const open = own
    .filter((pair) => pair.worse === leader || !isSignificant(pair))
    .map(({ better, worse }) => (better === leader ? worse : better));
  // The test's least p-value is 2^(1 − worlds), and Holm's correction multiplies it by the number of pairs.
  if (pairs.length * Math.exp((1 - worlds) * Math.LN2) >= ALPHA)
    return `; ${worlds} ${worlds === 1 ? "world is" : "worlds are"} too few to say whether that is more than chance`;
  if (open.length === 0) return "; the lead over every other strategy is significant";
  const rest = open.length - NAMED;
  const names = rest > 1 ? [...open.slice(0, NAMED), `${rest} more`] : open;
  const list = names.length === 1 ? names[0] : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  return open.length === own.length
    ? "; the lead is not significant over any other strategy"
    : `; the lead is significant over ${own.length - open.length} of ${own.length} strategies, not over ${list}`;
}
