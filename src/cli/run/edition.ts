import type { AnyStrategy } from "../../experiment/session.ts";
import type { Plan } from "../../flight/plan.ts";
import type { Task } from "../../task/task.ts";
import type { Source } from "../../training-api/training-api.ts";
import type { CommonOptions, Terminal } from "../command.ts";
import type { FileKey } from "../key-file.ts";

/** The options of `isoflop run`, parsed. */
export interface RunOptions extends CommonOptions {
  readonly url: string;
  readonly keyFile: string;
  readonly journal: string;
  readonly live?: true;
  readonly yesSpend?: number;
  readonly submitFinal?: true;
  readonly yesFinal?: string;
  /** Milliseconds. */
  readonly timeout: number;
}

/** A plan ready to run, and where to. */
export interface Flight {
  readonly plan: Plan;
  readonly strategy: AnyStrategy;
  readonly url: string;
  readonly source: Source;
  readonly apiKey: string;
  /** The fingerprint of the key. */
  readonly key: string;
  /** What may be spent, in the unit of the task's budget. */
  readonly allowance: number;
  readonly signal: AbortSignal;
  readonly options: RunOptions;
  readonly terminal: Terminal;
  /** Called once the journal is open, so that a failure says how to resume. */
  readonly onJournal: () => void;
}

/** What `isoflop run --json` prints. */
export interface FlightSummary {
  readonly submission: object;
  readonly runs: number;
  readonly spent: number;
  readonly resumed: number;
}

/** An edition of the course as `isoflop run` knows it. */
export interface RunEdition {
  readonly task: Task;
  /** The API key in a file. */
  readKey(file: string): FileKey;
  /** @throws UserError for options that mean nothing to it. */
  check(options: RunOptions): void;
  execute(flight: Flight): Promise<FlightSummary>;
}
