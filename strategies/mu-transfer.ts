import { answered, type Run } from "../src/task/configuration.ts";
import { formatFlops } from "../src/task/quantity.ts";
import { bestPerSize, pointOf } from "../src/task/run-point.ts";
import type { Strategy } from "../src/task/strategy.ts";
import type { Task } from "../src/task/task.ts";
import { purse } from "./asking/budget.ts";
import { isoflopDesign } from "./asking/isoflop-design.ts";
import { highestLearningRate, tunedRate } from "./asking/learning-rate.ts";
import { asking } from "./asking/nearest-query.ts";
import { EVEN } from "./asking/rates.ts";
import { modelOfSize, sizesAround } from "./asking/shapes.ts";
import { chinchillaSize, literatureSubmission } from "./believing/literature.ts";
import { submit } from "./believing/submit.ts";
import { lowestOf } from "./reading/comparable.ts";
import { extrapolateOptima } from "./reading/extrapolate.ts";
import { forecastFrontier } from "./reading/frontier.ts";
import { vertexOf } from "./reading/vertex.ts";

/** The proxy is this much smaller than √(C/120) of the smallest level, the verification this much larger. */
const PROXY = 1 / 3;
const VERIFIED = 4;

/**
 * Idea: tune the learning rate on a narrow proxy; carry it to other widths as η ∝ 1/d, Adam's rule of the maximal update
 * parametrisation; verify at one larger width against the rate left as it was, and keep whichever won; then an isoFLOP
 * sweep with every size at its own rate, a parabola per level, a power law through the vertices.
 * Source: Yang et al. 2022, Tensor Programs V. Knobs: the proxy's size (a third) and the verification's (four times) of
 * the smallest level's √(C/120).
 * Fails in that the API does not train in µP (initialisation and output multipliers are as they are), so the rule is
 * borrowed, and in that η* also moves with the length of training, which width does not tell.
 */
export const muTransfer: Strategy = {
  name: "mu-transfer",
  summary: "tune the learning rate on a narrow proxy, carry it as 1/width, verify once, then sweep sizes",

  *queries(task) {
    const wallet = purse(task);
    const levels = isoflopDesign(task);
    const [first, second] = levels;
    if (!first) return;
    const batchSize = Math.min(...task.admissible.batchSizes);
    const proxy = modelOfSize(chinchillaSize(first.flops) * PROXY, task);
    yield* wallet.buy(
      EVEN.probes(task).map((learningRate) =>
        asking(
          proxy,
          { learningRate, batchSize },
          first.flops,
          task,
          `learning rate on the proxy, ${proxy.dModel} wide`,
        ),
      ),
    );
    const larger = modelOfSize(chinchillaSize(first.flops) * VERIFIED, task);
    const transferred = rateFor(larger.dModel, wallet.runs(), task);
    const kept = rateFor(proxy.dModel, wallet.runs(), task);
    // Both may be the highest on sale: then a lower one tells whether the larger width wants it.
    const rates = [transferred, kept > transferred ? kept : EVEN.lower(transferred, task)];
    const why = ["transferred as 1/width, to be verified", "beside the transferred one"];
    yield* wallet.buy(
      rates.map((learningRate, i) =>
        asking(larger, { learningRate, batchSize }, (second ?? first).flops, task, `learning rate ${why[i]}`),
      ),
    );
    let [centre, below] = [chinchillaSize(first.flops), first.flops];
    for (const { flops, count } of levels) {
      centre *= Math.sqrt(flops / below);
      const bought = yield* wallet.buy(
        sizesAround(centre, count, task).map((shape) => {
          const learningRate = rateFor(shape.dModel, wallet.runs(), task);
          const reason = `${shape.numLayers}×${shape.dModel} at ${formatFlops(flops)}, at the learning rate of its width`;
          return asking(shape, { learningRate, batchSize }, flops, task, reason);
        }),
      );
      const lowest = lowestOf(answered(bought));
      if (lowest) centre = pointOf(lowest).N;
      below = flops;
    }
  },

  recommend(runs, task) {
    const points = bestPerSize(answered(runs).map(pointOf));
    const levels = [...Map.groupBy(points, ({ C }) => C)].filter(([, level]) => level.length > 2);
    if (levels.length === 0) return literatureSubmission(task);
    const optima = levels
      .map(([C, level]) => ({ C, ...vertexOf(level) }))
      .map(({ C, logN, loss }) => ({ C, N: Math.exp(logN), loss }))
      .toSorted((a, b) => a.C - b.C);
    const { N, law } = extrapolateOptima(optima, task.target, "log");
    const frontier = forecastFrontier(optima, task.target);
    const width = Math.cbrt((64 * N) / 12);
    return submit(
      { N, loss: frontier.loss, learningRate: rateFor(width, runs, task), law: `${law}; ${frontier.law}` },
      task,
    );
  },
};

/**
 * η of a width from the widest comparison: as 1/width, unless the verification preferred the proxy's rate as it was. Never
 * above the highest rate on sale.
 */
function rateFor(dModel: number, runs: readonly Run[], task: Task): number {
  const highest = highestLearningRate(task);
  const known = answered(runs);
  const narrowest = Math.min(...known.map((run) => run.dModel));
  const proxy = tunedRate(known.filter((run) => run.dModel === narrowest));
  if (!proxy) return highest;
  const verified = tunedRate(known.filter((run) => run.dModel > narrowest));
  if (!verified) return Math.min(highest, Math.exp(proxy.logRate) * (proxy.at.dModel / dModel));
  const transferred = proxy.logRate + Math.log(proxy.at.dModel / verified.at.dModel);
  const byWidth = Math.abs(verified.logRate - transferred) < Math.abs(verified.logRate - proxy.logRate);
  return Math.min(highest, Math.exp(verified.logRate) * (byWidth ? verified.at.dModel / dModel : 1));
}
