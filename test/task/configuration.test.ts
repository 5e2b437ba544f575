import { expect, test } from "vitest";
import { answered, FIELDS, identityOf, type Run } from "../../src/task/configuration.ts";

const config = { dModel: 512, numLayers: 8, numHeads: 4, batchSize: 128, learningRate: 5e-4, trainFlops: 1e16 };

test("two configurations are one run exactly when all six values, and the tokens if any, are equal", () => {
  expect(identityOf({ ...config, reason: "another" } as typeof config)).toBe(identityOf(config));
  expect(FIELDS).toHaveLength(6);
  expect(identityOf(config).split("/").map(Number)).toEqual(FIELDS.map((field) => config[field]));
  const others = FIELDS.map((field) => identityOf({ ...config, [field]: 2 * config[field] }));
  expect(new Set([...others, identityOf(config)]).size).toBe(7);
  const timed = [{}, { tokens: 5 }, { tokens: 6 }].map((tokens) => identityOf({ ...config, ...tokens }));
  expect(new Set(timed).size).toBe(3);
});

test("answered runs are those that were paid for, in the order given", () => {
  const runs: Run[] = [
    { ...config, status: "ok", loss: 4 },
    { ...config, status: "refused", message: "no more" },
    { ...config, status: "ok", loss: 3 },
    { ...config, status: "invalid", message: "no" },
  ];
  expect(answered(runs).map(({ loss }) => loss)).toEqual([4, 3]);
});
