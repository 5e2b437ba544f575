import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rowsText } from "../../src/table/cells.ts";
import { readRunsTable } from "../../src/table/runs.ts";

const line = (...cells: (number | string)[]) => cells.join(",");

describe("a runs table", () => {
  it("reads the same rows from CSV, a JSON array and JSON lines", () => {
    const row = fc.record({
      N: fc.double({ min: 1e3, max: 1e12, noNaN: true }),
      C: fc.double({ min: 1e16, max: 1e26, noNaN: true }),
      loss: fc.double({ min: 0.1, max: 10, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 9 }), (rows) => {
        const csv = ["N,C,loss", ...rows.map(({ N, C, loss }) => line(N, C, loss))].join("\r\n");
        const { runs } = readRunsTable(JSON.stringify(rows));
        expect(runs.map(({ N, C, loss }) => ({ N, C, loss }))).toEqual(rows);
        expect(readRunsTable(csv).runs).toEqual(runs);
        expect(readRunsTable(rows.map((one) => JSON.stringify(one)).join("\n")).runs).toEqual(runs);
      }),
    );
  });

  it("names the row and the column of what is not a number", () => {
    const rows = Array.from({ length: 16 }, () => "1e6,1e15,3").join("\n");
    expect(() => readRunsTable(`N,C,loss\n${rows}\n1e6,1e15,abc`)).toThrow(
      'row 17, column loss: "abc" is not a number',
    );
  });

  it("tells how far C is from 6ND, beyond a percent", () => {
    const notes = (...rows: string[]) => readRunsTable(["N,D,C,loss", ...rows].join("\n")).notes;
    expect(notes("1e6,2e9,1.2e16,3", "2e6,2e9,2.42e16,3")).toEqual([]);
    expect(notes("1e6,2e9,1.2e16,3", "2e6,2e9,3e16,3").join()).toMatch(/from 1\.00 to 1\.25/);
    expect(notes("1e6,2e9,6e15,3", "2e6,2e9,2.4e16,3").join()).toMatch(/from 0\.500 to 1\.00/);
  });

  it("names the column that tells runs of the same N, D and C apart", () => {
    const text = "N,C,loss,seed,set\n1e6,1e15,3,1,web\n1e6,1e15,2,1,code\n2e6,1e15,3,2,web\n2e6,1e15,2,2,code";
    expect(readRunsTable(text).notes.join()).toContain("--by set");
    expect(readRunsTable(text.replaceAll("code", "web")).notes.join()).not.toContain("--by");
  });

  it("names the rows that repeat an earlier one, and those that have another loss", () => {
    const run = fc.record({
      N: fc.constantFrom(1e6, 2e6),
      D: fc.constantFrom(1e9, 2e9),
      C: fc.constantFrom(1e16, 2e16),
      loss: fc.constantFrom(3, 4),
    });
    fc.assert(
      fc.property(fc.array(run, { minLength: 2, maxLength: 6 }), (rows) => {
        const { notes } = readRunsTable(JSON.stringify(rows));
        const same: number[] = [];
        const conflicting: number[] = [];
        for (const [i, { N, D, C, loss }] of rows.entries()) {
          const first = rows.find((other) => other.N === N && other.D === D && other.C === C)!;
          if (first !== rows[i]) (first.loss === loss ? same : conflicting).push(i + 1);
        }
        const told = [same, conflicting].flatMap((numbers) => (numbers.length > 0 ? [`${rowsText(numbers)}: `] : []));
        const repeats = notes.filter((note) => note.startsWith("row"));
        expect(repeats.map((note, i) => note.startsWith(told[i] ?? "nothing"))).toEqual(told.map(() => true));
      }),
    );
  });

  it("drops and reports rows whose loss is not finite, and reports repeated rows", () => {
    const table = readRunsTable("N,C,loss\n1e6,1e15,nan\n1e6,1e15,3\n1e6,1e15,3\n1e6,1e15,4\n2e6,1e15,");
    expect(table.dropped.map(({ row }) => row)).toEqual([1, 5]);
    expect(table.runs.map(({ row }) => row)).toEqual([2, 3, 4]);
    expect(table.notes.join()).toMatch(
      /row 3: the same as an earlier row.*row 4: N, D and C of an earlier row but another loss/,
    );
  });
});

