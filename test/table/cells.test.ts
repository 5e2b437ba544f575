import { describe, expect, it } from "vitest";
import { cellText, isMissing, NumberReader, rowsText, unitScale } from "../../src/table/cells.ts";
import { readRunsTable } from "../../src/table/runs.ts";
import { UserError } from "../../src/task/errors.ts";

const table = (loss: string) => `N,C,loss\n1e6,1e16,3\n2e6,1e16,"${loss}"`;

describe("a cell", () => {
  it.each([
    ...["", " ", "nan", "NaN", "-nan", "inf", "+Infinity", "-INF", "n/a", "NA", "#N/A", "#DIV/0!", "None", "null"],
    ...["-", "—", ".", "diverged", "OOM", "running", "TBD"],
  ])("of %j has no loss, and its row is dropped", (loss) => {
    const { runs, dropped } = readRunsTable(table(loss));
    expect(runs.map(({ row }) => row)).toEqual([1]);
    expect(dropped).toEqual([{ row: 2, reason: "loss is missing or not finite" }]);
  });

  it.each(["nano", "1e5x", "infinite", "n/a?", "3.1.2", "0x10", "5 TFLOP/s"])(
    "of %s is refused by its row and column",
    (loss) => {
      expect(() => readRunsTable(table(loss))).toThrow(UserError);
      expect(() => readRunsTable(table(loss))).toThrow(`row 2, column loss: "${loss}" is not a number`);
    },
  );

  it.each([
    ["125M", 125e6],
    ["1.3B", 1.3e9],
    ["1.3 billion", 1.3e9],
    ["18,973,666", 18973666],
    ["18 973 666", 18973666],
    ["18'973'666", 18973666],
    ["18_973_666", 18973666],
    ["1,234,567.5", 1234567.5],
    ["350M params", 350e6],
    ["2.1 × 10^7", 2.1e7],
    ["2.1*10^7", 2.1e7],
    ["10^7", 1e7],
    ["3×10⁸", 3e8],
    ["~7B", 7e9],
  ])("of %s is a number of parameters", (size, value) => {
    expect(readRunsTable(`N,C,loss\n"${size}",1e22,3`).runs[0]!.N).toBeCloseTo(value, 3);
  });

  it.each([
    ["1e17 FLOPs", 1e17],
    ["100 PFLOPs", 1e17],
    ["0.1 exaflop", 1e17],
    ["2 PF-days", 1.728e20],
  ])("of %s is compute", (compute, value) => {
    const { runs, notes } = readRunsTable(`N,C,loss\n1e7,${compute},3`);
    expect(runs[0]!.C / value).toBeCloseTo(1, 12);
    expect(notes.join()).toContain('numbers of "C" are written with');
  });

  it("in an unusual notation is reported with its column and up to four units", () => {
    const reader = new NumberReader(false);
    const units = ["k", "M", "B", "T", "million"];
    for (const cell of ["7", "7,000", ...units.map((unit) => `7 ${unit}`)]) reader.parse(cell, "size");
    const [thousands, shown, ...others] = reader.notes();
    expect(thousands).toContain('"size"');
    expect(['"size"', ...units.map((unit) => `"${unit}"`)].filter((word) => !shown!.includes(word))).toEqual([
      '"million"',
    ]);
    expect(others).toEqual([]);
  });

  it.each([
    [{ N: 1e6, C: 1e15, loss: null }, "loss is missing or not finite"],
    [{ N: 1e6, C: 1e15 }, "loss is missing or not finite"],
    [{ N: 1e6, C: 1e15, loss: "nan" }, "loss is missing or not finite"],
    [{ N: 1e6, C: 1e15, loss: 0 }, "loss is not positive"],
    [{ N: 0, C: 1e15, loss: 3 }, "N is not positive"],
    [{ N: null, C: 1e15, loss: 3 }, "N is missing or not finite"],
    [{ C: 1e15, loss: 3 }, "N is missing or not finite"],
    [{ note: "paused" }, "an empty row"],
  ])("of JSON in %j drops its row", (row, reason) => {
    const { dropped } = readRunsTable(JSON.stringify([{ N: 1e6, C: 2e15, loss: 3 }, row]));
    expect(dropped).toEqual([{ row: 2, reason }]);
  });

  it.each([
    [[3], "[3]"],
    [false, "false"],
  ])("of JSON that is %j is refused", (loss, shown) => {
    const text = JSON.stringify([{ N: 1e6, C: 2e15, loss }]);
    expect(() => readRunsTable(text)).toThrow(`row 1, column loss: ${shown} is not a number`);
  });

  it("that is refused is shown whole up to sixty characters", () => {
    const refusal = (length: number) => () => readRunsTable(table("x".repeat(length)));
    expect(refusal(58)).toThrow(`"${"x".repeat(58)}" is`);
    expect(refusal(59)).toThrow(`: "${"x".repeat(59)}… is`);
  });

  it.each([
    [undefined, true, ""],
    [null, true, ""],
    [" NA ", true, "NA"],
    [" a b ", false, "a b"],
    [Number.NaN, true, "NaN"],
    [Number.POSITIVE_INFINITY, true, "Infinity"],
    [0, false, "0"],
    [true, false, "true"],
    [[1, "x"], false, '[1,"x"]'],
  ])("%j is missing: %s; as text it is %j", (cell, missing, text) => {
    expect([isMissing(cell), cellText(cell)]).toEqual([missing, text]);
  });
});

