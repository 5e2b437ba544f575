import { describe, expect, it } from "vitest";
import type { Fitter } from "../../src/fit/fitter.ts";
import { FITTERS, fitterNamed, methodFor } from "../../src/fit/index.ts";
import { formulaFitter } from "../../src/fit/methods/formula.ts";
import { chinchillaLoss, chinchillaOptimum } from "../../src/law/chinchilla.ts";
import { randomStream, standardNormal } from "../../src/task/random.ts";
import type { RunPoint } from "../../src/task/run-point.ts";

const LAW = { E: 1.9, A: 420, B: 1900, alpha: 0.33, beta: 0.36 };
const BUDGETS = [1e17, 3e17, 1e18, 3e18, 1e19];

/** An isoFLOP sweep of the law whose compute is counted as k(N)·N·D. */
function sweep(k: (N: number) => number = () => 6, factors = [0.25, 0.5, 1, 2, 4], budgets = BUDGETS): RunPoint[] {
  return budgets.flatMap((C) =>
    factors.map((factor) => {
      const N = factor * chinchillaOptimum(LAW, (C * 6) / k(1e8)).N;
      const D = C / (k(N) * N);
      return { N, D, C, loss: chinchillaLoss(LAW, N, D) };
    }),
  );
}

const noisy = (runs: readonly RunPoint[], sigma: number) => {
  const rng = randomStream("trust");
  return runs.map((run) => ({ ...run, loss: run.loss * Math.exp(sigma * standardNormal(rng)) }));
};

describe("a table that counts 18·N·D FLOPs", () => {
  const runs = sweep(() => 18);

  it.each(["parametric", "variable-projection", "parabola", "interpolated-minimum"])(
    "has its own optimum of 1.98B parameters on 28.0B tokens at 1e21 by %s",
    (method) => {
      const optimum = fitterNamed(method)
        .fit(runs, { targets: [1e21] })
        .optimum(1e21)!;
      expect(optimum.N / 1.98e9).toBeCloseTo(1, 1);
      expect((18 * optimum.N * optimum.D) / 1e21).toBeCloseTo(1, 2);
      expect(optimum.loss).toBeCloseTo(2.5884, 2);
    },
  );

  it("has the tokens of the lowest runs in minimum and frontier", () => {
    for (const method of ["minimum", "frontier"]) {
      const { points } = fitterNamed(method).fit(runs);
      for (const { C, N, D } of points) expect((18 * N * D) / C).toBeCloseTo(1, 9);
    }
  });

  it("says in a warning that its budgets buy 18·N·D", () => {
    expect(fitterNamed("parametric").fit(runs).warnings.join()).toContain("18.0·N·D");
  });
});

describe("a table whose C/(N·D) varies", () => {
  it("is extrapolated along its trend", () => {
    const k = (N: number) => 6 * Math.exp(-0.1 * Math.log(N / 1e8));
    const { optimum, laws } = fitterNamed("parametric").fit(sweep(k));
    const { N, D } = optimum(1e21)!;
    expect((k(N) * N * D) / 1e21).toBeCloseTo(1, 4);
    expect(laws!.N.coefficient * Math.exp(laws!.N.exponent * Math.log(1e21))).toBeCloseTo(N, -5);
    // No neighbor of equal cost is better.
    for (const factor of [0.9, 1.1]) {
      const other = N * factor;
      expect(chinchillaLoss(LAW, other, 1e21 / (k(other) * other))).toBeGreaterThan(chinchillaLoss(LAW, N, D));
    }
  });

  it("gets no prediction but an explanation where it has no trend", () => {
    const scattered = sweep().map((run, i) => ({ ...run, C: run.C * [1, 3, 9, 0.3, 0.1][(i * 7) % 5]! }));
    const fit = fitterNamed("parametric").fit(scattered, { targets: [1e21] });
    expect(fit.optimum(1e21)).toBeUndefined();
    expect(fit.warnings.join()).toContain("what a run costs cannot be predicted");
  });
});

