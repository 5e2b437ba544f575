import { usualSize } from "../src/law/usual-training.ts";
import { nonEmbeddingParameters } from "../src/task/accounting.ts";
import { type AnsweredRun, answered, FIELDS, type Run } from "../src/task/configuration.ts";
import { formatCost } from "../src/task/quantity.ts";
import { type Rng, standardNormal } from "../src/task/random.ts";
import type { Query, Strategy } from "../src/task/strategy.ts";
import { budgetsOf, type Task } from "../src/task/task.ts";
import { Budget, drawLogUniform, modelOfSize, nearestQuery, pick, spendRest } from "./asking/index.ts";
import { forecastFrontier, literatureSubmission, toSubmission } from "./believing/index.ts";
import { batchAt, literatureRateFor, lowestOf } from "./reading/index.ts";

/** One in η candidates goes up a rung; rungs are a factor of η apart in C. */
const ETA = 3;
const RUNGS = 4;
/** η to the number of steps between rungs, so that one candidate reaches the top. */
const MOST_CANDIDATES = 27;
/** The top rung may cost this share of the cap per run. */
const TOP = 0.15;
/** Each bracket starts one rung higher than the one before and may cost this share of the cap. */
const BRACKETS = { share: 0.5, most: 8 };
/** Spread of a draw around the literature and around the best so far, in ln. */
const SPREAD = { literature: 0.7, incumbent: 0.3 };

/**
 * Idea: successive halving. Many candidates on the lowest rung, the best third of each rung again at three times the
 * compute; candidates drawn uniformly, around the literature, or around the best so far. A candidate's size is a
 * multiple of √(C/120), so that it grows with the rung and with the target.
 * Source: Hyperband (Li et al. 2018) with PriorBand's sampling (Mallik et al. 2023). Knobs: η 3, four rungs, half the
 * cap per bracket.
 * Fails because it pays for bad candidates at every rung where one sweep would do, and because the best ratio and
 * learning rate of a small rung are not those of a large one.
 */
export const hyperband: Strategy = {
  name: "hyperband",
  summary: "successive halving over budget rungs, candidates drawn around the literature and the best so far",

  *queries(task, rng) {
    const budget = new Budget(task);
    const rungs = rungsOf(task);
    for (
      let bracket = 0;
      bracket < BRACKETS.most && budget.left() >= (rungs[0] ?? Number.POSITIVE_INFINITY);
      bracket++
    ) {
      const bracketRungs = rungs.slice(bracket % rungs.length);
      const share = Math.min(budget.left(), task.cap * BRACKETS.share);
      const affordable = Math.floor(share / ((bracketRungs[0] as number) * bracketRungs.length));
      let count = Math.max(1, Math.min(affordable, MOST_CANDIDATES));
      let candidates = Array.from({ length: count }, () => drawCandidate(budget.runs(), task, rng));
      for (const flops of bracketRungs) {
        const queries = candidates.map((candidate) => queryOf(candidate, flops, bracket, task));
        const answers = yield* budget.buy(queries);
        const lossOf = (query: Query) =>
          answers.find((run) => FIELDS.every((field) => run[field] === query[field]) && run.status === "ok")?.loss ??
          Number.POSITIVE_INFINITY;
        const ranked = candidates
          .map((candidate, i) => ({ candidate, loss: lossOf(queries[i] as Query) }))
          .filter(({ loss }) => Number.isFinite(loss))
          .toSorted((a, b) => a.loss - b.loss);
        count = Math.max(1, Math.floor(count / ETA));
        candidates = ranked.slice(0, count).map(({ candidate }) => candidate);
      }
    }
    return yield* spendRest(budget, task);
  },

  recommend(runs, task) {
    const best = incumbent(runs, task);
    if (!best) return literatureSubmission(task, runs);
    const { run, candidate } = best;
    const frontier = forecastFrontier([{ C: run.trainFlops, loss: run.loss }], task.target, task);
    const N = candidate.ratio * usualSize(task.target, task);
    const law = `the best candidate's ${candidate.ratio.toFixed(2)}·√(C/120); ${frontier.law}`;
    return toSubmission(
      { N, loss: frontier.loss, learningRate: run.learningRate, batchSize: run.batchSize, law },
      task,
    );
  },
};

/** Budgets about η apart below the top rung, ascending. */
function rungsOf(task: Task): number[] {
  const budgets = budgetsOf(task);
  const rungs: number[] = [];
  let ceiling = TOP * task.cap;
  for (let i = 0; i < RUNGS; i++) {
    const flops = budgets.findLast((cost) => cost <= ceiling * (1 + 1e-9));
    if (flops === undefined) break;
    rungs.push(flops);
    ceiling = flops / ETA;
  }
  return rungs.reverse();
}

/** What a candidate keeps from rung to rung. */
interface Candidate {
  /** N over √(C/120). */
  readonly ratio: number;
  readonly aspect: number;
  readonly learningRate: number;
  readonly batchSize: number;
}

/**
 * One third each: uniform, around the literature, around the best so far (around the literature while there is none).
 */
function drawCandidate(runs: readonly Run[], task: Task, rng: Rng): Candidate {
  const { batchSizes } = task.admissible;
  const best = incumbent(runs, task)?.candidate;
  const source = rng();
  if (source < 1 / 3)
    return {
      ratio: Math.exp((2 * rng() - 1) * Math.log(5)),
      aspect: 24 * Math.exp(rng() * Math.log(128 / 24)),
      learningRate: drawLogUniform(task.searchSpace.learningRate, rng),
      batchSize: pick(batchSizes, rng),
    };
  const known = source < 2 / 3 ? undefined : best;
  const spread = known ? SPREAD.incumbent : SPREAD.literature;
  const near = (value: number, scale = 1) => value * Math.exp(scale * spread * standardNormal(rng));
  const batchSize = known?.batchSize ?? batchAt(runs, task);
  const center = known ?? { ratio: 1, aspect: 64, learningRate: literatureRateFor(TOP * task.cap, batchSize, task) };
  return {
    ratio: near(center.ratio),
    aspect: near(center.aspect, 0.5),
    learningRate: near(center.learningRate),
    batchSize,
  };
}

/** The query that trains a candidate at a rung. */
function queryOf(candidate: Candidate, flops: number, bracket: number, task: Task): Query {
  const shape = modelOfSize(candidate.ratio * usualSize(flops, task), task, [], candidate.aspect);
  const reason = `bracket ${bracket + 1}, rung ${formatCost(flops, task)}: N = ${candidate.ratio.toFixed(2)}·√(C/120)`;
  return nearestQuery(shape, candidate, flops, task, reason);
}

/** The best run of the largest answered budget, and the candidate it belongs to. */
function incumbent(
  runs: readonly Run[],
  task: Task,
): { readonly run: AnsweredRun; readonly candidate: Candidate } | undefined {
  const known = answered(runs);
  const top = Math.max(...known.map(({ trainFlops }) => trainFlops));
  const run = lowestOf(known.filter(({ trainFlops }) => trainFlops === top));
  if (!run) return undefined;
  return {
    run,
    candidate: {
      ratio: nonEmbeddingParameters(run) / usualSize(top, task),
      aspect: run.dModel / run.numLayers,
      learningRate: run.learningRate,
      batchSize: run.batchSize,
    },
  };
}
