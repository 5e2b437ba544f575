import { crc32 } from "node:zlib";
import type { Score } from "../task/score.ts";
import type { Submission } from "../task/submission.ts";

/** One strategy, once, on one world with one frozen draw of its noise. */
interface Job {
  readonly strategy: string;
  readonly world: string;
  readonly repetition: number;
}

/** How a strategy behaved towards the API. */
interface Protocol {
  /** FLOPs charged. */
  readonly spent: number;
  readonly queries: number;
  readonly repeats: number;
  readonly refused: number;
  readonly invalid: number;
  /** Thinking time in seconds, recommending early not counted. Never part of what must be reproducible. */
  readonly seconds: number;
}

/** A score with what the tournament adds to it. */
export interface TournamentScore extends Score {
  /** The share of the target's compute with which the best model reaches the submitted one's loss; 1 for the best. */
  readonly computeEquivalent?: number;
  /** Interval score (Gneiting and Raftery 2007), in nats; absent without an interval. */
  readonly intervalScore?: number;
}

/** What a result needs to draw a run: d, L, heads, batch, learning rate, FLOPs, and the loss or why there is none. */
export type BoughtRun = readonly [...numbers: [number, number, number, number, number, number], loss: number | string];

/** The outcome of a job. A failed one is scored later, as the worst of the field in its world. */
export type Result = Job &
  Protocol & {
    /**
     * Regret of `recommend` after each share of ANYTIME_SHARES of the budget, in nats; null where it failed. Asked in
     * repetition 0, and not of programs, which submit once.
     */
    readonly anytime?: readonly (number | null)[];
    /** The questions with their answers, kept for repetition 0. */
    readonly runs?: readonly BoughtRun[];
    /**
     * Which questions, counted from 0, a recorded answer of a real API answered and not the surface; absent for none.
     */
    readonly recorded?: readonly number[];
  } & (
    | { readonly status: "ok"; readonly score: TournamentScore; readonly submission: Submission }
    | {
        readonly status: "failed";
        readonly failure: string;
        /** True when the time limit ended the run: such a result may differ on another machine. */
        readonly timedOut?: true;
      }
    /** The strategy does not apply to this world and has no rank on it; `failure` says why. */
    | { readonly status: "not-applicable"; readonly failure: string }
  );

/** Shares of the cap after which a strategy is asked what it would submit (docs/statistics.md). */
export const ANYTIME_SHARES: readonly number[] = [0.01, 0.05, 0.1, 0.25, 0.5, 1];

/** A result with the key it is filed under (plan.ts says what the key stands for). */
export type StoredResult = Result & { readonly key: string };

/** A result as one line of JSON that ends in its own checksum. */
export function resultLine(key: string, result: Result): string {
  const text = JSON.stringify({ key, ...result });
  return `${text.slice(0, -1)},"check":"${checksum(text)}"}`;
}

/** The result on a line; undefined when the line is torn or corrupt. */
export function parseResultLine(line: string): StoredResult | undefined {
  const match = /^(.*),"check":"([0-9a-f]{8})"\}$/.exec(line);
  if (!match || checksum(`${match[1]}}`) !== match[2]) return undefined;
  return JSON.parse(`${match[1]}}`) as StoredResult;
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, "0");
}
