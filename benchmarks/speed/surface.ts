import { buildWorld } from "../../src/surface/build-world.ts";
import { AverageNodes } from "../../src/surface/laws/averaged/moving-average.ts";
import { presetDocument } from "../../src/surface/presets.ts";
import { optimumOf } from "../../src/surface/truth.ts";
import type { RunConfig } from "../../src/task/configuration.ts";

/** Speed of one world on one core. */
interface SurfaceSpeed {
  readonly world: string;
  readonly law: string;
  /** Answers per second, noise and quantization included; the median of the rounds. */
  readonly answersPerSecond: number;
  /** The same of all configurations in one call. */
  readonly batchPerSecond: number;
  /** Milliseconds to find the truth of a freshly built world; the median of the rounds. */
  readonly optimumMs: number;
  /** The largest error of the quadrature, in nats; absent for closed forms. */
  readonly quadratureError?: number;
}

const ROUNDS = 5;
/** Enough of them that the clock of a core, which ticks coarsely, can tell. */
const FRESH_WORLDS = 40;
const WORLDS = [
  "handout/smooth",
  "misspecified/kaplan",
  "misspecified/farseer",
  "misspecified/three-term",
  "misspecified/bounded",
  "misspecified/broken-size",
  "effects/tree",
  "stanford-2025/central",
  "stanford-2025/printed",
];

/** Measures the worlds the aims are stated for. */
function surfaceBench(worlds: readonly string[] = WORLDS): SurfaceSpeed[] {
  return worlds.map((name) => {
    const document = presetDocument(name);
    const { law } = document.surface.base;
    const configs = configurations(4096);
    const world = buildWorld(document);
    let total = 0;
    const answerAll = (repetition: number) => {
      for (const config of configs) total += world.answer(config, repetition);
    };
    const batch = (repetition: number) => {
      for (const loss of world.answers(configs, repetition)) total += loss;
    };
    const perSecond = (work: (repetition: number) => void) => {
      for (let round = 0; round < 20; round++) work(round);
      const passes = 50;
      return median(
        times(ROUNDS, () => {
          const seconds = secondsOf(() => {
            for (let pass = 0; pass < passes; pass++) work(pass);
          });
          return (passes * configs.length) / seconds;
        }),
      );
    };
    const [answersPerSecond, batchPerSecond] = [perSecond(answerAll), perSecond(batch)];
    if (!Number.isFinite(total)) throw new Error(`${name} answered with a loss that is not finite`);
    const fresh = Array.from({ length: FRESH_WORLDS * ROUNDS }, () => buildWorld(document));
    const optimumMs = median(
      times(ROUNDS, () => {
        const worlds = fresh.splice(0, FRESH_WORLDS);
        const seconds = secondsOf(() => {
          for (const each of worlds) optimumOf(each);
        });
        return (1e3 * seconds) / FRESH_WORLDS;
      }),
    );
    const averaged = law === "mechanistic" || law === "gated";
    return {
      world: name,
      law,
      answersPerSecond,
      batchPerSecond,
      optimumMs,
      ...(averaged && { quadratureError: quadratureError() }),
    };
  });
}

/** The largest distance of the quadrature from the sum it stands for, over decays like those the surfaces have. */
function quadratureError(): number {
  let worst = 0;
  for (const exponent of [0.2, 0.4, 0.6])
    for (let logSteps = 0; logSteps <= 17; logSteps += 0.25) {
      const steps = Math.max(1, Math.round(Math.exp(logSteps)));
      const lossAt = (step: number) => 10.5 / (1 + 0.4 * Math.exp(exponent * Math.log(step)));
      const exact = exactAverage(lossAt, 10.54, steps);
      worst = Math.max(worst, Math.abs(movingAverage(lossAt, 10.54, steps) - exact));
    }
  return worst;
}

/** The average as the recursion that defines it; of a long run only the steps that still weigh anything. */
function exactAverage(lossAt: (step: number) => number, untrainedLoss: number, steps: number): number {
  const first = Math.max(2, steps - 6000);
  let average = first === 2 ? untrainedLoss : lossAt(first);
  for (let step = first; step <= steps; step++) average = 0.99 * average + 0.01 * lossAt(step);
  return average;
}

/** Configurations of all sizes and budgets. */
export function configurations(count: number): RunConfig[] {
  const pick = <T>(values: readonly T[], index: number) => values[index % values.length] as T;
  return Array.from({ length: count }, (_, i) => ({
    dModel: 64 + ((i * 389) % 961),
    numLayers: 2 + ((i * 7) % 23),
    numHeads: pick([2, 4, 8, 16], i),
    batchSize: pick([128, 256], i >> 2),
    learningRate: 1e-4 + (9e-4 * ((i * 31) % 1000)) / 999,
    trainFlops: pick([1e13, 1e14, 1e15, 1e16, 1e17, 1e18], i >> 3),
  }));
}

/** Seconds of this thread's core: what else the machine is doing has no say. */
function secondsOf(work: () => void): number {
  const start = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / 1e6;
}

function times(count: number, measure: () => number): number[] {
  return Array.from({ length: count }, measure);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

/** Prints the measurements beside what is aimed at. */
export function reportSurface(): void {
  console.log(
    "answers per second of one core, noise and quantization included; core time to the truth of a fresh world",
  );
  for (const { world, law, answersPerSecond, batchPerSecond, optimumMs, quadratureError: error } of surfaceBench()) {
    const [alone, batch] = [answersPerSecond, batchPerSecond].map((rate) =>
      Math.round(rate).toLocaleString("en-US").padStart(10),
    );
    const aim = error === undefined ? "1,000,000" : "300,000";
    console.log(
      `  ${`${world} (${law})`.padEnd(36)} ${alone}/s (aim ${aim}), ${batch}/s in one call   optimum ${optimumMs.toFixed(1)} ms (aim 50)` +
        (error === undefined ? "" : `   quadrature error ${error.toExponential(1)} nats (aim 1e-4)`),
    );
  }
}

if (import.meta.main) reportSurface();

/** The loss a run reports after `steps` steps, by the quadrature that stands for the average along it. */
export function movingAverage(lossAt: (step: number) => number, untrainedLoss: number, steps: number): number {
  const average = new AverageNodes();
  average.fill(steps);
  let reported = average.untrainedShare * untrainedLoss;
  for (let i = 0; i < average.count; i++)
    reported += (average.weights[i] as number) * lossAt(average.steps[i] as number);
  return reported;
}
