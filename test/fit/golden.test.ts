import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { chinchillaPoints, goldenSets, hasPublicData, PUBLIC_DATA } from "../../benchmarks/fit/data-sets.ts";
import { sharedData } from "../../benchmarks/shared-data.ts";
import { parametric } from "../../src/fit/methods/parametric.ts";
import { variableProjection } from "../../src/fit/methods/variable-projection.ts";
import { exponentSensitivity } from "../../src/fit/sensitivity.ts";
import { requires } from "../requires.ts";

const NAMES = { log_huber: "log-huber", log_mse: "log-square", raw_huber: "raw-huber", raw_mse: "raw-square" } as const;
type Golden = Record<
  string,
  { n: number } & Record<keyof typeof NAMES, { objective: number; E: number; alpha: number; beta: number }>
>;

const publicData = requires(PUBLIC_DATA, hasPublicData());

describe.skipIf(publicData.skip)(`published optima${publicData.note}`, () => {
  it.each([parametric, variableProjection])("$name reaches every golden optimum, 12 sets by 4 objectives", (fitter) => {
    const golden: Golden = JSON.parse(readFileSync(sharedData("fits/golden.json"), "utf8"));
    const sets = goldenSets();
    expect(Object.keys(sets).toSorted()).toEqual(Object.keys(golden).toSorted());
    for (const [name, stored] of Object.entries(golden)) {
      expect(sets[name]).toHaveLength(stored.n);
      for (const [key, objective] of Object.entries(NAMES)) {
        const found = fitter.fit(sets[name]!, { objective });
        const expected = stored[key as keyof typeof NAMES];
        expect(found.status).toBe("converged");
        expect(found.objective!.value / expected.objective, `${name} ${objective}`).toBeLessThan(1 + 1e-9);
        expect(found.parameters.alpha! / expected.alpha).toBeCloseTo(1, 4);
        expect(found.parameters.beta! / expected.beta).toBeCloseTo(1, 4);
      }
    }
  });

  it("fits the 240 Chinchilla points as the best known fit does", () => {
    const { objective, parameters } = parametric.fit(chinchillaPoints(240), { objective: "log-huber", delta: 1e-3 });
    expect(objective!.value).toBeLessThanOrEqual(1.0182740179e-3);
    const four = (value: number | undefined) => Number(value!.toPrecision(4));
    expect([parameters.E, parameters.A, parameters.B, parameters.alpha, parameters.beta].map(four)).toEqual([
      1.817, 477.8, 2143, 0.3473, 0.3672,
    ]);
  });

  it("shows how the exponent a depends on the objective and on outliers, as published", () => {
    const three = (value: number | undefined) => value?.toFixed(3);
    const a = (count: 240 | 245) => {
      const { exponents } = exponentSensitivity(chinchillaPoints(count));
      const at = (name: string) =>
        exponents.find(({ objective, delta = 1e-3 }) => objective === name && delta === 1e-3)?.a;
      return ["log-huber", "raw-huber", "log-square", "raw-square"].map((name) => three(at(name)));
    };
    expect(a(240)).toEqual(["0.514", "0.520", "0.530", "0.545"]);
    expect(a(245)).toEqual(["0.565", "0.592", "0.622", "0.642"]);
  });

  it("minimizes Besiroglu et al.'s likelihood to their digits", () => {
    const { objective, parameters } = parametric.fit(chinchillaPoints(240), { objective: "huber-likelihood" });
    expect(objective!.value).toBeCloseTo(-879.7731390602, 9);
    expect(parameters.A).toBeCloseTo(482.00572, 4);
    expect(parameters.B).toBeCloseTo(2085.4342, 4);
    expect(parameters.E).toBeCloseTo(1.816864, 6);
    expect(parameters.alpha).toBeCloseTo(0.347813, 6);
    expect(parameters.beta).toBeCloseTo(0.365854, 6);
  });
});