describe("a table of API answers", () => {
  const answer = (learning_rate: number, loss: number | null, d_model = 256) => ({
    ...{ d_model, num_layers: 4, num_heads: 4, batch_size: 128, learning_rate, train_flops: 1e16, loss },
  });

  it("becomes N = 12·L·d² and D = C/(6N), the best setting of each size", () => {
    const body = { previous_runs: [answer(1e-4, 6), answer(1e-3, 5), answer(5e-4, 5.5), answer(1e-3, 5.2, 512)] };
    const table = readRunsTable(JSON.stringify(body));
    const N = 12 * 4 * 256 * 256;
    expect(table.runs).toMatchObject([
      { N, C: 1e16, D: 1e16 / (6 * N), loss: 5, row: 2 },
      { N: 4 * N, C: 1e16, D: 1e16 / (24 * N), loss: 5.2, row: 4 },
    ]);
    expect(table.dropped.map(({ row }) => row)).toEqual([1, 3]);
    expect(table.notes.join()).toContain("--keep-all");
    const all = readRunsTable(JSON.stringify(body), { keepAll: true });
    expect(all).toMatchObject({ runs: { length: 4 }, dropped: [] });
    expect(all.notes.join()).toMatch(/^rows 2, 3: .*another loss/);
  });

  it.each(["d_model", "num_layers", "train_flops", "loss"])(
    "is one by the names of the API alone: not without %s",
    (name) => {
      const other = { d_model: "width", num_layers: "depth", train_flops: "flops", loss: "val_loss" }[name]!;
      const rows = JSON.stringify([answer(1e-4, 6), answer(1e-3, 5)]);
      expect(readRunsTable(rows.replaceAll(name, `config.${name}`)).runs).toHaveLength(1);
      expect(readRunsTable(rows.replaceAll(name, other)).runs).toHaveLength(name === "loss" ? 1 : 2);
    },
  );

  it("takes the loss, the weights and the tokens from mapped columns", () => {
    const rows = JSON.stringify([{ ...answer(1e-3, 5), smoothed: 4, seeds: 3 }]);
    expect(readRunsTable(rows, { columns: { loss: "smoothed", weight: "seeds" } }).runs).toMatchObject([
      { loss: 4, weight: 3 },
    ]);
    expect(() => readRunsTable(rows, { columns: { weight: "sead" } })).toThrow('unknown column "sead"');
    const tokens = JSON.stringify([{ ...answer(1e-3, 5), seen: 4e8 }]);
    expect(readRunsTable(tokens, { columns: { D: "seen" } }).runs).toMatchObject([{ C: 1e16, D: 4e8 }]);
  });

  it("uses a repeated answer once, refuses a contradiction and drops what has no loss", () => {
    const table = readRunsTable(JSON.stringify([answer(1e-3, 5), answer(1e-3, 5), answer(1e-4, null)]));
    expect(table).toMatchObject({ runs: [{ row: 1 }], dropped: [{ row: 2 }, { row: 3 }], notes: [] });
    expect(readRunsTable(JSON.stringify([answer(1e-4, 6), answer(1e-4, null), answer(1e-3, 5)])).dropped).toMatchObject(
      [{ row: 1 }, { row: 2 }],
    );
    expect(() => readRunsTable(JSON.stringify([answer(1e-3, 5), answer(1e-3, 5.1)]))).toThrow(
      "row 2, column loss: 5.1 contradicts row 1",
    );
    expect(() => readRunsTable(JSON.stringify([{ ...answer(1e-3, 5), d_model: "wide" }]))).toThrow(
      'row 1, column d_model: "wide" is not a number',
    );
  });

  it("has the table's own N and D where there are such columns, and keeps the best of its settings all the same", () => {
    const rows = [answer(1e-4, 6), answer(1e-3, 5)].map((row) => ({ ...row, params: 1e7, tokens: 2e8 }));
    const { runs, accounting } = readRunsTable(JSON.stringify(rows));
    expect(runs).toMatchObject([{ N: 1e7, D: 2e8, C: 1e16, loss: 5 }]);
    expect(accounting).toBe('N from "params", D from "tokens", C from "train_flops"');
    for (const column of [{ params: 1e7 }, { tokens: 2e8 }]) {
      const seeds = [answer(1e-3, 5.5), answer(1e-3, 5), answer(1e-3, 5)].map((row) => ({ ...row, ...column }));
      expect(readRunsTable(JSON.stringify(seeds)).runs).toMatchObject([{ row: 2, loss: 5 }]);
    }
  });

  it("tells of losses that are close to an untrained model's", () => {
    const rows = [8.9, 9, 9.1, 10].map((loss, i) => answer(1e-3, loss, 256 + 64 * i));
    expect(readRunsTable(JSON.stringify(rows)).notes.join()).toContain("rows 3, 4 have a loss above 9");
  });

  it("may lack heads, batch size and learning rate, and hold empty ones", () => {
    const { num_heads: _, batch_size: __, ...bare } = answer(1e-3, 5);
    expect(readRunsTable(JSON.stringify([bare])).runs).toHaveLength(1);
    const [run] = readRunsTable(JSON.stringify([{ ...bare, learning_rate: null }])).runs;
    expect(run!.learningRate).toBeUndefined();
    expect(
      readRunsTable(JSON.stringify([{ ...bare, learning_rate: 0, batch_size: "auto" }])).runs[0],
    ).not.toHaveProperty("learningRate");
  });
});

