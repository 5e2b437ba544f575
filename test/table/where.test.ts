import { describe, expect, it } from "vitest";
import { readRows } from "../../src/table/rows.ts";
import { categoriesOf, groupDropped, groupRows, readRunsTable } from "../../src/table/runs.ts";
import { parseCondition } from "../../src/table/where.ts";

const TABLE = `name,Model Size,Training FLOP,loss,State,seed
a,1e7,1e17,4,finished,1
b,1e7,1e18,3.5,Finished,2
c,2e7,1e18,3.4,finished,2
d,2e7,1e19,3.1,crashed,1
e,4e7,1e19,3,,1`;

const names = (...conditions: string[]) => {
  const rows = readRows([{ name: "t", text: TABLE }], { where: conditions.map(parseCondition) });
  return rows.runs.map(({ row }) => rows.label(row, "name")).join("");
};

describe("--where", () => {
  it.each([
    [["state=finished"], "abc"],
    [["State != finished"], "de"],
    [['"State" = "crashed"'], "d"],
    [["State="], "e"],
    [["C<1e19"], "abc"],
    [["C<=1e18", "seed=1"], "a"],
    [[' "State" = finished', "C<=1e18"], "abc"],
    [["'Model Size'=20M"], "c"],
    [["N>10M"], "ce"],
    [["loss>=3.4"], "abc"],
    [["Model Size==2e7"], "c"],
    [["seed<>2"], "ae"],
  ])("%j keeps rows %s", (conditions, kept) => expect(names(...conditions)).toBe(kept));

  it.each([
    ["set=lr=1e-3, wd>0", "lr=1e-3, wd>0"],
    ['set = c4 = "en"', 'c4 = "en"'],
    [`set='c4 = "en"'`, 'c4 = "en"'],
    [`"set"="two words"`, "two words"],
  ])("%s compares with all that follows the first operator", (text, value) => {
    expect(parseCondition(text)).toMatchObject({ name: "set", operator: "=", value });
  });

  it("says of the rows it leaves out which condition they do not meet", () => {
    const { dropped } = readRunsTable(TABLE, { where: ["C<1e19", "name!=b"].map(parseCondition) });
    expect(groupDropped(dropped)).toEqual([
      { reason: 'left out by --where "name!=b"', rows: [2], count: 1 },
      { reason: 'State is "crashed"', rows: [4], count: 1 },
      { reason: 'left out by --where "C<1e19"', rows: [5], count: 1 },
    ]);
  });

  it("looks at rows before their numbers are read, so that what it leaves out may be anything", () => {
    const text = "N,C,loss,set\n1e7,1e17,4,a\n2e7,y,3,b";
    expect(() => readRunsTable(text)).toThrow("row 2");
    expect(readRunsTable(text, { where: [parseCondition("set=a")] }).runs).toHaveLength(1);
  });

  it("names a column that is not there, and of a table with nothing left up to three reasons", () => {
    expect(() => names("stat=finished")).toThrow('unknown column "stat"; did you mean "State"?');
    expect(() => names("C<1")).toThrow("no row can be used");
    const rows = ["1e6,1e16,0,", ",1e16,3,", "1e6,1e16,3,failed", "#,,,", "0,1e16,3,"];
    const text = ["N,C,loss,state", ...rows].join("\n");
    expect(() => readRunsTable(text)).toThrow(/^no row .*loss.*N is missing.*"failed"$/);
  });

  it.each(["state", "=1", "C<", "C<big", "C=<3", '"a=1', "C<nan"])("refuses %s", (text) => {
    expect(() => parseCondition(text)).toThrow(`"${text}"`);
  });

  it("compares true and false, lists and numbers of JSON as they are written, and numbers with words as other", () => {
    const cells = [true, "TRUE", 1, "1.0", "one", null, [1, 2]];
    const text = JSON.stringify(cells.map((x) => ({ N: 1e7, C: 1e17, loss: 3, x })));
    const kept = (condition: string) =>
      readRunsTable(text, { where: [parseCondition(condition)] }).runs.map(({ row }) => row);
    expect(kept("x=true")).toEqual([1, 2]);
    expect(kept("x=1")).toEqual([3, 4]);
    expect(kept("x=")).toEqual([6]);
    expect(kept("x=[1,2]")).toEqual([7]);
    expect(kept("x!=1")).toEqual([1, 2, 5, 6, 7]);
    expect(kept("x>=1")).toEqual([3, 4]);
  });

  it("refuses more than a thousand characters, and shows no more of them", () => {
    expect(parseCondition(`x=${"y".repeat(998)}`).value).toHaveLength(998);
    expect(() => parseCondition(`x=${"y".repeat(999)}`)).toThrow(/^"x=y{998}"/);
  });
});

