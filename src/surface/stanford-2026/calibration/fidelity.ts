import { median } from "../../../statistics/quantile.ts";
import type { JobWorld } from "../build-world.ts";
import { type JobRow, wholeRuntimeOf } from "./job-table.ts";

/** A job beside what a world expects of it. */
export interface ComparedJob {
  readonly row: JobRow;
  /** predicted/observed − 1 of the seconds it trained; absent when they are not known, or it failed. */
  readonly runtimeError?: number;
  /** ln(predicted/observed) of the last loss. */
  readonly lossError?: number;
  readonly lastLoss?: number;
  /** The same of every loss of the curve, with the observed one. */
  readonly curve: readonly { readonly observed: number; readonly error: number }[];
}

/** How far a world is from real jobs; losses as errors of ln loss, runtimes as relative errors. */
export interface JobFidelity {
  readonly compared: readonly ComparedJob[];
  readonly runtime: { readonly n: number; readonly median: number; readonly bias: number };
  /** Root mean square over last losses below 5.5, and its mean; over all of them; over points of curves below 8. */
  readonly finals: { readonly n: number; readonly rms: number; readonly bias: number };
  readonly allFinals: { readonly n: number; readonly rms: number };
  readonly points: { readonly n: number; readonly rms: number };
}

const TRAINED = 5.5;
const CURVE = 8;

/** Compares what a world expects of jobs, without noise, with what became of them. */
export function jobFidelity(expected: JobWorld["expected"], rows: readonly JobRow[]): JobFidelity {
  return summaryOf(rows.map((row) => compare(expected, row)));
}

export function compare(expected: JobWorld["expected"], row: JobRow): ComparedJob {
  const { config, losses, finalLoss } = row;
  const { lossAt, finalLoss: predictedFinal, runtimeSeconds } = expected(config);
  const curve = losses.map((observed, i) => ({ observed, error: Math.log(lossAt(i) / observed) }));
  const seconds = wholeRuntimeOf(row);
  const lastLoss = losses.at(-1) ?? finalLoss;
  const predicted = losses.length > 0 ? lossAt(losses.length - 1) : predictedFinal;
  return {
    row,
    curve,
    ...(seconds !== undefined && { runtimeError: runtimeSeconds / seconds - 1 }),
    ...(lastLoss !== undefined && { lastLoss, lossError: Math.log(predicted / lastLoss) }),
  };
}

export function summaryOf(compared: readonly ComparedJob[]): JobFidelity {
  const runtimes = compared.flatMap(({ runtimeError }) => runtimeError ?? []);
  const finals = compared.flatMap(({ lossError, lastLoss = 0 }) =>
    lossError === undefined ? [] : [{ lossError, lastLoss }],
  );
  const trained = finals.filter(({ lastLoss }) => lastLoss < TRAINED).map(({ lossError }) => lossError);
  const points = compared.flatMap(({ curve }) =>
    curve.filter(({ observed }) => observed < CURVE).map(({ error }) => error),
  );
  const all = finals.map(({ lossError }) => lossError);
  return {
    compared,
    runtime: {
      n: runtimes.length,
      median: runtimes.length > 0 ? median(runtimes.map(Math.abs)) : Number.NaN,
      bias: mean(runtimes),
    },
    finals: { n: trained.length, rms: rms(trained), bias: mean(trained) },
    allFinals: { n: all.length, rms: rms(all) },
    points: { n: points.length, rms: rms(points) },
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function rms(values: readonly number[]): number {
  return Math.sqrt(mean(values.map((value) => value * value)));
}