describe("a law of compute alone", () => {
  const runs = [1e18, 3e18, 1e19, 3e19, 1e20, 3e20].map((C, i) => {
    const N = Math.sqrt(C / 120) * (1 + i / 10);
    return { C, N, D: C / (6 * N), loss: 1.6 + 95 * Math.exp(-0.094 * Math.log(C)) };
  });

  it("predicts its loss, and no N or D", () => {
    const fit = formulaFitter("E + A/C^alpha").fit(runs, { fixed: { E: 1.6 }, targets: [1e21, 1e22] });
    expect(fit.status).toBe("converged");
    expect(fit.lossOfC!(1e21)).toBeCloseTo(2.6086, 4);
    expect(fit.lossOfC!(1e22)).toBeCloseTo(2.4123, 4);
    expect(fit.optimum(1e21)).toBeUndefined();
  });

  const bare = runs.map((run) => ({ ...run, N: Number.NaN, D: Number.NaN }));

  it("is fitted by frontier from C and loss, with a floor held where it is known", () => {
    expect(fitterNamed("frontier").fit(bare).lossOfC!(1e21)).toBeCloseTo(2.6086, 4);
    const held = fitterNamed("frontier").fit(bare, { fixed: { E: 1.5 } });
    expect(held.parameters.E).toBe(1.5);
    expect(methodFor(bare)).toBe("frontier");
  });

  it("is plausible where it lies above a run by no more than its own scatter, one run a budget", () => {
    const noisy = Array.from({ length: 16 }, (_, i) => {
      const C = 1e18 * Math.exp(0.2 * i);
      return { N: Number.NaN, D: Number.NaN, C, loss: 2 + 1.5 * Math.exp(-0.06 * i) + (i % 2 === 0 ? 0.03 : -0.03) };
    });
    expect(fitterNamed("frontier").fit(noisy, { targets: [noisy.at(-1)!.C] }).status).toBe("converged");
  });

  it("is all that a table without N and D can show", () => {
    const own = formulaFitter("E + A/C^alpha").fit(bare, { fixed: { E: 1.6 }, targets: [1e21] });
    expect(own.status).toBe("converged");
    expect(own.lossOfC!(1e21)).toBeCloseTo(2.6086, 4);
    expect(fitterNamed("parametric").fit(bare).explanation).toContain("no N and D");
  });

  it.each(["E + A/C^alpha", "E + A*C^-alpha", "E + A/(C/1e18)^alpha", "E + A*exp(-alpha*log(C))"])(
    "is found along a long valley in the form %s",
    (text) => {
      const slow = [1e18, 3e18, 1e19, 3e19, 1e20, 3e20].map((C) => ({
        ...{ N: Number.NaN, D: Number.NaN, C },
        loss: Number((1.7 + 60 * Math.exp(-0.09 * Math.log(C))).toPrecision(6)),
      }));
      const fit = formulaFitter(text).fit(slow, { targets: [1e21] });
      expect(fit.status).toBe("converged");
      expect(fit.lossOfC!(1e21)).toBeCloseTo(1.7 + 60 * Math.exp(-0.09 * Math.log(1e21)), 3);
    },
  );

  it("uses the C of each row, whatever N and D are", () => {
    const counted = runs.map((run) => ({ ...run, D: run.D / 3 }));
    const { loss } = formulaFitter("E + A/C^alpha").fit(counted);
    for (const { N, D, C, loss: observed } of counted) expect(loss!(N, D, C)).toBeCloseTo(observed, 4);
  });
});

describe("a design that cannot say which size is best", () => {
  const one = [1e9, 3e9, 1e10, 3e10, 1e11].map((D) => ({ N: 1e8, D, C: 6e8 * D, loss: chinchillaLoss(LAW, 1e8, D) }));
  const ratio = [6e7, 1.9e8, 3.7e8, 9e8, 1.6e9, 3e9].map((N) => ({
    N,
    D: 20 * N,
    C: 120 * N * N,
    loss: chinchillaLoss(LAW, N, 20 * N),
  }));
  const laws = FITTERS.filter(({ name }) => name !== "frontier");

  it.each(laws)("is not identified by $name", (fitter: Fitter) => {
    expect(fitter.fit(one).status).toBe("not identified");
    expect(fitter.fit(ratio).status).toBe("not identified");
  });

  it("is not identified either where its losses are exact to the last digit, and no descent ends", () => {
    const exact = [3e7, 1e8, 3e8, 1e9, 2e9, 4e9].map((N) => {
      const D = 35 * N;
      return { N, D, C: 6 * N * D, loss: Number((1.8 + 380 / N ** 0.32 + 1500 / D ** 0.35).toPrecision(6)) };
    });
    const { status, explanation } = fitterNamed("parametric").fit(exact);
    expect([status, explanation]).toEqual(["not identified", expect.stringContaining("D/N = 35")]);
  });

  it("leaves frontier its law of C, without sizes", () => {
    const fit = fitterNamed("frontier").fit(ratio);
    expect([fit.optimum(1e22), fit.laws]).toEqual([undefined, undefined]);
    expect(fit.lossOfC!(1e22)).toBeGreaterThan(1);
  });
});

describe("runs that pool two experiments", () => {
  const pooled = sweep().flatMap((run) => [
    { ...run, labels: { dataset: "web", host: "a" } },
    { ...run, loss: 0.8 * run.loss, labels: { dataset: "code", host: "b" } },
  ]);

  it.each(FITTERS)("are not identified by $name, which names the column", (fitter) => {
    const fit = fitter.fit(pooled);
    expect(fit.status).toBe("not identified");
    expect(fit.explanation).toContain('"dataset"');
  });

  it("may have columns that do not split them", () => {
    const alike = noisy(sweep(), 0.003).map((run, i) => ({ ...run, labels: { node: `n${i % 3}` } }));
    expect(fitterNamed("parabola").fit(alike).status).toBe("converged");
  });
});