describe("a run", () => {
  it("that has not finished is left out, unless a condition speaks of states", () => {
    expect(names()).toBe("abce");
    expect(names("State=crashed")).toBe("d");
  });

  it("logged step by step counts once, with its last step that has a loss", () => {
    const text = `name,_step,N,tokens,eval/loss
a,100,1e7,1e8,5
a,300,1e7,3e8,
a,200,1e7,2e8,4
b,100,2e7,1e8,4.5`;
    const { runs, dropped } = readRows([{ name: "t", text }]);
    expect(runs.map(({ row }) => row)).toEqual([3, 4]);
    expect(dropped.map(({ row }) => row)).toEqual([1, 2]);
    expect(dropped[0]!.reason).toContain("earlier step");
  });

  it.each([
    ["in any order", ["a,300", "a,100", "a,200"], [1]],
    ["of equal steps the later row", ["a,1", "a,2", "a,2"], [3]],
    ["with thousands", ['a,"1,000"', "a,999"], [1]],
    ["by name", ["a,1", "b,2", "a,3"], [2, 3]],
    ["but where there is no name", ["  ,1", ",2", "a,3"], [1, 2, 3]],
    ["but where there is no step", ["a,", "a,1", "a,nan", "a,2"], [1, 3, 4]],
  ])("counts once by its steps: %s", (_which, rows, kept) => {
    const text = ["run,step,N,C,loss", ...rows.map((row) => `${row},1e7,1e17,3`)].join("\n");
    expect(readRunsTable(text).runs.map(({ row }) => row)).toEqual(kept);
  });

  it("counts once for each of its sizes and settings", () => {
    const rows = ["1e7,1e-3,64", "2e7,1e-3,64", "1e7,2e-3,64", "1e7,1e-3,32"];
    const text = ["run,_step,N,lr,batch_size,D,loss", ...rows.map((row, i) => `a,${i},${row},${i + 1}e9,3`)].join("\n");
    expect(readRunsTable(text).runs).toHaveLength(4);
  });

  it("with checkpoints of growing token counts counts as often as it was measured", () => {
    const text = "run_name,step,N,tokens,loss\na,1,1e7,1e8,5\na,2,1e7,2e8,4";
    expect(readRunsTable(text)).toMatchObject({ runs: [{ row: 1 }, { row: 2 }], dropped: [] });
    expect(
      readRunsTable("run_name,step,N,C,loss\na,1,1e7,1e17,5\na,2,1e7,1e17,4").runs.map(({ loss }) => loss),
    ).toEqual([4]);
  });
});

