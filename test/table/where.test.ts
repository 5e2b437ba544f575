import { describe, expect, it } from "vitest";
import { readRows } from "../../src/table/rows.ts";
import { groupDropped, groupRows, readRunsTable } from "../../src/table/runs.ts";
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
    [["C<=1e19", "seed=1"], "ae"],
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

  it("names a column that is not there, and a table with nothing left", () => {
    expect(() => names("stat=finished")).toThrow('unknown column "stat"; did you mean "State"?');
    expect(() => names("C<1")).toThrow("no row can be used");
  });

  it.each(["state", "=1", "C<", "C<big", "C=<3"])("refuses %s", (text) => {
    expect(() => parseCondition(text)).toThrow(`"${text}"`);
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
    const { runs, dropped } = readRunsTable(text);
    expect(runs.map(({ row }) => row)).toEqual([3, 4]);
    expect(groupDropped(dropped).map(({ reason }) => reason)).toContain("an earlier step of its run");
  });

  it("with checkpoints of growing token counts counts as often as it was measured", () => {
    const text = "run_name,step,N,tokens,loss\na,1,1e7,1e8,5\na,2,1e7,2e8,4";
    expect(readRunsTable(text).runs).toHaveLength(2);
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
    expect(rows.notes.join()).toContain("rows 3 to 3 are those of b.json");
  });

  it("name the file of a mistake", () => {
    const sources = [
      { name: "a.csv", text: "N,C,loss\n1e7,1e17,4" },
      { name: "b.csv", text: "N,C,loss\n1e7,1e17,x" },
    ];
    expect(() => readRows(sources)).toThrow("b.csv: row 1, column loss");
  });
});
