import { describe, expect, it } from "vitest";
import { rowsText } from "../../src/table/cells.ts";
import { readRunsTable } from "../../src/table/runs.ts";
import { naming } from "../naming.ts";

const read = (text: string, options = {}) => readRunsTable(text, options);
const json = (...rows: unknown[]) => JSON.stringify(rows);

describe("a cell", () => {
  it.each(["", " ", "nan", "NaN", "-nan", "inf", "+Infinity", "-INF", "n/a", "None", "null"])(
    "of %j has no loss, and its row is dropped",
    (loss) => {
      const { runs, dropped } = read(`N,C,loss\n1e6,1e15,3\n2e6,1e15,"${loss}"`);
      expect(runs.map(({ row }) => row)).toEqual([1]);
      expect(dropped).toEqual([{ row: 2, reason: expect.stringMatching(naming("loss", "finite")) }]);
    },
  );

  it.each([
    ["nano", '"nano"'],
    ["1e5x", '"1e5x"'],
    ["infinite", '"infinite"'],
    ["n/a?", '"n/a?"'],
  ])("of %s is refused by its row and column", (loss, shown) => {
    expect(() => read(`N,C,loss\n1e6,1e15,${loss}`)).toThrow(naming("row 1", "column loss", shown));
  });

  it.each([
    [{ N: 1e6, C: 1e15, loss: null }, undefined],
    [{ N: 1e6, C: 1e15 }, undefined],
    [{ N: 1e6, C: 1e15, loss: "nan" }, undefined],
    [{ N: 1e6, C: 1e15, loss: [3] }, naming("row 2", "column loss", "[3]")],
    [{ N: 1e6, C: 1e15, loss: {} }, naming("row 2", "column loss", "{}")],
    [{ N: 1e6, C: 1e15, loss: false }, naming("row 2", "column loss", "false")],
    [{ N: 1e6, C: 1e15, loss: 0 }, naming("row 2", "column loss", "0", "positive", "empty")],
    [{ N: 0, C: 1e15, loss: 3 }, naming("row 2", "column N", "0", "positive")],
    [{ N: null, C: 1e15, loss: 3 }, naming("row 2", "column N", '""', "positive")],
    [{ C: 1e15, loss: 3 }, naming("row 2", "column N", '""', "positive")],
  ])("of JSON: %j", (row, message) => {
    const text = json({ N: 1e6, C: 2e15, loss: 3 }, row);
    if (message) expect(() => read(text)).toThrow(message);
    else expect(read(text).dropped).toEqual([{ row: 2, reason: expect.stringMatching(naming("loss", "finite")) }]);
  });
});

describe("rows in words", () => {
  it.each([
    [[7], "row 7"],
    [[7, 9], "rows 7, 9"],
    [[1, 2, 3, 4, 5, 6], "rows 1, 2, 3, 4, 5, 6"],
    [[1, 2, 3, 4, 5, 6, 7, 8], "rows 1, 2, 3, 4, 5, 6 and 2 more"],
  ])("%j", (rows, words) => expect(rowsText(rows)).toBe(words));
});

