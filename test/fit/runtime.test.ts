import { describe, expect, test } from "vitest";
import { fitRuntime } from "../../src/fit/runtime.ts";
import { type RuntimeConstants, runtimeOf, tokensWithin } from "../../src/law/runtime.ts";
import { type ClockBudget, RUNTIME_CONSTANTS } from "../../src/task/clock.ts";
import type { Run } from "../../src/task/configuration.ts";
import { type Rng, randomStream, standardNormal } from "../../src/task/random.ts";
import { STANFORD_2026_TASK } from "../../src/task/stanford-2026/task.ts";

const clock = STANFORD_2026_TASK.clock as ClockBudget;
const TARGET = { dModel: 1344, numLayers: 10, batchSize: 128 };

/** Constants as the task believes them, drawn. */
function drawConstants(rng: Rng): RuntimeConstants {
  const entries = RUNTIME_CONSTANTS.map((name) => {
    const { median, sd } = clock.runtime[name];
    return [name, median * Math.exp(sd * standardNormal(rng))];
  });
  return Object.fromEntries(entries) as RuntimeConstants;
}

function noiseOf(rng: Rng): number {
  const { sd, slow, slowdown } = clock.noise;
  const slowed = rng() < slow ? slowdown[0] + (slowdown[1] - slowdown[0]) * rng() : 1;
  return slowed * Math.exp(sd * standardNormal(rng));
}

/** Jobs of several shapes and lengths, as a strategy would run them. */
function runsUnder(c: RuntimeConstants, noise: () => number): Run[] {
  return [128, 256, 384, 512, 768, 1024].flatMap((dModel, i) =>
    [120, 900, 5000].map((trainFlops, j): Run => {
      const timed = { dModel, numLayers: 4 + 2 * i, batchSize: 32 << ((i + j) % 3) };
      const tokens = tokensWithin(c, timed, trainFlops, clock);
      const seconds = runtimeOf(c, timed, tokens, clock) * noise();
      const course = { seconds, trained: tokens, curve: Array.from({ length: clock.evaluations }, () => 4) };
      return { ...timed, numHeads: dModel / 64, learningRate: 0.01, trainFlops, tokens, status: "ok", loss: 4, course };
    }),
  );
}