describe("decimal commas", () => {
  const losses = (text: string) => readRunsTable(text).runs.map(({ loss }) => loss);

  it("are read wherever the cells say so, whatever stands between them", () => {
    expect(losses("N;C;loss\n1,5e7;1e17;4,71\n3e7;1e17;4,695")).toEqual([4.71, 4.695]);
    expect(losses("N\tC\tloss\n15.000.000\t1e17\t4,71")).toEqual([4.71]);
    expect(losses('N,C,loss\n1e7,1e17,"4,7107"')).toEqual([4.7107]);
    expect(readRunsTable("N;C;loss\n15.000.000;1e17;4,71").runs[0]!.N).toBe(15e6);
  });

  it("of three digits alone are decimals between semicolons, thousands between commas", () => {
    expect(losses("N;C;loss\n1e7;1e17;4,711\n2e7;1e17;4,695")).toEqual([4.711, 4.695]);
    expect(readRunsTable('N,C,loss\n"18,973",1e17,4').runs[0]!.N).toBe(18973);
    expect(readRunsTable("N;C;loss\n18,973;1e17;4.5").runs[0]!.N).toBe(18973);
    expect(losses('N,C,loss\n1e7,1e17,"+4,711"\n1e7,1e18,"4,711"')).toEqual([4711, 4711]);
  });

  it("make a point before three digits one of thousands", () => {
    const text = "N;D;loss\n125.000;2.500.000;4,71\n1.250.000;25.000.000;3,9";
    expect(readRunsTable(text).runs.map(({ N }) => N)).toEqual([125e3, 1.25e6]);
  });

  it("beside decimal points are a mistake", () => {
    expect(() => losses('N,C,loss\n1e7,1e17,3.5\n2e7,1e17,"4,7107"')).toThrow('row 2, column loss: "4,7107"');
  });

  it.each(["4,71", "+4,71", "4,7", "12,5", "0,004e3", "471,25E-2", "4,71e+0", "0,471", "1234,125", "471,25e-02"])(
    "are told by %s",
    (loss) => {
      const value = Number(loss.replace(",", "."));
      expect(losses(`N;C;loss\n1e7;1e17;${loss}`)[0]).toBeCloseTo(value, 12);
      const { notes } = readRunsTable(`N,C,loss\n1e7,1e17,"${loss}"`);
      expect(notes.join()).toContain("decimal commas");
    },
  );

  it.each([".5", "4.7", "+4.71", "12.55", "471.25E-2", "4.71e+0", "0.4e1", "5."])("are excluded by %s", (loss) => {
    expect(readRunsTable(`N;C;loss\n18,973;1e17;${loss}`).runs).toMatchObject([{ N: 18973, loss: Number(loss) }]);
  });

  it("are not assumed where no cell has a comma, nor in JSON", () => {
    const { runs, notes } = readRunsTable("N;C;loss\n1e7;1e17;4.125");
    expect(runs[0]!.loss).toBe(4.125);
    expect(notes.join()).not.toContain("decimal commas");
    expect(readRunsTable('[{"N":"18,973","C":1e17,"loss":4}]').runs[0]!.N).toBe(18973);
  });

  it("stand before units and between thousands as well", () => {
    const text = "N;C;loss\n12,5 M params;1e17;4,71\n+12.500.000,5;1e17;4,6\n12 500 000;2,5 × 10^17;4,5\n5,;1e17;4";
    const given = { columns: { N: { column: "N", scale: 1 } } };
    expect(readRunsTable(text, given).runs.map(({ N, C }) => [N, C])).toEqual([
      [12.5e6, 1e17],
      [12_500_000.5, 1e17],
      [12.5e6, 2.5e17],
      [5, 1e17],
    ]);
  });

  it("in columns that are not read decide nothing", () => {
    expect(readRunsTable('N,C,loss,note\n"18,973",1e17,4,"1,5"').runs[0]!.N).toBe(18973);
  });
});

