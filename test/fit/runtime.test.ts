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
