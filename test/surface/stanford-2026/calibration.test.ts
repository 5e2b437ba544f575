import { describe, expect, test } from "vitest";
import { buildJobWorld } from "../../../src/surface/stanford-2026/build-world.ts";
import { calibrateJobs } from "../../../src/surface/stanford-2026/calibration/calibrate.ts";
import { jobFidelity } from "../../../src/surface/stanford-2026/calibration/fidelity.ts";
import { isJobTable, readJobTable } from "../../../src/surface/stanford-2026/calibration/job-table.ts";
import { jobPresetDocument } from "../../../src/surface/stanford-2026/presets.ts";
import { UserError } from "../../../src/task/errors.ts";
import { configurationText } from "../../../src/task/stanford-2026/configuration.ts";
import { config } from "./configs.ts";

const start = jobPresetDocument("stanford-2026/central");
const { layers } = start;
const truth = buildJobWorld({
  ...start,
  layers: {
    ...layers,
    loss: { ...layers.loss, size: 1.2 * layers.loss.size, highRate: 1.5 * layers.loss.highRate },
    runtime: { ...layers.runtime, flops: 1.5 * layers.runtime.flops },
  },
});
const VARIED = [256, 448, 640].flatMap((width) =>
  [0.001, 0.003, 0.01].flatMap((rate) =>
    [4, 16].map((factor) =>
      config({ width, depth: width / 64 + 2, intermediate: 3 * width, rate, tokens: factor * 4_194_304 }),
    ),
  ),
);

/** What a world would have answered to these jobs, one a line. */
const TABLE = VARIED.map((its) => {
  const { runtimeSeconds, lossAt } = truth.expected(its);
  const val_losses = Array.from({ length: 16 }, (_, i) => lossAt(i));
  const results = { val_losses, used_runtime_seconds: runtimeSeconds, status: "completed", reason: null };
  return `{"config":${configurationText(its)},${JSON.stringify(results).slice(1)}`;
}).join("\n");

describe("a table of jobs", () => {
  test("is recognized among other tables, and read line by line", () => {
    expect(isJobTable(TABLE)).toBe(true);
    expect(isJobTable('[{"d_model": 64, "loss": 5}]')).toBe(false);
    expect(isJobTable("N,D,loss\n1,2,3\n")).toBe(false);
    expect(readJobTable(TABLE, "jobs.jsonl").rows).toHaveLength(VARIED.length);
  });

  test.each([
    ["not JSON", "{"],
    ["nested too deeply", `[{"config":${"[".repeat(1000)}${"]".repeat(1000)}}]`],
    ["with an integer of too many digits", `{"config":${"9".repeat(5000)}}`],
  ])("that is %s is refused in one line that names it", (_what, text) => {
    expect(() => readJobTable(text, "jobs.jsonl")).toThrow(UserError);
    expect(() => readJobTable(text, "jobs.jsonl")).toThrow(/^jobs\.jsonl: line 1: .+$/);
  });

  test("may be the answer of /experiments, with jobs of every status", () => {
    const training_config = JSON.parse(configurationText(config()));
    const times = { queued_at: "2026-05-04T20:53:36Z", dispatched_at: "2026-05-04T20:53:37Z", run_id: "fc-1" };
    const reason = { partial_val_losses: [6.5, 6.25], reason: "timeout" };
    const list = [
      { experiment_id: 1, training_config, status: { ...times, status_type: "queued" } },
      {
        experiment_id: 2,
        training_config,
        status: { ...times, used_runtime_seconds: 41, reason, status_type: "failed" },
      },
      {
        experiment_id: 3,
        training_config,
        status: { ...times, used_runtime_seconds: 21, val_losses: [6, 5], status_type: "completed" },
      },
      { experiment_id: 4, training_config: { ...training_config, n_evals: 7 }, status: {} },
    ];
    const { rows, dropped } = readJobTable(JSON.stringify(list), "experiments.json");
    expect(
      rows.map(({ outcome, losses, finalLoss, usedSeconds }) => ({ outcome, losses, finalLoss, usedSeconds })),
    ).toEqual([
      { outcome: "unknown", losses: [] },
      { outcome: "timeout", losses: [6.5, 6.25], usedSeconds: 41 },
      { outcome: "completed", losses: [6, 5], finalLoss: 5, usedSeconds: 21 },
    ]);
    expect(dropped).toEqual([{ row: 4, reason: expect.stringContaining("divisible by n_evals") }]);
  });
});

test("a world calibrated to another world's jobs is closer to them than where the search began", () => {
  const { rows } = readJobTable(TABLE, "jobs.jsonl");
  const before = jobFidelity(buildJobWorld(start).expected, rows);
  const { worlds, fidelity } = calibrateJobs(rows, { start, draws: 1, seed: 0, onFit: () => undefined });
  expect(worlds.map(({ name }) => name)).toEqual(["stanford-2026/central", "stanford-2026/01"]);
  expect(fidelity.allFinals.rms).toBeLessThan(before.allFinals.rms / 3);
  expect(fidelity.runtime.median).toBeLessThan(before.runtime.median / 3);
  expect(jobFidelity(truth.expected, rows).allFinals.rms).toBeLessThan(1e-12);
});