describe("groups of runs", () => {
  const rows = readRows([{ name: "t", text: TABLE }]);

  it("are the runs of equal values, with the rows dropped from each", () => {
    const groups = groupRows(rows, ["seed"]);
    expect(groups.map(({ by }) => by)).toEqual([{ seed: "1" }, { seed: "2" }]);
    expect(groups.map((group) => group.rows.runs.map(({ row }) => row))).toEqual([
      [1, 5],
      [2, 3],
    ]);
    expect(groups.map((group) => group.rows.dropped.map(({ row }) => row))).toEqual([[4], []]);
  });

  it("are suspected in columns of two to twenty values that nothing was read from", () => {
    const lines = Array.from({ length: 21 }, (_, i) => `1e7,${i + 1}e17,3,${i % 2},x,${i},${Math.min(i, 19)}`);
    const found = categoriesOf(readRows([{ name: "t", text: ["N,C,loss,set,one,most,twenty", ...lines].join("\n") }]));
    expect(found.map(({ column, values }) => [column, values.length])).toEqual([
      ["set", 21],
      ["twenty", 21],
    ]);
  });

  it("of dropped rows come by their number", () => {
    const dropped = ["a", "b", "b", "c", "c", "c"].map((reason, i) => ({ row: i + 1, reason }));
    expect(groupDropped(dropped).map(({ reason, count }) => [reason, count])).toEqual([
      ["c", 3],
      ["b", 2],
      ["a", 1],
    ]);
  });

  it("may be of several columns, and name one that is not there", () => {
    expect(groupRows(rows, ["seed", "State"])).toHaveLength(4);
    const corpora = readRunsTable("corpus,N,C,loss\na,1e8,1e18,3\nb,1e8,1e18,4");
    expect(groupRows(corpora, ["dataset"]).map(({ by }) => by.dataset)).toEqual(["a", "b"]);
    expect(() => groupRows(rows, ["sead"])).toThrow('unknown column "sead"');
  });
});

describe("several tables", () => {
  it("are one, whatever their columns are called, with rows counted on", () => {
    const rows = readRows([
      { name: "a.csv", text: "N,C,loss,set\n1e7,1e17,4,x\n2e7,1e17," },
      { name: "b.json", text: '[{"params":1e7,"tokens":1e9,"loss":3,"set":"y"}]' },
    ]);
    expect(rows.runs).toMatchObject([
      { row: 1, C: 1e17 },
      { row: 3, C: 6e16 },
    ]);
    expect(rows.dropped.map(({ row }) => row)).toEqual([2]);
    expect(rows.runs.map(({ row }) => rows.label(row, "set"))).toEqual(["x", "y"]);
    expect([rows.label(2, "N"), rows.label(3, "N"), rows.label(1, "nothing")]).toEqual(["2e7", "10000000", ""]);
    expect(rows.columns).toEqual({ N: "N", C: "C", loss: "loss", D: "tokens" });
    expect(rows.names).toEqual(["N", "C", "loss", "set", "params", "tokens"]);
    expect(rows.notes.join()).toContain("rows 3 to 3 are those of b.json");
  });

  it("have the notes of each, with its file, and how its N, D and C differ from the first's", () => {
    const notes = (...texts: string[]) =>
      readRows(texts.map((text, i) => ({ name: `${"abc"[i]}.csv`, text, note: "unpacked" }))).notes;
    const [plain, other] = ["N,C,loss\n1e7,1e17,4", "N;D;loss\n1e7;1e9;3"];
    expect(notes(plain)).toEqual(["unpacked"]);
    const of = (file: string, all: readonly string[]) => all.filter((note) => note.startsWith(`${file}.csv: `));
    expect(of("a", notes(plain, other, plain))).toEqual(["a.csv: unpacked"]);
    expect(of("b", notes(plain, other, plain)).join()).toMatch(/unpacked.*semicolons.*C = 6ND/);
    expect(of("c", notes(plain, other, plain))).toEqual(["c.csv: unpacked"]);
  });

  it("report every 20,000th row, and pass on an error that the caller throws then", () => {
    const done: number[] = [];
    const text = `N,C,loss\n${"1e7,1e17,3\n".repeat(20_001)}`;
    readRows([{ name: "a.csv", text }], { onRows: (row) => done.push(row) });
    expect(done).toEqual([20_000]);
    const stop = new RangeError("stop");
    const onRows = () => {
      throw stop;
    };
    const sources = ["a", "b"].map((name) => ({ name, text }));
    expect(() => readRows(sources, { onRows })).toThrow(stop);
  });

  it("name the file of a mistake", () => {
    const sources = [
      { name: "a.csv", text: "N,C,loss\n1e7,1e17,4" },
      { name: "b.csv", text: "N,C,loss\n1e7,1e17,x" },
    ];
    expect(() => readRows(sources)).toThrow("b.csv: row 1, column loss");
    expect(() => readRows(sources.slice(1))).toThrow(/^row 1, column loss/);
  });
});