describe("a unit", () => {
  const thousands = ["", "k m b t", "thousand million billion trillion", "thousands millions billions trillions"];
  const counts = thousands.flatMap((names) =>
    names.split(" ").map((name, i) => [name, name && 1000 ** (i + 1)] as const),
  );
  const flops = ["k m g t p e z y", "kilo mega giga tera peta exa zetta yotta"].flatMap((names) =>
    names.split(" ").map((name, i) => [name, Number(`1e${3 * (i + 1)}`)] as const),
  );
  const things =
    "param params parameter parameters token tokens tok toks nat nats nat/tok nats/token seq seqs sequences";

  it("is a prefix before what is counted, in the singular or plural, together or not", () => {
    for (const [prefix, scale] of [
      ...counts,
      ["mn", 1e6],
      ["mio", 1e6],
      ["bn", 1e9],
      ["g", 1e9],
      ["tn", 1e12],
    ] as const)
      for (const thing of things.split(" "))
        for (const unit of [prefix, `${prefix}${thing}`, `${prefix} ${thing}`, `${prefix}-${thing}`.toUpperCase()])
          expect([unit, unitScale(unit)]).toEqual([unit, scale || 1]);
  });

  it("of FLOPs has the prefixes of the SI, and may be a petaflop a second for a day", () => {
    for (const [prefix, scale] of flops)
      for (const unit of ["flop", " flops", "-FLOPs"])
        expect([unit, unitScale(`${prefix}${unit}`)]).toEqual([unit, scale]);
    for (const power of ["PF", "pf/s", "petaflop", "petaflops", "petaflop/s"])
      for (const days of ["days", " day", "-days"]) expect(unitScale(`${power}${days}`)).toBe(8.64e19);
  });

  it.each([
    "kk",
    "x tokens",
    "tokens x",
    "xgflops",
    "gflops x",
    "x pf-days",
    "pf-days x",
    "gx flops",
    "pf x days",
    "k/flop",
  ])("is none in %s", (unit) => expect(unitScale(unit)).toBeUndefined());
});

describe("rows in words", () => {
  it.each([
    [[7], "row 7"],
    [[7, 9], "rows 7, 9"],
    [[1, 2, 3, 4, 5, 6], "rows 1, 2, 3, 4, 5, 6"],
    [[1, 2, 3, 4, 5, 6, 7, 8], "rows 1, 2, 3, 4, 5, 6 and 2 more"],
  ])("%j", (rows, words) => expect(rowsText(rows)).toBe(words));
});
