import { describe, expect, test } from "vitest";
import { lattice } from "../../../src/surface/stanford-2026/layers/lattice.ts";
import { type LossLayer, loss } from "../../../src/surface/stanford-2026/layers/loss.ts";
import { memory } from "../../../src/surface/stanford-2026/layers/memory.ts";
import { runtime } from "../../../src/surface/stanford-2026/layers/runtime.ts";
import { jobPoint } from "../../../src/surface/stanford-2026/point.ts";
import { jobPresetDocument, jobPresetNames } from "../../../src/surface/stanford-2026/presets.ts";
import { parseJobWorld } from "../../../src/surface/stanford-2026/world-document.ts";
import { config, type Varied } from "./configs.ts";

/** The first constants fitted to public jobs, in the form the layer had then: no depth, plain saturation. */
const FIRST: LossLayer = {
  floor: 2.64423,
  size: Math.exp(-0.10354),
  sizePower: 0.40316,
  depthPower: 0,
  progress: Math.exp(1.52693),
  progressPower: 0.17343,
  data: Math.exp(-1.74612),
  dataPower: 0.60685,
  tail: 0.71825,
  tailPower: 0.47399,
  annealing: 0,
  stallRate: Math.exp(-11.00393),
  stallPower: 6,
  learnSize: 0.31952,
  learnBatch: 0.10258,
  criticalBatch: 0,
  criticalPower: 0,
  highRate: Math.exp(-5.50467),
  highSize: -0.41152,
  highBatch: -0.09885,
  highSteps: 0.19351,
  startUp: Math.exp(0.65512),
  startUpPower: 2.71117,
  untrained: 10.5,
  saturation: 1,
};

describe("the loss layer", () => {
  test.each<[Varied, number[]]>([
    [{ tokens: 16_777_216 }, [6.680473, 5.510753, 5.105508, 4.916837, 4.825827]],
    [{ width: 256, depth: 8, tokens: 702_545_920 }, [4.640872, 4.179453, 4.029119, 3.94628, 3.904125]],
    [{ width: 640, depth: 18, tokens: 1_151_336_448 }, [4.143153, 3.7572, 3.602378, 3.491301, 3.42712]],
    [{ rate: 3e-4, batch: 128, tokens: 16_777_216 }, [8.527959, 7.442594, 7.030449, 6.899572, 6.869064]],
  ])("with its first constants gives the published curve of %j to 1e-6", (varied, expected) => {
    const curve = loss.build(FIRST)(jobPoint(config(varied)));
    const at = [1, 4, 8, 12, 16].map((evaluation) => curve(evaluation / 16));
    for (const [i, value] of expected.entries()) expect(Math.abs((at[i] as number) - value)).toBeLessThan(1e-6);
  });

  test("never exceeds the untrained loss, and is it before anything is learned", () => {
    expect(loss.build(FIRST)(jobPoint(config()))(0)).toBe(10.5);
    for (const rate of [1e-9, 1e-3, 1, 1e6]) {
      const end = loss.build(FIRST)(jobPoint(config({ rate })))(1);
      expect(end).toBeLessThanOrEqual(10.5);
      expect(end).toBeGreaterThan(FIRST.floor / 2);
    }
  });
});

test.each<[Varied, number]>([
  [{ tokens: 16_777_216 }, 21.4226],
  [{ width: 640, depth: 18, intermediate: 1792, tokens: 1_151_336_448 }, 3096.18],
])("the runtime layer with its first constants gives the published seconds of %j", (varied, seconds) => {
  const constants = {
    token: 0.30598e-6,
    layer: 0.12699e-7,
    width: 1.24384e-10,
    intermediate: 0,
    logits: 0,
    flops: 0.6808e-14,
    step: 0.08864e-3,
    evaluation: 0.2,
  };
  expect(runtime.build(constants)(jobPoint(config(varied))) / seconds).toBeCloseTo(1, 5);
});

test("the memory layer gives the allocation of a real error text to 0.2 %, which does not fit", () => {
  const constants = { logit: 4, width: 62.7, intermediate: 12, limitGiB: 160 };
  const large = memory.build(constants)(jobPoint(config({ batch: 1024 })));
  expect(large.bytes / 2 ** 30 / 274.4).toBeCloseTo(1, 2);
  expect(large.fits).toBe(false);
  expect(memory.build(constants)(jobPoint(config())).fits).toBe(true);
});

test("reported losses lie on the lattice of averaged bfloat16 numbers, near the expected ones", () => {
  const report = lattice.build({ spread: 0.1, untrained: 10.5 });
  for (let i = 0; i < 200; i++) {
    const expected = 2.4 + (i * 5.5) / 200;
    const reported = report(expected, jobPoint(config()), 7, i);
    expect(Number.isInteger(reported * 1024)).toBe(true);
    expect(Math.abs(reported - expected)).toBeLessThan(0.02);
  }
  expect(report(10.5, jobPoint(config()), 7, 0)).toBe(10.5);
});

test("every world of the package is valid, and the first bad field of another is named", () => {
  for (const name of jobPresetNames()) expect(parseJobWorld(jobPresetDocument(name), name).name).toBe(name);
  const document = structuredClone(jobPresetDocument("stanford-2026/central")) as unknown as {
    layers: { loss: { floor: unknown } };
  };
  document.layers.loss.floor = -1;
  expect(() => parseJobWorld(document, "mine.json")).toThrow("mine.json: layers.loss.floor: must be at least 0");
});