describe("a table of C and loss alone", () => {
  it("is read where laws of C are to be fitted, and lacks N or D elsewhere", () => {
    const text = "C,loss\n1e18,3.5\n1e19,3.1";
    expect(readRunsTable(text, { optional: ["size"] }).runs).toMatchObject([
      { C: 1e18, N: Number.NaN, D: Number.NaN },
      { C: 1e19 },
    ]);
    expect(readRunsTable(text, { optional: ["size"] }).accounting).not.toMatch(/6[ND]/);
    expect(() => readRunsTable(text)).toThrow("no column for N or D");
    for (const lacking of ["loss\n3.5", "N,loss\n1e8,3.5"])
      expect(() => readRunsTable(lacking, { optional: ["size"] })).toThrow("no column for");
  });

  it("and one of optima without a loss", () => {
    expect(readRunsTable("C,N_opt\n1e18,1e8", { columns: { N: "N_opt" }, optional: ["loss"] }).runs).toMatchObject([
      { C: 1e18, N: 1e8, loss: Number.NaN },
    ]);
  });
});

describe("a row", () => {
  const values = { N: 1e7, D: 1e9, C: 6e16, loss: 3, weight: 2, batch_size: 64, learning_rate: 1e-3 };
  const rowsWith = (change: object) => JSON.stringify([values, { ...values, ...change }]);

  it.each(["N", "D", "C", "loss", "weight"])("that lacks %s, or has none above 0, is dropped by its name", (name) => {
    for (const value of [null, "", 0, -1]) {
      const { runs, dropped } = readRunsTable(rowsWith({ [name]: value }), { columns: { weight: "weight" } });
      expect(runs).toMatchObject([{ row: 1, weight: 2, batchSize: 64, learningRate: 1e-3 }]);
      expect(dropped).toMatchObject([{ row: 2, reason: expect.stringContaining(name) }]);
    }
    expect(() => readRunsTable(rowsWith({ [name]: "x" }), { columns: { weight: "weight" } })).toThrow(
      `row 2, column ${name}: "x"`,
    );
  });

  it("that has not finished may hold anything, unless it has a loss", () => {
    expect(readRunsTable(rowsWith({ N: "x", loss: null })).dropped).toHaveLength(1);
    expect(() => readRunsTable(rowsWith({ N: "x", D: 0 }))).toThrow("row 2, column N");
    expect(() => readRunsTable(rowsWith({ D: "x", N: null }))).toThrow("row 2, column D");
  });

  it("without any number is dropped as a title or as empty", () => {
    const { dropped } = readRunsTable("N,C,loss\n1e7,1e17,3\nsmall,,\n,nan,-");
    expect(dropped.map(({ row }) => row)).toEqual([2, 3]);
    expect(dropped[0]!.reason).not.toBe(dropped[1]!.reason);
  });

  it("may lack a setting, or have words for it, unless settings are required", () => {
    const required = ["learning_rate"] as const;
    for (const value of [null, "auto", 0]) {
      const text = rowsWith({ learning_rate: value });
      const [, run] = readRunsTable(text).runs;
      expect([run!.row, run!.learningRate]).toEqual([2, undefined]);
      if (value === "auto") expect(() => readRunsTable(text, { required })).toThrow("row 2, column learning_rate");
      else expect(readRunsTable(text, { required }).dropped).toMatchObject([{ row: 2 }]);
    }
    expect(() => readRunsTable(rowsWith({}), { required: ["num_heads", "batch_size", "d_model"] })).toThrow(
      "no column for num_heads, d_model",
    );
  });

  it("gets N from its shape only where both parts are there", () => {
    expect(() => readRunsTable("d_model,D,loss\n512,1e9,3")).toThrow("no column for N or C");
    expect(() => readRunsTable("num_layers,D,loss\n8,1e9,3")).toThrow("no column for N or C");
    expect(() => readRunsTable("d_model,num_layers,loss\n512,8,3")).toThrow("no column for D or C");
    const { dropped } = readRunsTable("d_model,num_layers,C,loss\n512,8,1e17,3\n,8,1e17,3\n512,,1e17,3");
    expect(dropped.map(({ row }) => row)).toEqual([2, 3]);
  });
});
