import { UserError } from "../../task/errors.ts";
import type { Entrant } from "../../tournament/entrant.ts";
import type { Executor } from "../../tournament/executor.ts";
import type { Terminal } from "../command.ts";
import { serveProgram } from "../serve-program.ts";

/** Which workers `isoflop compare` was asked to use. */
export interface ExecutorOptions {
  readonly executor: "local" | "bullmq";
  readonly redis?: string;
}

/**
 * Worker threads here or workers over Redis; programs run as child processes here, after the others, so that neither
 * disturbs the other's timing.
 */
export async function executorFor(
  { executor, redis }: ExecutorOptions,
  entrants: readonly Entrant[],
  workers: number,
  terminal: Terminal,
): Promise<Executor> {
  const threads = executor === "bullmq" ? await remote(redis, entrants, terminal) : await local(workers);
  if (!entrants.some(({ kind }) => kind === "program")) return threads;
  const { programExecutor, programJobs } = await import("../../tournament/program-executor.ts");
  const programs = programExecutor(workers, { serve: serveProgram() });
  return {
    async play(blocks, onLine, signal) {
      await threads.play(programJobs(blocks, false), onLine, signal);
      await programs.play(programJobs(blocks, true), onLine, signal);
    },
  };
}

async function local(workers: number): Promise<Executor> {
  const { localExecutor } = await import("../../tournament/local-executor.ts");
  return localExecutor(workers);
}

async function remote(redis: string | undefined, entrants: readonly Entrant[], terminal: Terminal): Promise<Executor> {
  if (redis === undefined) throw new UserError("--executor bullmq needs --redis URL, such as redis://127.0.0.1:6379");
  const module = entrants.find(({ kind }) => kind === "module");
  if (module)
    throw new UserError(
      `"${module.name}" is a module on this machine: --executor bullmq runs only the package's strategies and programs`,
    );
  const { bullmqExecutor } = await import("../../tournament/bullmq/executor.ts");
  return bullmqExecutor(redis, (message) => terminal.err(`isoflop: ${message}\n`));
}