describe("columns", () => {
  it.each([
    ["n,D,Loss", "N D"],
    ["PARAMS,Tokens,final loss", "N D"],
    ["Model-Size,training_tokens,final.loss", "N D"],
    ["parameter count,num_tokens,loss", "N D"],
    ["numParams,total_tokens,loss", "N D"],
    ["num_parameters,train_flops,loss", "N C"],
    ["parameters,training_flops,loss", "N C"],
    ["tokens,c,loss", "D C"],
    ["d,compute budget,loss", "D C"],
    ["d,compute,loss", "D C"],
    ["n,flops,finalloss", "N C"],
    ["n,budget,loss", "N C"],
  ])("%s are known", (header, quantities) => {
    const { accounting, runs } = read(`${header}\n2e6,3e15,3`);
    for (const [i, quantity] of quantities.split(" ").entries()) {
      expect(accounting).toContain(`${quantity} from "${header.split(",")[i]}"`);
      expect(runs[0]![quantity as "N" | "D" | "C"]).toBe([2e6, 3e15][i]);
    }
    expect(runs[0]!.loss).toBe(3);
  });

  it.each([
    ["N,D,C,loss", '"N", D from "D", C from "C"'],
    ["N,D,loss", '"D"; C = 6ND'],
    ["N,C,loss", '"C"; D = C/(6N)'],
    ["D,C,loss", '"C"; N = C/(6D)'],
  ])("%s say where N, D and C come from", (header, end) => {
    const { accounting, runs } = read(
      `${header}\n${header.split(",").map((name) => ({ N: 1e6, D: 2e9, C: 1.2e16 })[name] ?? 3)}`,
    );
    expect(accounting).toMatch(/^[ND] from "/);
    expect(accounting.endsWith(end)).toBe(true);
    expect(runs).toEqual([{ N: 1e6, D: 2e9, C: 1.2e16, loss: 3, row: 1 }]);
  });

  it("are the first of their names in a fixed order, and exactly those that are mapped", () => {
    expect(read("parameters,n,C,loss\n1e6,2e6,1e15,3").runs[0]!.N).toBe(2e6);
    const mapped = read("x,y,z,w\n1e6,2e9,1,2", { columns: { N: "x", D: "y", loss: "z", weight: "w" } });
    expect(mapped.runs).toEqual([{ N: 1e6, D: 2e9, C: 1.2e16, loss: 1, row: 1, weight: 2 }]);
    expect(mapped.accounting).toBe('N from "x", D from "y"; C = 6ND');
  });

  it.each([
    ["N,loss\n1,2", {}, naming("D", "C", '"N", "loss"', "--columns D=", "C = 6ND")],
    ["x,loss\n1,2", {}, naming("N", "D", "C", '"x", "loss"', "--columns N=")],
    ["N,C,lozz\n1,2,3", {}, naming("loss", '"N", "C", "lozz"', "--columns loss=")],
    ["N,C,loss\n1,2,3", { columns: { weight: "wait" } }, naming('"wait"', "N, C, loss")],
    ["N,C,loss\n1,2,3", { columns: { weight: "loss", loss: "l0ss" } }, naming('"l0ss"', '"loss"')],
  ])("missing from %j are named", (text, options, message) => {
    expect(() => read(text, options)).toThrow(message);
  });

  it("may have no name, which is then their place", () => {
    expect(read(",N,C,loss\n5,1e6,1e15,3", { columns: { weight: "column 1" } }).runs[0]!.weight).toBe(5);
    expect(read(",N,C,,loss\n5,1e6,1e15,,3").runs).toHaveLength(1);
  });
});

describe("a text that is no table", () => {
  it.each([
    ["", naming("empty", "header", "JSON")],
    [" \n ", naming("empty")],
    ["N\0,C", naming("zero", "UTF-8")],
    ["N,C,loss", naming("no rows")],
    ["[]", naming("no rows")],
    ["N,C,loss\n1,2", naming("CSV")],
    ['N,C,loss\n"1,2,3', naming("CSV")],
    ["N,C,N\n1,2,3", naming('"N"', "twice", "header")],
    ["[1, 2", naming("not JSON")],
    ['{"N": 1', naming("not JSON")],
    ['[{"N": 1},\n{"N": 2}', naming("not JSON")],
    ['{"N": }', naming("not JSON")],
    ['{"N": 1}\n{"N": ', naming("row 2", "JSON")],
    ['{"trials": []}', naming("no runs", "array", "previous_runs")],
    ['{"previous_runs": 5}', naming("no runs")],
    ['[{"N": 1}, 5]', naming("row 2", "5", "object")],
    ["[null]", naming("row 1", "null", "object")],
    ["[[1, 2]]", naming("row 1", "[1,2]", "object")],
    ['["N"]', naming("row 1", '"N"', "object")],
  ])("%j", (text, message) => expect(() => read(text)).toThrow(message));

  it("is not what has blank lines, blanks, or lines of JSON", () => {
    const expected = read("N,C,loss\n1e6,1e15,3\n2e6,1e15,4").runs;
    expect(read("\n\n N , C , loss \n\n1e6, 1e15 ,3\n\n2e6,1e15,4\n\n").runs).toEqual(expected);
    expect(read('\n{"N":1e6,"C":1e15,"loss":3} \n  \n {"N":2e6,"C":1e15,"loss":4} \n').runs).toEqual(expected);
    expect(read('{"previous_runs":[{"N":1e6,"C":1e15,"loss":3},{"N":2e6,"C":1e15,"loss":4}]}').runs).toEqual(expected);
    expect(read("N,C,loss\r1e6,1e15,3\r2e6,1e15,4\r").runs).toEqual(expected);
  });

  it("has its delimiter from the header, quotes aside", () => {
    expect(read('"a,b,c";N;C;loss\n1;1e6;1e15;3').runs).toHaveLength(1);
    expect(read('"x;y;z;w;v",N,C,loss\n1,1e6,1e15,3').runs).toHaveLength(1);
    expect(read("N\tC\tloss\n1e6\t1e15\t3").runs).toHaveLength(1);
    expect(read('N;C;loss;"a\tb\tc\td"\n1e6;1e15;3;"1,2,3,4,5"').runs).toHaveLength(1);
  });

  it("may have other columns in other rows", () => {
    expect(read(json({ N: 1e6, C: 1e15, loss: 3 }, { N: 2e6, C: 1e15, loss: 4, w: 2 })).runs).toHaveLength(2);
    const columns = { weight: "w" };
    expect(() => read(json({ N: 1e6, C: 1e15, loss: 3 }, { N: 2e6, C: 1e15, loss: 4, w: 2 }), { columns })).toThrow(
      naming("row 1", "column w", '""', "positive"),
    );
  });
});

describe("notes on a table", () => {
  const table = (...rows: string[]) => read(["N,D,C,loss", ...rows].join("\n"));

  it("tell of rows that repeat others, alike or not", () => {
    const row = "1e6,2e9,1.2e16";
    expect(table(`${row},3`, `${row},3`, `${row},4`, `${row},3`).notes).toEqual([
      expect.stringMatching(naming("rows 2, 4", "twice")),
      expect.stringMatching(naming("row 3", "another loss")),
    ]);
    expect(table(`${row},3`, "1e6,2e9,1.21e16,3").notes).toEqual([]);
  });

  it("tell how far C is from 6ND, beyond a percent", () => {
    expect(table("1e6,2e9,1.2e16,3", "2e6,2e9,2.42e16,3").notes).toEqual([]);
    expect(table("1e6,2e9,1.2e16,3", "2e6,2e9,3e16,3").notes).toEqual([
      expect.stringMatching(naming("C/(6ND)", "1.00", "1.25")),
    ]);
    expect(table("1e6,2e9,1.2e16,3", "2e6,2e9,2.3e16,3").notes).toHaveLength(1);
    expect(read("N,D,loss\n1e6,1,3").notes).toEqual([]);
    expect(read("N,C,loss\n1e6,1,3").notes).toEqual([]);
    expect(read("D,C,loss\n1e6,1e12,3").notes).toEqual([]);
  });

  it("tell which rows were dropped, when unusable rows may be", () => {
    const options = { dropUnusable: true };
    const rows = ["N,C,loss", "0,1e15,3", "1e6,,3", "1e6,1e15,-2", "1e6,1e15,nan", "1e6,1e15,3"].join("\n");
    const { runs, dropped } = read(rows, options);
    expect(runs.map(({ row }) => row)).toEqual([5]);
    expect(dropped).toEqual([
      { row: 1, reason: expect.stringMatching(naming("N", "0", "positive")) },
      { row: 2, reason: expect.stringMatching(naming("C", "missing")) },
      { row: 3, reason: expect.stringMatching(naming("loss", "-2", "positive")) },
      { row: 4, reason: expect.stringMatching(naming("loss", "finite")) },
    ]);
    expect(() => read("N,C,loss\n1e6,1e15,x", options)).toThrow(naming("row 1", "column loss", '"x"'));
    expect(() => read("N,C,loss\n0,1e15,3", options)).toThrow(naming("N", "0", "positive"));
    expect(() => read("N,C,loss\n1e6,1e15,nan")).toThrow(naming("finite", "loss"));
    expect(() => read("N,C,final_loss\n1e6,1e15,nan")).toThrow(naming("finite", "final_loss"));
  });
});

describe("a table of API answers", () => {
  const answer = { d_model: 256, num_layers: 4, num_heads: 4, batch_size: 128, learning_rate: 1e-3, train_flops: 1e16 };
  const N = 12 * 4 * 256 * 256;

  it("is one with shape, budget and loss, unless N is mapped", () => {
    const { accounting, notes, dropped } = read(json({ ...answer, loss: 5 }));
    expect(accounting).toBe("N = 12·num_layers·d_model², C = train_flops, D = C/(6N) (the handout's)");
    expect([notes, dropped]).toEqual([[], []]);
    for (const name of ["d_model", "num_layers", "loss"] as const) {
      const { [name]: _, ...without } = { ...answer, loss: 5, N: 1e6, final_loss: 4 };
      expect(read(json(without)).accounting).toBe('N from "N", C from "train_flops"; D = C/(6N)');
    }
    const mapped = read(json({ ...answer, loss: 5, size: 7e6 }), { columns: { N: "size" } });
    expect(mapped.runs[0]!.N).toBe(7e6);
  });

  it("needs no heads, batch size or learning rate, but what it has must be numbers", () => {
    const { num_heads: _, batch_size: __, learning_rate: ___, ...bare } = answer;
    expect(read(json({ ...bare, loss: 5 })).runs).toEqual([{ N, C: 1e16, D: 1e16 / (6 * N), loss: 5, row: 1 }]);
    expect(read(json({ ...bare, loss: 5 }), { dropUnusable: true }).runs).toHaveLength(1);
    expect(() => read(json({ ...answer, loss: 5 }, { ...bare, num_layers: undefined, loss: 4 }))).toThrow(
      naming("row 2", "column num_layers", "missing"),
    );
    expect(() => read(json({ ...answer, num_heads: 0, loss: 5 }))).toThrow(
      naming("row 1", "column num_heads", "0", "positive"),
    );
  });

  it("keeps the best of each size and budget, says so, and tells of the others", () => {
    const rows = [0.0001, 0.001].map((learning_rate) => ({ ...answer, learning_rate, loss: learning_rate * 1000 + 4 }));
    const best = read(json(...rows));
    expect(best.runs.map(({ row }) => row)).toEqual([1]);
    expect(best.notes).toEqual([expect.stringMatching(naming("lowest loss", "--keep-all"))]);
    expect(best.dropped).toEqual([{ row: 2, reason: expect.stringMatching(naming("N and C", "lower loss")) }]);
    expect(read(json(...rows), { keepAll: true })).toMatchObject({
      notes: [],
      dropped: [],
      runs: [{ row: 1 }, { row: 2 }],
    });
  });

  it("uses what was answered twice once, and no contradiction", () => {
    expect(read(json({ ...answer, loss: 5 }, { ...answer, loss: 5 })).dropped).toEqual([
      { row: 2, reason: expect.stringMatching(naming("row 1")) },
    ]);
    expect(() => read(json({ ...answer, loss: 5 }, { ...answer, loss: 4 }))).toThrow(
      naming("row 2", "column loss", "4", "row 1", "5"),
    );
  });

  it("tells of losses that are close to an untrained model's", () => {
    const rows = [8.9, 9, 9.1, 10].map((loss, i) => ({ ...answer, d_model: 256 + 64 * i, loss }));
    expect(read(json(...rows)).notes).toEqual([expect.stringMatching(naming("rows 3, 4", "9", "10.5"))]);
  });

  it("has its loss and weights where they are mapped, and no place for N, D and C", () => {
    const row = { ...answer, loss: 5, smooth: 4.5, w: 3 };
    expect(read(json(row), { columns: { loss: "smooth", weight: "w" } }).runs[0]).toMatchObject({
      loss: 4.5,
      weight: 3,
    });
    for (const quantity of ["D", "C"])
      expect(() => read(json(row), { columns: { [quantity]: "w" } })).toThrow(
        naming(`${quantity}=w`, "12·num_layers·d_model²", "train_flops", "N"),
      );
    expect(() => read(json({ ...row, smooth: 0 }), { columns: { loss: "smooth" } })).toThrow(
      naming("row 1", "column smooth", "0", "positive"),
    );
    expect(() => read(json({ ...row, w: 0 }), { columns: { weight: "w" } })).toThrow(
      naming("row 1", "column w", "0", "positive"),
    );
  });

  it("drops rows without a loss, and unusable ones where told to", () => {
    const rows = [
      { ...answer, loss: null },
      { ...answer, d_model: 0, loss: 4 },
      { ...answer, loss: 5 },
    ];
    expect(() => read(json(...rows))).toThrow(naming("row 2", "column d_model", "0", "positive"));
    expect(read(json(...rows), { dropUnusable: true })).toMatchObject({
      runs: [{ row: 3 }],
      dropped: [
        { row: 1, reason: expect.stringMatching(naming("loss", "finite")) },
        { row: 2, reason: expect.stringMatching(naming("d_model", "0", "positive")) },
      ],
    });
    expect(read(json(rows[0], rows[2])).dropped).toEqual([
      { row: 1, reason: expect.stringMatching(naming("loss", "finite")) },
    ]);
    expect(() => read(json(rows[0]))).toThrow(naming("finite", "loss"));
    expect(() => read(json(rows[1]), { dropUnusable: true })).toThrow(naming("d_model", "0", "positive"));
  });
});
