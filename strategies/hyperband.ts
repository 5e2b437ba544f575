import { identityOf } from "../src/task/configuration.ts";
import type { Query, Strategy } from "../src/task/strategy.ts";
import { budgetsOf, type Task } from "../src/task/task.ts";
import { purse } from "./asking/budget.ts";
import { drawCandidate, incumbent, question } from "./asking/candidate.ts";
import { chinchillaSize, literatureSubmission } from "./believing/literature.ts";
import { submit } from "./believing/submit.ts";
import { forecastFrontier } from "./reading/frontier.ts";

/** One of η candidates goes up a rung; rungs are a factor of η apart in C. */
const ETA = 3;
const RUNGS = 4;
/** η to the number of steps between rungs: one of them reaches the top. */
const MOST_CANDIDATES = 27;
/** The top rung may cost this share of the cap per run. */
const TOP = 0.15;
/** Each bracket starts one rung higher than the last, the top one apart, and may cost this share of the cap. */
const BRACKETS = { share: 0.5, most: 8 };

/**
 * Idea: successive halving. Many candidates on the lowest rung, the best third of each rung again at three times the
 * compute; candidates drawn uniformly, around the literature, or around the best so far. A candidate's size is a multiple
 * of √(C/120), so that it grows with the rung and with the target.
 * Source: Hyperband (Li et al. 2018) with PriorBand's sampling (Mallik et al. 2023). Knobs: η 3, four rungs, half the cap per bracket.
 * Fails because it pays for bad candidates at every rung to learn what one sweep shows, and because the best ratio and
 * learning rate of a small rung are not those of a large one.
 */
export const hyperband: Strategy = {
  name: "hyperband",
  summary: "successive halving over budget rungs, candidates drawn around the literature and the best so far",

  *queries(task, rng) {
    const wallet = purse(task);
    const rungs = rungsOf(task);
    for (
      let bracket = 0;
      bracket < BRACKETS.most && wallet.left() >= (rungs[0] ?? Number.POSITIVE_INFINITY);
      bracket++
    ) {
      const climbed = rungs.slice(bracket % rungs.length);
      const share = Math.min(wallet.left(), task.cap * BRACKETS.share);
      const affordable = Math.floor(share / ((climbed[0] as number) * climbed.length));
      let count = Math.max(1, Math.min(affordable, MOST_CANDIDATES));
      let candidates = Array.from({ length: count }, () => drawCandidate(wallet.runs(), task, rng));
      for (const flops of climbed) {
        const questions = candidates.map((candidate) => question(candidate, flops, bracket, task));
        const answers = yield* wallet.buy(questions);
        const lossOf = (query: Query) =>
          answers.find((run) => identityOf(run) === identityOf(query) && run.status === "ok")?.loss ??
          Number.POSITIVE_INFINITY;
        const ranked = candidates
          .map((candidate, i) => ({ candidate, loss: lossOf(questions[i] as Query) }))
          .filter(({ loss }) => Number.isFinite(loss))
          .toSorted((a, b) => a.loss - b.loss);
        count = Math.max(1, Math.floor(count / ETA));
        candidates = ranked.slice(0, count).map(({ candidate }) => candidate);
      }
    }
  },

  recommend(runs, task) {
    const best = incumbent(runs);
    if (!best) return literatureSubmission(task);
    const { run, candidate } = best;
    const frontier = forecastFrontier([{ C: run.trainFlops, loss: run.loss }], task.target);
    const N = candidate.ratio * chinchillaSize(task.target);
    const law = `the winner's ${candidate.ratio.toFixed(2)}·√(C/120); ${frontier.law}`;
    return submit({ N, loss: frontier.loss, learningRate: run.learningRate, batchSize: run.batchSize, law }, task);
  },
};

/** Budgets about η apart below the top rung, ascending. */
function rungsOf(task: Task): number[] {
  const budgets = budgetsOf(task);
  const rungs: number[] = [];
  let ceiling = TOP * task.cap;
  for (let i = 0; i < RUNGS; i++) {
    const flops = budgets.findLast((budget) => budget <= ceiling * (1 + 1e-9));
    if (flops === undefined) break;
    rungs.push(flops);
    ceiling = flops / ETA;
  }
  return rungs.reverse();
}