describe("parabolas over sizes from a third to sixty times the best", () => {
  const wide = [1e17, 4e17, 1.6e18, 6.4e18].flatMap((C) => {
    const best = 15e6 * Math.exp(0.6 * Math.log(C / 1e17));
    return [0.35, 0.5, 0.7, 1, 1.5, 2.2, 4, 8, 15, 30, 60].map((factor) => {
      const [N, x] = [best * factor, Math.log(factor)];
      // Curved about the best size, and nearly a straight line far above it.
      const rise = x < 0 ? 0.3 * x * x : 1.1 * (x - 0.86 * (1 - Math.exp(-x / 0.86)));
      const loss = 4.5 - 0.25 * Math.log(C / 1e17) + rise;
      return { N, D: C / (6 * N), C, loss };
    });
  });

  it("are implausible, since they miss the lowest runs", () => {
    const fit = fitterNamed("parabola").fit(wide, { window: Number.POSITIVE_INFINITY });
    expect(fit.status).toBe("implausible");
    expect(fit.explanation).toContain("miss the lowest runs");
  });

  it("find the best size when only sizes near the lowest count", () => {
    for (const window of [undefined, 4]) {
      const fit = fitterNamed("parabola").fit(wide, window === undefined ? {} : { window });
      expect(fit.status).toBe("converged");
      expect(fit.optimum(1e21)!.N / 3.77e9).toBeGreaterThan(0.85);
      expect(fit.optimum(1e21)!.N / 3.77e9).toBeLessThan(1.15);
    }
    expect(fitterNamed("interpolated-minimum").fit(wide).optimum(1e21)!.N / 3.77e9).toBeCloseTo(1, 1);
  });
});

describe("a prediction", () => {
  it("above a loss measured for less is implausible", () => {
    const rising = formulaFitter("a + b*ln(C) + c*ln(C)^2");
    const runs = sweep().map((run) => ({ ...run, loss: 3 + 0.002 * (Math.log(run.C) - 42) ** 2 }));
    expect(rising.fit(runs).status).toBe("converged");
    const fit = rising.fit(runs, { targets: [1e24] });
    expect(fit.status).toBe("implausible");
    expect(fit.explanation).toMatch(/above the 3\.0\d+ measured/);
  });

  it("of N above 1e14 or of fewer tokens than a hundredth of N is implausible", () => {
    const steep = { E: 1.9, A: 4, B: 1e7, alpha: 0.05, beta: 0.9 };
    const runs = BUDGETS.flatMap((C) =>
      [0.25, 0.5, 1, 2, 4].map((factor) => {
        const N = factor * chinchillaOptimum(steep, C).N;
        return { N, D: C / (6 * N), C, loss: chinchillaLoss(steep, N, C / (6 * N)) };
      }),
    );
    const fitter = fitterNamed("parametric");
    expect(fitter.fit(runs).status).toBe("converged");
    expect(fitter.fit(runs, { targets: [1e34] }).status).toBe("implausible");
  });

  it("by laws of N and D that contradict C = k·N·D by more than a fifth is implausible", () => {
    // In linear space the top budget decides each law by itself.
    const runs = noisy(
      sweep(() => 6, [0.05, 0.1, 0.3, 1, 3, 10, 20]),
      0.08,
    );
    const fit = fitterNamed("minimum").fit(runs, { targets: [1e23] });
    const { N, D } = fit.optimum(1e23)!;
    expect(fit.status).toBe(Math.abs((6 * N * D) / 1e23 - 1) > 0.2 ? "implausible" : "converged");
    expect(fit.status).toBe("implausible");
  });

  it("beyond 300 times the largest budget keeps its status and carries the factor in a warning", () => {
    const fit = fitterNamed("parametric").fit(sweep(), { targets: [1e22] });
    expect(fit.status).toBe("converged");
    expect(fit.warnings.join()).toContain("1000 times the largest budget");
    expect(fitterNamed("parametric").fit(sweep(), { targets: [2e21] }).warnings).toEqual([]);
  });

  it("is explained as missing for a law without a best N", () => {
    const fit = formulaFitter("E + A/N^alpha").fit(sweep(), { targets: [1e21] });
    expect(fit.warnings.join()).toContain("no best N");
  });
});

describe("the method for a table", () => {
  it("is parabola where three budgets have five sizes, else parametric", () => {
    expect(methodFor(sweep())).toBe("parabola");
    expect(methodFor(sweep(() => 6, [0.5, 1, 2]))).toBe("parametric");
  });
});
