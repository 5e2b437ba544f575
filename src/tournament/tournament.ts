import type { Executor } from "./executor.ts";
import { blocksOf, jobsOf, type Place, type TournamentPlan } from "./plan.ts";
import { parseResultLine, type StoredResult } from "./result.ts";
import { dropResults, type ResultsFileReport, ResultsWriter, readResults } from "./results-file.ts";

export interface TournamentOptions {
  readonly plan: TournamentPlan;
  /** The results file: what it holds of this plan is not played again, what is new is appended. */
  readonly file: string;
  readonly executor: Executor;
  readonly workers: number;
  /** Whether stored runs that failed or timed out are dropped and played again. @defaultValue false */
  readonly retryFailed?: boolean;
  readonly signal: AbortSignal;
  /** Names of worlds whose repetition 0 is played before anything else. */
  readonly first?: readonly string[];
  /** Called with every result of the plan, stored ones first. */
  readonly onResult: (result: StoredResult, place: Place) => void;
  /** Called once what is stored has been read, before anything is played. */
  readonly onStart?: (start: TournamentStart) => void;
}

export interface TournamentStart extends ResultsFileReport {
  readonly jobs: number;
  /** Of those, how many need not be played. */
  readonly stored: number;
  /** How many stored runs failed or timed out: of those `stored`, or where they are played again, beside them. */
  readonly failed: number;
}

/**
 * Plays the jobs of a plan that a results file lacks. Interrupted by its signal it rejects, with everything finished
 * stored.
 */
export async function playTournament(options: TournamentOptions): Promise<void> {
  const { plan, file, executor, workers, retryFailed = false, signal, first = [], onResult, onStart } = options;
  const missing = jobsOf(plan);
  const jobs = missing.size;
  const take = (result: StoredResult): boolean => {
    const place = missing.get(result.key);
    if (!place) return false;
    missing.delete(result.key);
    onResult(result, place);
    return true;
  };
  const failed = new Set<string>();
  const report = await readResults(file, (result) => {
    const hasFailed = result.status === "failed" && missing.has(result.key);
    if (hasFailed) failed.add(result.key);
    if (!hasFailed || !retryFailed) take(result);
  });
  if (retryFailed && failed.size > 0)
    await dropResults(file, ({ key, status }) => status === "failed" && failed.has(key));
  onStart?.({ ...report, jobs, stored: jobs - missing.size, failed: failed.size });
  if (missing.size === 0) return;

  const writer = new ResultsWriter(file);
  try {
    // At least once is enough: a result that comes again is known by its key and dropped.
    const onLine = (line: string) => {
      const result = parseResultLine(line);
      if (!result) throw new Error(`a worker sent something that is not a result: ${line.slice(0, 200)}`);
      if (missing.has(result.key)) {
        writer.append(line);
        take(result);
      }
    };
    const early = new Map(
      [...missing].filter(([, { world, repetition }]) => repetition === 0 && first.includes(plan.worlds[world]!.name)),
    );
    const late = new Map([...missing].filter(([key]) => !early.has(key)));
    const blocks = [early, late].flatMap((jobs) => blocksOf(plan, jobs, workers));
    await executor.play(blocks, onLine, signal);
  } finally {
    writer.close();
  }
}
