import { describe, expect, it } from "vitest";
import { type Fit, type FitOptions, notIdentified } from "../../src/fit/fitter.ts";
import { extrapolation, farText, predictionOf, rmsResidual, withChecks } from "../../src/fit/plausibility.ts";
import type { RunPoint } from "../../src/task/run-point.ts";

const LOSS = (N: number, D: number) => 1.5 + 1e3 / Math.sqrt(N) + 2e3 / Math.sqrt(D);

/** `sizes` models at each of three budgets, by a law, for a cost of `k`·N·D. */
function table(sizes: number, k: (i: number) => number = () => 6, off: (i: number) => number = () => 0): RunPoint[] {
  return [1e18, 1e19, 1e20].flatMap((C, budget) =>
    Array.from({ length: sizes }, (_, size) => {
      const i = budget * sizes + size;
      const N = 1e8 * Math.sqrt(C / 1e18) * 2 ** size;
      const D = C / (k(i) * N);
      return { N, D, C, loss: LOSS(N, D) * Math.exp(off(i)) };
    }),
  );
}
const runs = table(3);
const lowest = Math.min(...runs.map(({ loss }) => loss));

/** The fit of a method that says this, once it is checked. */
function checked(said: Partial<Fit>, targets: readonly number[] = [1e21], of = runs, options: FitOptions = {}): Fit {
  const fit: Fit = { ...notIdentified("made-up", "said so"), status: "converged", ...said };
  return withChecks({ name: "made-up", summary: "", options: [], fit: () => fit }).fit(of, { targets, ...options });
}
const at = (N: number, D: number, loss?: number): Pick<Fit, "optimum"> => ({
  optimum: (C) => ({ C, N, D, ...(loss !== undefined && { loss }) }),
});
const laws = { N: { coefficient: 1, exponent: 0.5 }, D: { coefficient: 1, exponent: 0.5 } };

describe("a prediction", () => {
  it.each<[Partial<Fit>, ...string[]]>([
    [at(1.01e14, 1e14), "N = 1.01e14", "1e4 to 1e14", "1e21 FLOPs"],
    [at(9.9e3, 1e9), "N = 9.90e3", "1e4 to 1e14"],
    [at(1e12, 1.1e15), "D = 1.10e15", "up to 1e15"],
    [at(1e12, Number.NaN), "D = NaN"],
    [at(1e12, 0.9e10), "9B tokens", "1T parameters"],
    [{ ...at(1e10, 2.1e10), laws }, "cost", "1.26e21", "26 %", "more"],
    [{ ...at(1e10, 1.3e10), laws }, "cost", "7.8e20", "22 %", "less"],
    [at(1e10, 2e10, 0), "a loss of 0.00 at 1e21 FLOPs"],
    [at(1e10, 2e10, Number.NaN), "a loss of NaN"],
  ])("of %j is implausible, and its fit says why", (said, ...parts) => {
    const { status, explanation } = checked(said);
    expect(status).toBe("implausible");
    for (const part of parts) expect(explanation.replaceAll("e+", "e")).toContain(part);
  });

  it.each<[Partial<Fit>]>([
    [at(1e14, 1e14)],
    [at(1e4, 1e9)],
    [at(1e12, 1e15)],
    [at(1e12, 1e10)],
    [at(1e10, 2.1e10)],
    [{ ...at(1e10, 1.9e10), laws }],
    [at(1e10, 2e10, 0.1)],
    [{ lossOfC: () => 1.6 }],
  ])("of %j is plausible", (said) => {
    expect(checked(said)).toMatchObject({ status: "converged", explanation: "said so" });
  });

  it("above a loss measured for as much or less compute is implausible, beyond three deviations of the noise", () => {
    const of = (share: number, C: number, more: Partial<Fit> = {}, its = runs) =>
      checked({ ...at(1e10, C / 6e10, share * Math.min(...its.map(({ loss }) => loss))), ...more }, [C], its);
    const exact = { loss: LOSS };
    expect([1.001, 1.003].map((share) => of(share, 1e21, exact).status)).toEqual(["converged", "implausible"]);
    expect(of(1.003, 1e21, exact).explanation).toContain(`above the ${lowest.toFixed(4)} measured at 1e20`);
    expect(of(1.003, 0.99e20, exact).status).toBe("implausible");
    expect(of(1.003, 0.97e20, exact).status).toBe("converged");
    // Its own residuals count as noise where the table has too few sizes to show its own.
    const off = { loss: (N: number, D: number) => 1.05 * LOSS(N, D) };
    expect([1.14, 1.18].map((share) => of(share, 1e21, off).status)).toEqual(["converged", "implausible"]);
    const [smooth, noisy] = [table(5), table(5, undefined, (i) => (i % 2 ? 0.004 : -0.004))];
    expect([1.005, 1.008].map((share) => of(share, 1e21, off, smooth).status)).toEqual(["converged", "implausible"]);
    expect([1.09, 1.11].map((share) => of(share, 1e21, off, noisy).status)).toEqual(["converged", "implausible"]);
  });

  it("far beyond the largest budget is warned of, from 300 times on", () => {
    expect(extrapolation(runs, 1e22)).toBe(100);
    expect(farText(runs, 3e22)).toBeUndefined();
    for (const part of ["4e22", "400 times", "1e20"]) expect(farText(runs, 4e22)).toContain(part);
    const { warnings } = checked(at(1e11, 1e11), [1e21, 4e22]);
    expect(warnings).toEqual([farText(runs, 4e22)]);
  });

  it("is of the best size, else of the loss alone, and where there is neither the fit warns", () => {
    const fit: Fit = { ...notIdentified("", ""), lossOfC: (C) => C / 1e21 };
    expect(predictionOf(fit, 2e21)).toEqual({ C: 2e21, loss: 2 });
    expect(predictionOf({ ...fit, ...at(1, 2, 3) }, 5)).toEqual({ C: 5, N: 1, D: 2, loss: 3 });
    expect(predictionOf({ ...fit, lossOfC: () => Number.NaN }, 5)).toBeUndefined();
    expect(predictionOf(notIdentified("", ""), 5)).toBeUndefined();
    const { status, warnings } = checked({ loss: LOSS });
    expect([status, warnings.length, warnings[0]]).toEqual(["converged", 1, expect.stringContaining("1e21")]);
  });
});

