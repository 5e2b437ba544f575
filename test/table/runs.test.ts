import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readRunsTable } from "../../src/table/runs.ts";

const line = (...cells: (number | string)[]) => cells.join(",");

describe("a runs table", () => {
  it.each([
    ["N,D,loss", line("2M", 1e9, 3)],
    ["params,tokens,loss", line(2e6, 1e9, 3)],
    ["Model Size,Training FLOP,loss", line(2e6, 1.2e16, 3)],
    ["parameters,compute_budget,final_loss", line(2e6, 1.2e16, 3)],
    ["tokens;flops;loss", "1B;1.2e16;3"],
    ["x\tparams\tbudget\tfinal_loss", "7\t2e6\t1.2e16\t3"],
    ['params;compute;"loss";"optimiser, schedule"', '2e6;"1.2e16";3;adam'],
  ])("knows N, D and C by the names %s", (header, row) => {
    const [run] = readRunsTable(`${header}\n${row}\n`).runs;
    expect(run!.N).toBeCloseTo(2e6, 3);
    expect(run!.D).toBeCloseTo(1e9, 0);
    expect(run!.C).toBeCloseTo(1.2e16, -8);
    expect(run!.loss).toBe(3);
  });

  it("reads the same rows from CSV, a JSON array and JSON lines", () => {
    const row = fc.record({
      N: fc.double({ min: 1, max: 1e12, noNaN: true }),
      C: fc.double({ min: 1, max: 1e26, noNaN: true }),
      loss: fc.double({ min: 0.1, max: 10, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 9 }), (rows) => {
        const csv = ["N,C,loss", ...rows.map(({ N, C, loss }) => line(N, C, loss))].join("\r\n");
        const expected = readRunsTable(JSON.stringify(rows));
        expect(readRunsTable(csv)).toEqual(expected);
        expect(readRunsTable(rows.map((one) => JSON.stringify(one)).join("\n"))).toEqual(expected);
      }),
    );
  });

  it("reads past a byte order mark and line ends of two kinds", () => {
    const expected = readRunsTable("N,C,loss\n1e6,1e15,3\n2e6,1e15,4\n");
    expect(readRunsTable("\ufeffN,C,loss\r\n1e6,1e15,3\n2e6,1e15,4\r\n\n")).toEqual(expected);
    expect(readRunsTable('\ufeff[{"N":1e6,"C":1e15,"loss":3},{"N":2e6,"C":1e15,"loss":4}]').runs).toEqual(
      expected.runs,
    );
    expect(() => readRunsTable("\ufeffN\0,\0C\0")).toThrow("save it as text in UTF-8");
  });

  it("takes mapped columns over recognised ones", () => {
    const { runs, accounting } = readRunsTable("N,size,C,loss,val\n1,2e6,1.2e16,9,3", {
      columns: { N: "size", loss: "val" },
    });
    expect(runs[0]).toMatchObject({ N: 2e6, loss: 3 });
    expect(accounting).toContain('N from "size"');
  });

  it("names the row and the column of what is not a number", () => {
    const rows = Array.from({ length: 16 }, () => "1e6,1e15,3").join("\n");
    expect(() => readRunsTable(`N,C,loss\n${rows}\n1e6,1e15,abc`)).toThrow(
      'row 17, column loss: "abc" is not a number',
    );
    expect(() => readRunsTable("N,C,loss\n-5,1e15,3")).toThrow('row 1, column N: "-5" is not a positive number');
    expect(() => readRunsTable("N,C,loss\n,1e15,3")).toThrow('row 1, column N: "" is not a positive number');
    expect(() => readRunsTable("N,C,loss\n1e6,1e15,3\n1e6,1e15,-1")).toThrow(
      "row 2, column loss: a loss of -1 is not positive",
    );
    expect(() => readRunsTable('[{"N":1,"C":2,"loss":true}]')).toThrow("row 1, column loss: true is not a number");
  });

  it("says what is missing or broken in the table as a whole", () => {
    expect(() => readRunsTable("")).toThrow("empty");
    expect(() => readRunsTable("N,C,loss\n")).toThrow("no rows");
    expect(() => readRunsTable("N,C,lozz\n1,2,3")).toThrow('no column for loss among "N", "C", "lozz"');
    expect(() => readRunsTable("N,loss\n1,2")).toThrow("--columns D=COLUMN");
    expect(() => readRunsTable("N,C,loss\n1,2,3", { columns: { N: "sise" } })).toThrow('unknown column "sise"');
    expect(() => readRunsTable("N,C,loss\n1,2,3,4")).toThrow("the CSV cannot be read");
    expect(() => readRunsTable("N,N,loss\n1,2,3")).toThrow('column "N" appears twice');
    expect(() => readRunsTable('{"trials":[]}')).toThrow("the JSON holds no runs");
    expect(() => readRunsTable("[1]")).toThrow("row 1: 1 is not an object");
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
    expect(table.runs).toEqual([
      { N, C: 1e16, D: 1e16 / (6 * N), loss: 5, row: 2 },
      { N: 4 * N, C: 1e16, D: 1e16 / (24 * N), loss: 5.2, row: 4 },
    ]);
    expect(table.dropped.map(({ row }) => row)).toEqual([1, 3]);
    expect(readRunsTable(JSON.stringify(body), { keepAll: true }).runs).toHaveLength(4);
  });

  it("takes the loss and the weights from mapped columns, and refuses those it has no use for", () => {
    const rows = JSON.stringify([{ ...answer(1e-3, 5), smoothed: 4, seeds: 3 }]);
    expect(readRunsTable(rows, { columns: { loss: "smoothed", weight: "seeds" } }).runs).toMatchObject([
      { loss: 4, weight: 3 },
    ]);
    expect(() => readRunsTable(rows, { columns: { weight: "sead" } })).toThrow('unknown column "sead"');
    expect(() => readRunsTable(rows, { columns: { D: "seeds" } })).toThrow("D=seeds cannot be used");
  });

  it("uses a repeated answer once, refuses a contradiction and drops what has no loss", () => {
    const table = readRunsTable(JSON.stringify([answer(1e-3, 5), answer(1e-3, 5), answer(1e-4, null)]));
    expect(table.runs).toHaveLength(1);
    expect(table.dropped).toHaveLength(2);
    expect(() => readRunsTable(JSON.stringify([answer(1e-3, 5), answer(1e-3, 5.1)]))).toThrow(
      "row 2, column loss: 5.1 contradicts row 1",
    );
    expect(() => readRunsTable(JSON.stringify([{ ...answer(1e-3, 5), d_model: "wide" }]))).toThrow(
      'row 1, column d_model: "wide" is not a number',
    );
  });
});