describe("the runtime law fitted to runs", () => {
  test("without noise predicts a run six times as large as they are by its true constants", () => {
    for (let i = 0; i < 10; i++) {
      const c = drawConstants(randomStream(`exact ${i}`));
      const fit = fitRuntime(
        runsUnder(c, () => 1),
        clock,
      );
      const tokens = tokensWithin(c, TARGET, STANFORD_2026_TASK.target, clock);
      expect(Math.log(fit.forecast(TARGET, tokens).seconds / runtimeOf(c, TARGET, tokens, clock))).toBeCloseTo(0, 1);
    }
  });

  test("without runs is what the task says, and with them is more certain", () => {
    const before = fitRuntime([], clock);
    expect(before.runs).toBe(0);
    for (const name of RUNTIME_CONSTANTS) expect(before.constants[name]).toBeCloseTo(clock.runtime[name].median, 12);
    const after = fitRuntime(
      runsUnder(before.constants, () => 1),
      clock,
    );
    expect(after.forecast(TARGET, 4e10).sd).toBeLessThan(before.forecast(TARGET, 4e10).sd / 2);
  });

  test("counts a run that was stopped by the tokens it trained", () => {
    const c = drawConstants(randomStream("stopped"));
    const whole = runsUnder(c, () => 1);
    const stopped = whole.map((run): Run => {
      const { loss: _, ...rest } = run;
      const { trained } = run.course!;
      const half = runtimeOf(c, run, trained / 2, { ...clock, evaluations: clock.evaluations / 2 });
      return {
        ...rest,
        status: "timed-out",
        message: "",
        course: { seconds: half, trained: trained / 2, curve: Array(8).fill(5) },
      };
    });
    const [a, b] = [fitRuntime(whole, clock), fitRuntime(stopped, clock)].map(
      (fit) => fit.forecast(TARGET, 4e10).seconds,
    );
    expect(Math.log(a! / b!)).toBeCloseTo(0, 1);
  });

  test("counts a run that the watchdog stopped as half-way to its next evaluation", () => {
    const c = drawConstants(randomStream("watchdog"));
    const stopped = runsUnder(c, () => 1).map((run): Run => {
      const { loss: _, ...rest } = run;
      const [each, seen] = [run.tokens! / clock.evaluations, 2];
      const seconds = runtimeOf(c, run, (seen + 0.5) * each, { ...clock, evaluations: seen });
      const course = { seconds, trained: seen * each, curve: [5, 5] };
      return { ...rest, trainFlops: seconds / 1.06, status: "timed-out", message: "", course };
    });
    const off = (runs: readonly Run[]) =>
      Math.abs(Math.log(fitRuntime(runs, clock).forecast(TARGET, 4e10).seconds / runtimeOf(c, TARGET, 4e10, clock)));
    expect(off(stopped)).toBeLessThan(0.05);
    // In time, or not of the watchdog, what was trained is all that there was.
    expect(off(stopped.map((run) => ({ ...run, trainFlops: run.course!.seconds })))).toBeGreaterThan(0.1);
    expect(off(stopped.map((run): Run => ({ ...run, status: "failed", message: "" })))).toBeGreaterThan(0.1);
  });

  test("leaves out runs that trained nothing, and is hardly moved by one that took three times as long", () => {
    const runs = runsUnder(drawConstants(randomStream("odd")), () => 1);
    const [first] = runs as [Run];
    const { course, ...bare } = first;
    const nothing: Run[] = [
      bare,
      { ...first, course: { ...course!, curve: [] } },
      { ...first, course: { ...course!, trained: 0 } },
    ];
    const fit = fitRuntime(runs, clock);
    expect(fit.runs).toBe(runs.length);
    expect(fitRuntime([...nothing, ...runs], clock).constants).toEqual(fit.constants);
    const slow = runs.map((run, i) =>
      i === 7 ? { ...run, course: { ...run.course!, seconds: 3 * run.course!.seconds } } : run,
    );
    const seconds = [runs, slow].map((some) => fitRuntime(some, clock).forecast(TARGET, 4e10).seconds);
    expect(Math.abs(Math.log(seconds[1]! / seconds[0]!))).toBeLessThan(0.06);
  });

  test("is as wide as its noise and misfit where the constants are known, and wider beyond the sizes that ran", () => {
    const runtime = Object.fromEntries(RUNTIME_CONSTANTS.map((name) => [name, { ...clock.runtime[name], sd: 1e-6 }]));
    const noise = { sd: 0.04, slow: 0, slowdown: [4, 9] } as const;
    const known = { ...clock, runtime, noise } as unknown as ClockBudget;
    const runs = runsUnder(fitRuntime([], clock).constants, () => 1);
    const small = { dModel: 256, numLayers: 6, batchSize: 64 };
    const large = { dModel: 2048, numLayers: 28, batchSize: 64 };
    const fit = fitRuntime(runs, known);
    expect(fit.forecast(small, 1e9).sd).toBeCloseTo(Math.hypot(0.04, 0.02), 5);
    // Its parameters are eight times those of the largest that ran, of 14 layers 1024 wide.
    expect(fit.forecast(large, 1e9).sd).toBeCloseTo(Math.hypot(0.04, 0.02, 0.03 * Math.log(8)), 5);
    expect(fitRuntime([], known).forecast(large, 1e9).sd).toBeCloseTo(Math.hypot(0.04, 0.02), 5);
    const { seconds } = fit.forecast(small, 1e9);
    expect(fit.finishes(small, 1e9, seconds)).toBeCloseTo(0.5, 10);
    const slow = fitRuntime(runs, { ...known, noise: { ...noise, slow: 1 } });
    expect(slow.finishes(small, 1e9, 6 * seconds)).toBeCloseTo(0.5, 10);
    const half = fitRuntime(runs, { ...known, noise: { ...noise, slow: 0.5 } });
    expect(half.finishes(small, 1e9, 2.4 * seconds)).toBeCloseTo(0.5, 6);
  });

  test("chooses tokens that end in time with the probability asked for, more for a lower one", () => {
    const fit = fitRuntime(
      runsUnder(drawConstants(randomStream("tokens")), () => 1),
      clock,
    );
    let before = Number.POSITIVE_INFINITY;
    for (const probability of [0.5, 0.8, 0.9, 0.97]) {
      const tokens = fit.tokensFor(TARGET, 172_800, probability);
      expect(fit.finishes(TARGET, tokens, 172_800)).toBeGreaterThanOrEqual(probability);
      expect(fit.finishes(TARGET, tokens, 172_800)).toBeLessThan(probability + 0.03);
      expect(tokens % (512 * TARGET.batchSize * clock.evaluations)).toBe(0);
      expect(tokens).toBeLessThan(before);
      before = tokens;
    }
  });

  test("is calibrated: of drawn machines as many runs end in time as it says, and lie in its 80 % interval", () => {
    const MACHINES = 300;
    let [finished, covered] = [0, 0];
    for (let i = 0; i < MACHINES; i++) {
      const rng = randomStream(`machine ${i}`);
      const c = drawConstants(rng);
      const fit = fitRuntime(
        runsUnder(c, () => noiseOf(rng)),
        clock,
      );
      const tokens = fit.tokensFor(TARGET, 172_800, 0.9);
      const seconds = runtimeOf(c, TARGET, tokens, clock) * noiseOf(rng);
      const { seconds: median, sd } = fit.forecast(TARGET, tokens);
      if (seconds <= 172_800) finished++;
      if (Math.abs(Math.log(seconds / median)) <= 1.2816 * sd) covered++;
    }
    // 90 % and 80 %, three standard errors of 300 draws, and room for an interval that is a little wide.
    expect(finished / MACHINES).toBeGreaterThan(0.85);
    expect(covered / MACHINES).toBeGreaterThan(0.73);
    expect(covered / MACHINES).toBeLessThan(0.95);
  });
});
