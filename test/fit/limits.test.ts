import { describe, expect, it } from "vitest";
import { type Compute, computeOf, SIX_ND } from "../../src/fit/compute.ts";
import { constrainedOptimum, isLimited, sizeTable } from "../../src/fit/constrained.ts";
import { type Fit, notIdentified } from "../../src/fit/fitter.ts";
import { chinchillaLoss, chinchillaOptimum, BESIROGLU as LAW } from "../../src/law/chinchilla.ts";

const loss = (N: number, D: number) => chinchillaLoss(LAW, N, D);
const fit: Fit = { ...notIdentified("parametric", ""), loss, optimum: (C) => ({ C, ...chinchillaOptimum(LAW, C) }) };
const C = 1e21;
const best = chinchillaOptimum(LAW, C);

/** A table that counts 20·N^0.95·D^1.05 FLOPs. */
const other: Compute = computeOf(
  [1e7, 1e8, 1e9].flatMap((N) =>
    [1e9, 1e10, 1e11].map((D) => ({
      N,
      D,
      C: Math.exp(Math.log(20) + 0.95 * Math.log(N) + 1.05 * Math.log(D)),
      loss: 3,
    })),
  ),
);

describe("the best size within limits", () => {
  it("is the best where they allow it", () => {
    expect([{}, { maxParams: 1e9 }, { maxTokens: 1e9 }].map(isLimited)).toEqual([false, true, true]);
    const wide = constrainedOptimum(fit, C, { maxParams: 2 * best.N, maxTokens: 2 * best.D }, SIX_ND)!;
    expect([wide.C, wide.N, wide.D / best.D]).toEqual([C, best.N, expect.closeTo(1, 9)]);
    expect(wide.loss).toBe(loss(wide.N, wide.D));
  });

  it.each([
    ["6·N·D", SIX_ND],
    ["another law of compute", other],
  ])("spends the budget on the limit of one side, by %s", (_, compute) => {
    const small = constrainedOptimum(fit, C, { maxParams: best.N / 3 }, compute)!;
    expect([small.N, compute.flops(small.N, small.D) / C]).toEqual([best.N / 3, expect.closeTo(1, 9)]);
    const short = constrainedOptimum(fit, C, { maxTokens: best.D / 100 }, compute)!;
    expect([short.D, compute.flops(short.N, short.D) / C]).toEqual([best.D / 100, expect.closeTo(1, 9)]);
    expect(short.loss).toBe(loss(short.N, short.D));
  });

  it("spends less than the budget where both limits bind", () => {
    const both = constrainedOptimum(fit, C, { maxParams: best.N / 3, maxTokens: best.D / 3 }, SIX_ND)!;
    expect([both.N, both.D]).toEqual([best.N / 3, best.D / 3]);
  });

  it("is undefined without an optimum or a loss", () => {
    const { loss: _, ...bare } = fit;
    expect(constrainedOptimum(bare, C, {}, SIX_ND)).toBeUndefined();
    expect(sizeTable(bare, C, SIX_ND)).toBeUndefined();
    expect(constrainedOptimum({ ...fit, optimum: () => undefined }, C, {}, SIX_ND)).toBeUndefined();
    expect(sizeTable({ ...fit, optimum: () => undefined }, C, SIX_ND)).toBeUndefined();
  });
});

describe("the table of other sizes", () => {
  it.each([
    ["6·N·D", SIX_ND],
    ["another law of compute", other],
  ])("says what each loses at the budget, and the budget at which it does not, by %s", (_, compute) => {
    const least = loss(best.N, best.D);
    const at = { ...fit, optimum: (flops: number) => ({ C: flops, N: best.N, D: compute.tokens(flops, best.N) }) };
    const lowest = compute === SIX_ND ? least : loss(best.N, compute.tokens(C, best.N));
    const rows = sizeTable(at, C, compute)!;
    expect(rows.map(({ factor }) => factor)).toEqual(rows.map(({ factor }) => factor).toSorted((a, b) => a - b));
    expect([rows[0]!.factor, rows.at(-1)!.factor]).toEqual([0.1, 10]);
    for (const row of rows) {
      expect(row.N).toBe(row.factor * best.N);
      expect(compute.flops(row.N, row.D) / C).toBeCloseTo(1, 9);
      expect(row.loss).toBe(loss(row.N, row.D));
      expect(row.excess).toBeCloseTo(row.loss - lowest, 12);
      if (row.compute === null) expect(loss(row.N, 1e300)).toBeGreaterThan(lowest);
      else if (row.excess > 0) expect(loss(row.N, compute.tokens(row.compute * C, row.N))).toBeCloseTo(lowest, 9);
      else expect(row.compute).toBe(1);
    }
    expect(rows.find(({ factor }) => factor === 1)).toMatchObject({ excess: 0, compute: 1 });
  });

  it("gives no compute for a size too small to reach the best loss with any number of tokens", () => {
    const rows = sizeTable(fit, C, SIX_ND)!;
    expect(rows.map(({ compute }) => compute === null)).toEqual(
      rows.map(({ N }) => loss(N, 1e300) > loss(best.N, best.D)),
    );
    expect(rows[0]!.compute).toBeNull();
    expect(rows[1]!.compute).not.toBeNull();
  });
});
