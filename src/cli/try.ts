import type { Command } from "commander";
import type { AnyWorld } from "../surface/world.ts";
import type { Run, RunConfig } from "../task/configuration.ts";
import { formatFlops, formatNats, formatPercent, formatSigned } from "../task/quantity.ts";
import type { TimedScore } from "../task/score.ts";
import type { Query } from "../task/strategy.ts";
import type { RuntimeForecast } from "../task/submission.ts";
import type { Result } from "../tournament/result.ts";
import { ANSWERS_HELP, type CommonOptions, isoflopCommand, type Terminal, wholeNumber } from "./command.ts";
import { configurationText, optimumText, queryTable } from "./query-table.ts";
import { serveProgram } from "./serve-program.ts";

interface TryOptions extends CommonOptions {
  readonly world: string;
  readonly answers?: string;
  readonly repetition: number;
}

/** `isoflop try`: one strategy on one world, query by query. */
export function tryCommand(terminal: Terminal): Command {
  return isoflopCommand("try", "play one strategy on one world and show every query")
    .argument("<strategy>", "a strategy by name, a module, or a program")
    .option("--world <name>", "a world by name or file", "handout/smooth")
    .option("--answers <file>", ANSWERS_HELP)
    .option("--repetition <n>", "which noise draw to use", wholeNumber, 0)
    .addHelpText(
      "after",
      '\nExamples:\n  isoflop try isoflops-minimum --world stanford-2025/central\n  isoflop try "exec:python3 my_plan.py"\n',
    )
    .action(async (strategy: string, options: TryOptions) => runTry(strategy, options, terminal));
}

/** Shows every query with its answer as it comes, then the submission and its score. */
async function runTry(name: string, options: TryOptions, terminal: Terminal): Promise<void> {
  const { loadStrategy } = await import("../experiment/load-strategy.ts");
  const { optimumOf } = await import("../surface/truth.ts");
  const { play } = await import("../tournament/play.ts");
  const { loadAnyWorld } = await import("./load-world.ts");
  const { overlayOf } = await import("./recorded-answers.ts");
  const [strategy, world] = await Promise.all([
    loadStrategy(name, { serve: serveProgram(), onError: terminal.err }),
    loadAnyWorld(options.world, overlayOf(options.answers)),
  ]);
  const queries: (Query & Run & { readonly spent: number })[] = [];
  const table = queryTable(terminal.columns, world.cluster !== undefined);
  if (!options.json) {
    const { name: worldName, description } = world.document;
    terminal.out(`${strategy.name} on ${worldName} (simulated)\n${description}\n\n${table.head}\n`);
  }
  const result = await play(strategy, world, options.repetition, options.seed, {
    onRun: (run, query, spent) => {
      queries.push({ ...query, ...run, spent });
      const { cap } = world.task;
      const isRecorded = run.status === "ok" && world.recordedLoss(run) !== undefined;
      const reason = isRecorded ? `${query.reason ?? ""} (recorded answer)`.trimStart() : query.reason;
      if (!options.json) terminal.out(`${table.line(queries.length, run, { reason, spent, cap })}\n`);
    },
  });
  const optimum = optimumOf(world);
  if (!options.json) terminal.out(table.foot);
  terminal.out(
    options.json ? `${JSON.stringify({ ...result, runs: queries, optimum })}\n` : resultText(result, world, optimum),
  );
  if (result.status !== "ok") process.exitCode = 1;
}

function resultText(
  result: Result,
  world: AnyWorld,
  optimum: { readonly config: RunConfig; readonly loss: number },
): string {
  const { cap, clock } = world.task;
  const amounts = clock
    ? `${Math.round(result.spent)} of ${cap} seconds`
    : `${formatFlops(result.spent)} of ${formatFlops(cap)} FLOPs`;
  const spending = `${amounts}, ${result.queries} queries`;
  if (result.status === "not-applicable") return `\nnot applicable: ${result.failure}\n`;
  if (result.status === "failed") return `\nfailed after ${spending}: ${result.failure}\n`;
  const { score, submission } = result;
  const { interval } = submission;
  const range = interval
    ? ` [${formatNats(interval.low)}, ${formatNats(interval.high)}] at ${100 * interval.level} %`
    : "";
  return `
spent       ${spending}, ${result.seconds.toFixed(2)} s
submitted   ${configurationText(submission.config)}
optimum     ${optimumText(world)}
law         ${submission.law ?? "none stated"}
predicted   ${formatNats(submission.predictedLoss)}${range}
true loss   ${formatNats(score.trueLoss)} (best possible ${formatNats(optimum.loss)})
regret      ${formatNats(score.regret)} nats = ${formatNats(score.regretFromSize)} from size + ${formatNats(score.regretFromHyperparameters)} from hyperparameters
ln N error  ${formatSigned(score.lnNError)}
loss error  ${formatSigned(score.lossError)} nats
${runtimeText(score.run, submission.runtime)}`;
}

function runtimeText(run: TimedScore | undefined, stated: RuntimeForecast | undefined): string {
  if (!run) return "";
  const hours = (seconds: number) => (seconds / 3600).toFixed(1);
  const forecast = stated
    ? `; predicted ${hours(stated.seconds)} [${hours(stated.interval.low)}, ${hours(stated.interval.high)}] at ${100 * stated.interval.level} %, in time with ${formatPercent(stated.finishes)}`
    : "";
  return `runtime     ${hours(run.seconds)} hours: ${run.finished ? "in time" : "timed out, scored by its loss at the limit"}${forecast}\n`;
}
