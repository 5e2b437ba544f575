import { nonEmbeddingParameters } from "../../src/task/accounting.ts";
import { type AnsweredRun, answered, type Run } from "../../src/task/configuration.ts";

/**
 * The runs that a law of size may be fitted to: at each budget those with the most common learning rate and batch, the
 * best of each size, ascending in size. Exactly equal losses at one budget are one row of the endpoint's table, asked
 * twice: only the smallest model is kept.
 */
export function comparable(runs: readonly Run[]): AnsweredRun[] {
  const budgets = Map.groupBy(answered(runs), ({ trainFlops }) => trainFlops);
  return [...budgets.values()].flatMap((level) => {
    const recipes = [...Map.groupBy(level, ({ learningRate, batchSize }) => `${learningRate}/${batchSize}`).values()];
    const sizes = recipes.map((group) => new Set(group.map(nonEmbeddingParameters)).size);
    const most = recipes[sizes.indexOf(Math.max(...sizes))] as AnsweredRun[];
    const bySize = [...Map.groupBy(most, nonEmbeddingParameters)].toSorted(([a], [b]) => a - b);
    const best = bySize.map(([, same]) => lowestOf(same) as AnsweredRun);
    return best.filter((run, i) => best.findIndex(({ loss }) => loss === run.loss) === i);
  });
}

/** The run with the lowest loss; the first of equals. */
export function lowestOf(runs: readonly AnsweredRun[]): AnsweredRun | undefined {
  return runs.length === 0 ? undefined : runs.reduce((best, run) => (run.loss < best.loss ? run : best));
}
