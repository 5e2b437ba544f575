import { describe, expect, it } from "vitest";
import { pooledExperiments } from "../../src/fit/pooled.ts";
import { randomStream, standardNormal } from "../../src/task/random.ts";
import type { RunPoint } from "../../src/task/run-point.ts";

/** Sizes by tokens on a smooth curve with noise; the group of each row moves its ln loss. */
function table(
  sizes: number,
  group: (i: number) => string,
  shift: Readonly<Record<string, number>> = {},
  noise = 0.005,
): RunPoint[] {
  const rng = randomStream("pooled");
  return Array.from({ length: 4 * sizes }, (_, i) => {
    const [N, D] = [1e7 * 2 ** (i % sizes), 1e9 * 3 ** Math.floor(i / sizes)];
    const [x, y] = [Math.log(N) - 18, Math.log(D) - 23];
    const log =
      1 -
      0.05 * x -
      0.03 * y +
      0.01 * x * x -
      0.006 * x * y +
      0.004 * y * y +
      noise * standardNormal(rng) +
      (shift[group(i)] ?? 0);
    return { N, D, C: 6 * N * D, loss: Math.exp(log), labels: { data: group(i), host: `h${i % 2}` } };
  });
}

const two = (i: number) => ["web", "code"][(i * 7) % 3 === 0 ? 1 : 0]!;

describe("runs that pool experiments", () => {
  it("are detected by the column whose groups lie on different curves, with its values and its share", () => {
    const text = pooledExperiments(table(6, two, { web: 0.1 }))!;
    for (const part of ['"data"', "web", "code", "data=", "--by"]) expect(text).toContain(part);
    const share = Number(/(\d+) %/.exec(text)![1]);
    expect(share).toBeGreaterThan(80);
    expect(share).toBeLessThanOrEqual(100);
  });

  it.each<[string, RunPoint[]]>([
    ["one curve", table(6, two)],
    ["a shift of about the noise, in many runs", table(20, two, { web: 0.006 })],
    ["a shift within the noise", table(6, two, { web: 0.003 })],
    ["a law that fits to rounding", table(6, two, { web: 1e-5 }, 0)],
    ["no labels", table(6, two, { web: 0.1 }).map(({ labels: _, ...run }) => run)],
    ["one group", table(6, () => "web")],
    ["groups of two runs", table(6, (i) => `g${i % 12}`, { g1: 0.1, g2: -0.1 })],
    ["one group of three or more", table(6, (i) => (i < 22 ? "web" : "code"), { web: 0.1 })],
    ["seventeen groups", table(17, (i) => `g${i % 17}`, { g1: 0.1, g2: -0.1, g5: 0.2 })],
    ["no row", []],
  ])("are none: %s", (_, runs) => {
    expect(pooledExperiments(runs)).toBeUndefined();
  });

  it("are detected from few rows; at most four groups are named", () => {
    const six = table(12, (i) => `g${i % 6}`, { g0: 0.1, g1: -0.1, g2: 0.3, g3: -0.3 });
    const text = pooledExperiments(six)!;
    expect(text).toContain("g3, …");
    expect(text).not.toContain("g4");
    expect(pooledExperiments(table(12, (i) => `g${i % 4}`, { g0: 0.1, g1: -0.1, g2: 0.3 }))).not.toContain("…");
    const few = table(2, (i) => `g${Math.floor(i / 4)}`, { g0: 0.3 }).map((run) => ({
      ...run,
      D: 1e9,
      C: 6e9 * run.N,
    }));
    expect(pooledExperiments(few)).toContain("data");
  });

  it("are reported by the column that explains most", () => {
    const both = table(6, two, { web: 0.1 }).map((run, i) => ({
      ...run,
      labels: { mixed: i === 5 ? "code" : two(i), data: two(i) },
    }));
    expect(pooledExperiments(both)).toContain('"data"');
    const reversed = both.map(({ labels, ...run }) => ({ ...run, labels: { data: labels.data, mixed: labels.mixed } }));
    expect(pooledExperiments(reversed)).toContain('"data"');
  });

  it("are compared over compute where N and D are missing", () => {
    const bare = table(6, two, { web: 0.1 }, 0.001).map((run) => ({ ...run, N: Number.NaN, D: Number.NaN }));
    expect(pooledExperiments(bare)).toContain('"data"');
    expect(
      pooledExperiments(table(6, two, {}, 0.001).map((run) => ({ ...run, N: Number.NaN, D: Number.NaN }))),
    ).toBeUndefined();
  });

  it("are detected without rows whose loss is not positive or that have no label", () => {
    const runs = table(6, two, { web: 0.1 });
    const { labels: _, ...bare } = runs[0]!;
    expect(pooledExperiments([{ ...runs[0]!, loss: 0 }, ...runs, { ...bare, loss: 1e9 }])).toBe(
      pooledExperiments(runs),
    );
  });

  it("are detected from a sample of many rows", () => {
    const runs = Array.from({ length: 300 }, () => table(5, two, { web: 0.1 })).flat();
    expect(pooledExperiments(runs)).toContain('"data"');
  });
});
