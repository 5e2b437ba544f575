import { contentHash } from "../../experiment/content-hash.ts";
import type { Reservation } from "../../ledger/ledger.ts";
import { MemoryLedger } from "../../ledger/memory.ts";
import { buildWorld } from "../../surface/build-world.ts";
import type { World } from "../../surface/world.ts";
import type { WorldDocument } from "../../surface/world-document.ts";
import { UserError } from "../../task/errors.ts";
import type { Block } from "../block.ts";
import { commandWords, type Entrant } from "../entrant.ts";
import type { Executor } from "../executor.ts";
import { boughtRun, recordedAmong, tournamentScore } from "../play.ts";
import { type Result, resultLine } from "../result.ts";
import { type ChildOutcome, OUTPUT_LIMIT, runChild } from "./child.ts";
import { submissionFrom, taskJson } from "./protocol.ts";

/** Plays the programs of blocks as child processes, `atOnce` at a time. */
export function programExecutor(atOnce: number, timeoutSeconds: number, serve: ServeWorld): Executor {
  return {
    async play(blocks, onLine, signal) {
      const jobs = blocks.flatMap((block) => block.jobs.map((job) => ({ block, job }))).values();
      const failure = new AbortController();
      const ending = AbortSignal.any([signal, failure.signal]);
      const lane = async () => {
        for (const { block, job } of jobs) {
          ending.throwIfAborted();
          const entrant = block.entrants[job.entrant];
          if (entrant?.kind !== "program") throw new TypeError(`"${entrant?.name}" is not a program`);
          const options = { serve, seed: block.seed, timeoutSeconds, signal: ending };
          onLine(resultLine(job.key, await playProgram(entrant, block.world, job.repetition, options)));
        }
      };
      const lanes = Array.from({ length: atOnce }, lane);
      try {
        await Promise.all(lanes);
      } catch (error) {
        // Nothing is played on that nobody would store.
        failure.abort(error);
        await Promise.allSettled(lanes);
        throw error;
      }
    },
  };
}

/** The jobs of blocks whose entrant is a program, or those whose is not. */
export function programJobs(blocks: readonly Block[], programs: boolean): Block[] {
  return blocks.flatMap((block) => {
    const jobs = block.jobs.filter(({ entrant }) => (block.entrants[entrant]?.kind === "program") === programs);
    return jobs.length > 0 ? [{ ...block, jobs }] : [];
  });
}

/** A mock server of one world on loopback, as the tournament is handed it by the command line. */
type ServeWorld = (question: {
  readonly world: World;
  readonly ledger: MemoryLedger;
  readonly repetition: number;
  /** Is told of every request to `/loss`. */
  readonly onQuery: () => void;
}) => Promise<{ readonly url: string; stop(): Promise<void> }>;

interface ProgramOptions {
  readonly serve: ServeWorld;
  readonly seed: number;
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
}

/** The key every program is given: its server knows no other. */
const API_KEY = "isoflop-tournament";

/**
 * Plays one job of a program: a fresh mock server on loopback, the program with its address, key, seed and task in the
 * environment, and the submission it prints last. It sees the bare API and nothing else; its noise is that of every
 * other strategy in this world and repetition.
 */
export async function playProgram(
  entrant: Entrant & { readonly kind: "program" },
  document: WorldDocument,
  repetition: number,
  { serve, seed, timeoutSeconds, signal }: ProgramOptions,
): Promise<Result> {
  const world = buildWorld(document);
  const ledger = new CountingLedger();
  let queries = 0;
  const server = await serve({ world, ledger, repetition, onQuery: () => queries++ });
  const started = performance.now();
  try {
    const env = {
      ...process.env,
      ISOFLOP_URL: server.url,
      ISOFLOP_API_KEY: API_KEY,
      ISOFLOP_SEED: String(Number.parseInt(contentHash(`${seed}/${entrant.name}/${repetition}`).slice(0, 8), 16)),
      ISOFLOP_TASK: taskJson(world.task),
    };
    const child = await runChild(commandWords(entrant.command), env, timeoutSeconds, signal);
    signal.throwIfAborted();
    const [account] = ledger.keys();
    const bought = account === undefined ? [] : ledger.entries(account);
    const outcome = {
      strategy: entrant.name,
      world: document.name,
      repetition,
      spent: account === undefined ? 0 : Number(ledger.used(account)),
      queries,
      repeats: ledger.outcomes.settled,
      refused: ledger.outcomes.refused,
      // What never came to the ledger was no question it could answer.
      invalid: queries - ledger.asked,
      seconds: Math.round(performance.now() - started) / 1000,
      ...(repetition === 0
        ? { runs: bought.map(({ config, loss }) => boughtRun({ ...config, loss, status: "ok" })) }
        : {}),
      ...recordedAmong(
        world,
        bought.map(({ config, loss }) => ({ ...config, loss, status: "ok" })),
      ),
    };
    if (child.ended === "time")
      return { ...outcome, status: "failed", failure: `timed out after ${timeoutSeconds} s`, timedOut: true };
    try {
      refuseFailure(child);
      const submission = submissionFrom(child.output);
      return { ...outcome, status: "ok", submission, score: tournamentScore(world, submission) };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return { ...outcome, status: "failed", failure: error.message };
    }
  } finally {
    await server.stop();
  }
}

function refuseFailure({ ended, exitCode, signal, complaint }: ChildOutcome): void {
  if (ended === "output") throw new UserError(`printed more than ${OUTPUT_LIMIT} characters`);
  if (signal !== undefined) throw new UserError(`was ended by ${signal}${complaint && `: ${complaint}`}`);
  if (exitCode !== 0) throw new UserError(`ended with exit code ${exitCode}${complaint && `: ${complaint}`}`);
}

/** A ledger that counts what came of every question. */
class CountingLedger extends MemoryLedger {
  readonly outcomes = { reserved: 0, settled: 0, refused: 0 };

  get asked(): number {
    const { reserved, settled, refused } = this.outcomes;
    return reserved + settled + refused;
  }

  override reserve(...asked: Parameters<MemoryLedger["reserve"]>): Reservation {
    const reservation = super.reserve(...asked);
    this.outcomes[reservation.outcome]++;
    return reservation;
  }
}