describe("a table whose runs cost another constant, or none", () => {
  const other = table(3, () => 18);
  const lawless = table(3, (i) => [6, 60, 20, 6, 50, 9, 70, 6, 30][i]!);

  it("gets a warning, except for a law of compute", () => {
    const note = expect.stringContaining("18.0");
    expect(checked({ loss: LOSS, ...at(1e9, 1e11) }, [], other).warnings).toEqual([note]);
    expect(checked({ lossOfC: () => 2 }, [], other).warnings).toEqual([]);
  });

  it("has no best size by a law of N and D, and keeps that of laws through optima", () => {
    const fault = [expect.stringContaining("cannot be predicted")];
    const law = checked({ loss: LOSS, ...at(1e9, 1e11) }, [1e21], lawless);
    expect([law.status, law.optimum(1e21), law.warnings]).toEqual(["converged", undefined, fault]);
    const through = checked({ laws, ...at(1e9, 1e11) }, [1e21], lawless);
    expect([through.status, through.optimum(1e21)?.N, through.warnings]).toEqual(["converged", 1e9, fault]);
    expect(checked({ loss: LOSS, ...at(1e9, 1e11) }, [], lawless).warnings).toEqual([]);
    expect(checked({ ...at(1e9, 1e11) }, [1e21], lawless).warnings).toEqual([]);
    expect(checked({ lossOfC: () => 1.6 }, [1e21], lawless).warnings).toEqual([]);
  });
});

describe("a fit", () => {
  const along = runs.map((run) => ({ ...run, N: 1e8, D: run.C / 6e8 }));
  const pooled = table(5).map((run, i) => ({ ...run, loss: run.loss * (1 + (i % 2)), labels: { set: `s${i % 2}` } }));

  it("that starts near its answer is not checked", () => {
    expect(checked(at(1e15, 1), [1e21], runs, { start: {} }).status).toBe("converged");
    expect(checked(at(1e15, 1), [1e21], pooled, { start: {} }).status).toBe("converged");
  });

  it("of runs that pool experiments is not identified, whatever it found", () => {
    for (const status of ["converged", "search failed"] as const)
      expect(checked({ status }, [], pooled)).toMatchObject({
        status: "not identified",
        explanation: expect.stringContaining("set"),
      });
  });

  it("of N and D is not identified by a design that does not determine it, except for formulas and laws of compute", () => {
    for (const status of ["converged", "search failed"] as const)
      expect(checked({ status, loss: LOSS }, [], along)).toMatchObject({
        status: "not identified",
        explanation: expect.stringContaining("one model size"),
      });
    expect(checked({ loss: LOSS, method: "formula" }, [], along).status).toBe("converged");
    expect(checked({ loss: LOSS, lossOfC: () => 2 }, [], along).status).toBe("converged");
    expect(checked({}, [], along).status).toBe("converged");
    const implausible = checked({ status: "implausible", loss: LOSS }, [], along);
    expect(implausible).toMatchObject({ status: "implausible", explanation: "said so" });
    expect(checked({ status: "search failed", loss: LOSS, ...at(1e15, 1) }).status).toBe("search failed");
  });

  it("lies off its runs by the root mean square of ln loss: of all, of its optima, or of the lowest of each budget", () => {
    const bare = notIdentified("", "");
    expect(rmsResidual({ ...bare, loss: (N, D) => 1.1 * LOSS(N, D) }, runs)).toBeCloseTo(Math.log(1.1), 10);
    const half = (N: number, D: number) => LOSS(N, D) * (D > 1e9 ? 1.1 : 1);
    const beyond = runs.filter(({ D }) => D > 1e9).length / runs.length;
    expect(rmsResidual({ ...bare, loss: half }, runs)).toBeCloseTo(Math.log(1.1) * Math.sqrt(beyond), 10);
    const points = [1e18, 1e19].map((C) => ({ C, N: 1, D: 1, loss: 3 }));
    expect(rmsResidual({ ...bare, points, ...at(1, 1, 3.3) }, runs)).toBeCloseTo(Math.log(1.1), 10);
    const best = (C: number) => Math.min(...runs.filter((run) => run.C === C).map(({ loss }) => loss));
    expect(rmsResidual({ ...bare, lossOfC: (C) => 0.9 * best(C) }, runs)).toBeCloseTo(-Math.log(0.9), 10);
    expect(rmsResidual(bare, runs)).toBe(0);
    expect(rmsResidual({ ...bare, loss: (N, D) => (N > 2e8 ? Number.NaN : 1.1 * LOSS(N, D)) }, runs)).toBeCloseTo(
      Math.log(1.1),
      10,
    );
  });
});
