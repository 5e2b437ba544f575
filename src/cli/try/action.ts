import { loadStrategy } from "../../experiment/load-strategy.ts";
import { optimumOf } from "../../surface/truth.ts";
import type { World } from "../../surface/world.ts";
import { nonEmbeddingParameters } from "../../task/accounting.ts";
import type { Run, RunConfig } from "../../task/configuration.ts";
import { formatCount, formatFlops, formatNats, formatShort, formatSigned } from "../../task/quantity.ts";
import type { Query } from "../../task/strategy.ts";
import { play } from "../../tournament/play.ts";
import type { Result } from "../../tournament/result.ts";
import type { CommonOptions, Terminal } from "../command.ts";
import { loadWorld } from "../load-world.ts";
import { QUESTION_HEADS, questionLine } from "../question-table.ts";

/** The options of `isoflop try`, parsed. */
export interface TryOptions extends CommonOptions {
  readonly world: string;
  readonly repetition: number;
}

/** Plays one strategy on one world and shows every query with its answer, then what was handed in and how good it is. */
export async function runTry(name: string, options: TryOptions, terminal: Terminal): Promise<void> {
  const [strategy, world] = await Promise.all([loadStrategy(name), loadWorld(options.world)]);
  const queries: (Query & Run & { readonly spent: number })[] = [];
  if (!options.json) terminal.out(heading(strategy.name, world));
  const result = await play(strategy, world, options.repetition, options.seed, {
    onRun: (run, query, spent) => {
      queries.push({ ...query, ...run, spent });
      const { cap } = world.task;
      if (!options.json) terminal.out(`${questionLine(queries.length, run, { reason: query.reason, spent, cap })}\n`);
    },
  });
  if (options.json) terminal.out(`${JSON.stringify({ ...result, runs: queries, optimum: optimumOf(world) })}\n`);
  else terminal.out(verdict(result, world));
  if (result.status === "failed") process.exitCode = 1;
}

function heading(strategy: string, world: World): string {
  const { name, description } = world.document;
  return `${strategy} on ${name} (simulated)\n${description}\n\n${QUESTION_HEADS}\n`;
}

function verdict(result: Result, world: World): string {
  const spend = `${formatFlops(result.spent)} of ${formatFlops(world.task.cap)} FLOPs, ${result.queries} queries`;
  if (result.status === "not-applicable") return `\nnot applicable: ${result.failure}\n`;
  if (result.status === "failed") return `\nfailed after ${spend}: ${result.failure}\n`;
  const { score, submission } = result;
  const optimum = optimumOf(world);
  const interval = submission.interval;
  return `
spent       ${spend}, ${result.seconds.toFixed(2)} s
submitted   ${configurationLine(submission.config)}
optimum     ${configurationLine(optimum.config)}
law         ${submission.law ?? "none stated"}
predicted   ${formatNats(submission.predictedLoss)}${interval ? ` [${formatNats(interval.low)}, ${formatNats(interval.high)}] at ${100 * interval.level}%` : ""}
true loss   ${formatNats(score.trueLoss)} (best possible ${formatNats(optimum.loss)})
regret      ${formatNats(score.regret)} nats = ${formatNats(score.regretFromSize)} from size + ${formatNats(score.regretFromHyperparameters)} from hyper-parameters
ln N error  ${formatSigned(score.lnNError)}
loss error  ${formatSigned(score.lossError)} nats
`;
}

function configurationLine(config: RunConfig): string {
  const { dModel, numLayers, numHeads, batchSize, learningRate } = config;
  return `N ${formatCount(nonEmbeddingParameters(config))}: d_model ${dModel}, ${numLayers} layers, ${numHeads} heads, batch ${batchSize}, lr ${formatShort(learningRate)}`;
}
