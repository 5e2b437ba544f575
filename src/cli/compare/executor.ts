import { UserError } from "../../task/errors.ts";
import type { Entrant } from "../../tournament/entrant.ts";
import type { Executor } from "../../tournament/executor.ts";
import type { Terminal } from "../command.ts";

/** Which workers `isoflop compare` was asked to use. */
export interface ExecutorOptions {
  readonly executor: "local" | "bullmq";
  readonly redis?: string;
}

/** Seconds a program may take for one run, all in all. */
const PROGRAM_SECONDS = 60;

/**
 * Who plays: worker threads here or workers over Redis, and child processes here for programs, after the others, so that
 * neither disturbs the other's clock.
 */
export async function executorFor(
  { executor, redis }: ExecutorOptions,
  entrants: readonly Entrant[],
  workers: number,
  terminal: Terminal,
): Promise<Executor> {
  const threads = executor === "bullmq" ? await remote(redis, entrants, terminal) : await local(workers);
  if (!entrants.some(({ kind }) => kind === "program")) return threads;
  const { programExecutor, programJobs } = await import("../../tournament/program/executor.ts");
  const { serveWorld } = await import("../../../mock-server/serve-world.ts");
  const programs = programExecutor(workers, PROGRAM_SECONDS, serveWorld);
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
  const stranger = entrants.find(({ kind }) => kind === "module");
  if (stranger)
    throw new UserError(
      `"${stranger.name}" is a module of this machine: --executor bullmq plays shipped strategies and programs only`,
    );
  const { bullmqExecutor } = await import("../../tournament/bullmq/executor.ts");
  return bullmqExecutor(redis, (message) => terminal.err(`isoflop: ${message}\n`));
}
