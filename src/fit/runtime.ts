import { type RuntimeConstants, runtimeOf, type Timed, tokensWithin } from "../law/runtime.ts";
import { normalCdf } from "../statistics/distributions.ts";
import { nonEmbeddingParameters } from "../task/accounting.ts";
import { type ClockBudget, RUNTIME_CONSTANTS, type RuntimeConstant } from "../task/clock.ts";
import type { Run } from "../task/configuration.ts";
import { invertPositive, solveCholesky } from "./kernels/matrix.ts";

/** What is known of runtimes after some answers. */
export interface RuntimeFit {
  /** The likeliest constants. */
  readonly constants: RuntimeConstants;
  /** Runs that it was fitted to. */
  readonly runs: number;
  /** Median seconds of a run, and the standard deviation of their logarithm: noise, constants, and how far it is extrapolated. */
  forecast(timed: Timed, tokens: number): { readonly seconds: number; readonly sd: number };
  /** The probability that a run ends within some seconds, slow nodes counted. */
  finishes(timed: Timed, tokens: number, seconds: number): number;
  /** The most tokens with which it does so with at least this probability; one evaluation's steps at least. */
  tokensFor(timed: Timed, seconds: number, probability: number): number;
}

/** What the form of the law may be off by, in ln seconds; it is off by more per factor of e beyond the sizes that ran. */
const MISFIT = { within: 0.02, perLog: 0.03 };
/** Residuals beyond so many standard deviations count less, as of a slow node (Huber 1964). */
const ROBUST = 2.5;
const ROUNDS = 12;
const DIFFERENCE = 1e-4;

/**
 * The runtime law fitted to how long runs took, by Gauss and Newton's method on ln seconds in the logarithms of its
 * constants, with the task's beliefs as prior. Runs that timed out count with the tokens they trained.
 *
 * @param runs answers; those without a course are left out.
 */
export function fitRuntime(runs: readonly Run[], clock: ClockBudget): RuntimeFit {
  const observed = runs.flatMap((run) => observationOf(run, clock));
  const means = RUNTIME_CONSTANTS.map((name) => Math.log(clock.runtime[name].median));
  const precisions = RUNTIME_CONSTANTS.map((name) => 1 / square(Math.max(1e-6, clock.runtime[name].sd)));
  const size = means.length;
  let theta = means;
  const expand = () => {
    const curvature = new Float64Array(size * size);
    const step = new Float64Array(size);
    for (let i = 0; i < size; i++) {
      curvature[i * size + i] = precisions[i]!;
      step[i] = precisions[i]! * (means[i]! - theta[i]!);
    }
    const c = constantsOf(theta);
    for (const { logSeconds, sd, predict } of observed) {
      const here = predict(c);
      const residual = logSeconds - here;
      const gradient = gradientOf(predict, c, here);
      const base = square(sd) + square(clock.noise.sd) + square(MISFIT.within);
      const weight = 1 / base / Math.max(1, Math.abs(residual) / (ROBUST * Math.sqrt(base)));
      for (let i = 0; i < size; i++) {
        step[i]! += weight * residual * gradient[i]!;
        for (let j = 0; j < size; j++) curvature[i * size + j]! += weight * gradient[i]! * gradient[j]!;
      }
    }
    return { curvature, step };
  };
  for (let round = 0; round < ROUNDS && observed.length > 0; round++) {
    const { curvature, step } = expand();
    if (!solveCholesky(curvature, step, size)) break;
    // No constant moves by more than a factor of e at a time.
    const longest = step.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    theta = theta.map((value, i) => value + step[i]! / Math.max(1, longest));
    if (longest < 1e-4) break;
  }
  const covariance = invertPositive(expand().curvature, size) ?? new Float64Array(size * size);
  const constants = constantsOf(theta);
  const largest = Math.max(...observed.map(({ parameters }) => parameters), 0);

  const forecast = (timed: Timed, tokens: number) => {
    const predict = (c: RuntimeConstants) => Math.log(runtimeOf(c, timed, tokens, clock));
    const here = predict(constants);
    const gradient = gradientOf(predict, constants, here);
    let variance = square(clock.noise.sd) + square(MISFIT.within);
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++) variance += gradient[i]! * covariance[i * size + j]! * gradient[j]!;
    const beyond = largest > 0 ? Math.max(0, Math.log(nonEmbeddingParameters(timed) / largest)) : 0;
    return { seconds: Math.exp(here), sd: Math.sqrt(variance + square(MISFIT.perLog * beyond)) };
  };
  const finishes = (timed: Timed, tokens: number, seconds: number) => {
    const { seconds: median, sd } = forecast(timed, tokens);
    const { slow, slowdown } = clock.noise;
    const within = (factor: number) => normalCdf(Math.log(seconds / (factor * median)) / sd);
    return (1 - slow) * within(1) + slow * within(Math.sqrt(slowdown[0] * slowdown[1]));
  };
  return {
    constants,
    runs: observed.length,
    forecast,
    finishes,
    tokensFor(timed, seconds, probability) {
      // The spread hardly depends on the tokens: seconds are scaled until the probability is right.
      let [low, high] = [0.2, 1.2];
      for (let round = 0; round < 12; round++) {
        const share = (low + high) / 2;
        const tokens = tokensWithin(constants, timed, share * seconds, clock);
        if (finishes(timed, tokens, seconds) >= probability) low = share;
        else high = share;
      }
      return tokensWithin(constants, timed, low * seconds, clock);
    },
  };
}

interface Observation {
  readonly logSeconds: number;
  /** Standard deviation of what is not known of the tokens, in ln seconds. */
  readonly sd: number;
  readonly parameters: number;
  readonly predict: (c: RuntimeConstants) => number;
}

/** What a run says of the runtime: nothing before it has trained some tokens. */
function observationOf(run: Run, clock: ClockBudget): Observation[] {
  const { course, tokens = 0 } = run;
  if (!course || course.curve.length === 0 || course.trained <= 0) return [];
  const done = course.curve.length;
  // One that the watchdog stopped was on its way to the next evaluation.
  const stopped = run.status === "timed-out" && done < clock.evaluations && course.seconds > 1.05 * run.trainFlops;
  const trained = course.trained + (stopped ? tokens / clock.evaluations / 2 : 0);
  return [
    {
      logSeconds: Math.log(course.seconds),
      sd: stopped ? 1 / Math.sqrt(12) / done : 0,
      parameters: nonEmbeddingParameters(run),
      predict: (c) => Math.log(runtimeOf(c, run, trained, { ...clock, evaluations: done })),
    },
  ];
}

function constantsOf(theta: readonly number[]): RuntimeConstants {
  return Object.fromEntries(RUNTIME_CONSTANTS.map((name, i) => [name, Math.exp(theta[i]!)])) as RuntimeConstants;
}

function gradientOf(predict: (c: RuntimeConstants) => number, c: RuntimeConstants, here: number): number[] {
  const factor = Math.exp(DIFFERENCE);
  const moved: Record<RuntimeConstant, number> = { ...c };
  return RUNTIME_CONSTANTS.map((name) => {
    moved[name] = c[name] * factor;
    const slope = (predict(moved) - here) / DIFFERENCE;
    moved[name] = c[name];
    return slope;
  });
}

function square(x: number): number {
  return x * x;
}
