import { describe, expect, it } from "vitest";
import { readRunsTable } from "../../src/table/runs.ts";
import { UserError } from "../../src/task/errors.ts";

const read = (text: string) => readRunsTable(text);
const PLAIN = "N,C,loss\n1e6,1e16,3\n2e6,1e16,4";
const ROWS = [
  { N: 1e6, C: 1e16, loss: 3 },
  { N: 2e6, C: 1e16, loss: 4 },
];
const numbers = (text: string) => read(text).runs.map(({ N, C, loss }) => ({ N, C, loss }));

describe("a table", () => {
  const CSV = [
    "\n\n N , C , loss \n\n1e6, 1e16 ,3\n\n2e6,1e16,4\n\n",
    "  \n \t\n\nN,C,loss\n1e6,1e16,3\n2e6,1e16,4",
    "N,C,loss\r1e6,1e16,3\r2e6,1e16,4\r",
    "\ufeffN,C,loss\r\n1e6,1e16,3\n2e6,1e16,4\r\n\n",
    "N\tC\tloss\n1e6\t1e16\t3\n2e6\t1e16\t4",
    "\tN\tC\tloss\n0\t1e6\t1e16\t3\n1\t2e6\t1e16\t4",
    "N\tC\tloss\tnote\r\n1e6\t1e16\t3\t\r\n2e6\t1e16\t4\t\r\n",
    '"a,b,c";N;C;loss\n1;1e6;1e16;3\n1;2e6;1e16;4',
    '"x;y;z;w;v",N,C,loss\n1,1e6,1e16,3\n1,2e6,1e16,4',
    "sep=;\nN;C;loss\n1e6;1e16;3\n2e6;1e16;4",
    '"sep=|" \r\nN|C|loss\n1e6|1e16|3\n2e6|1e16|4',
    "N,C,loss,sep=x\n1e6,1e16,3,web\n2e6,1e16,4,web",
    "N C loss\n1e6 1e16 3\n2e6 1e16  4",
    "  N  C  loss\n  1e6 1e16 3\n2e6 1e16  4",
    "# N C loss\n1e6 1e16 3\n2e6 1e16 4",
    "//N,C,loss,set\n1e6,1e16,3,nan\n2e6,1e16,4,nan",
    "##  N,C,loss\n+1e6,1e16,3\n2e6,1e16,4",
    "sep=;\n# N;C;loss\n1e6;1e16;3\n2e6;1e16;4",
    "| N | C | loss |\n|---|---|---|\n| 1e6 | 1e16 | 3 |\n| 2e6 | 1e16 | 4 |",
    "# params,flops,val_loss,set\nN,C,loss,2nd\n1e6,1e16,3,web\n2e6,1e16,4,web",
    "  # made by a script\n\n  \n# on a Monday\n \t\nN,C,loss\n1e6,1e16,3\n# a pause\n2e6,1e16,4",
    "# params,flops,val_loss\nN,C,loss\n1e6,1e16,3\n2e6,1e16,4",
    "// of a sweep\rN,C,loss\r1e6,1e16,3\r2e6,1e16,4",
    "The sweep of May,,\nN,C,loss\n1e6,1e16,3\n2e6,1e16,4",
    "N,C,loss\n1e6,1e16,3\n,,\n2e6,1e16,4\n,,",
    "N,C,loss\nsmall models,,\n1e6,1e16,3\nN,C,loss\n---,---,---\n2e6,1e16,4",
    "N,C,loss,note\n1e6,1e16,3\n2e6,1e16,4,seed 2",
    "N,C,loss\n1e6,1e16,3,,\n2e6,1e16,4,",
    "N,C,loss\n1e6,1e16,3\n2e6,1e16,4\n3e6,1e",
  ];
  it.each(CSV)("as CSV: %j", (text) => {
    expect(numbers(text)).toEqual(ROWS);
    expect(read(text).columns).toEqual({ N: "N", C: "C", loss: "loss" });
  });

  it.each(CSV.filter((text) => /N\s*[,;|\t]/.test(text) && !/^(?:#|\/\/)/m.test(text)))(
    "as CSV with quotes around names and numbers: %j",
    (text) => {
      const quoted = text.replace(/\b(?:N|C|loss|1e6|2e6|1e16|[34])(?= *(?:[,;|\t\r\n]|$))/g, '"$&"');
      expect(quoted).not.toBe(text);
      expect(numbers(quoted)).toEqual(ROWS);
    },
  );

  it.each([
    [JSON.stringify(ROWS)],
    [JSON.stringify(ROWS, null, 2)],
    [JSON.stringify(ROWS.map((row) => ({ set: "a [3] b", ...row })))],
    [`[12:30]starting\n  {"N":1e6,"C":1e16,"loss":3}\nsaved\n\t{"N":2e6,"C":1e16,"loss":4}`],
    [JSON.stringify({ previous_runs: ROWS })],
    [JSON.stringify({ runs: ROWS, total: 2 })],
    [JSON.stringify({ experiment: "x", trials: ROWS })],
    [JSON.stringify({ run1: ROWS[0], run2: ROWS[1] })],
    [JSON.stringify({ small: [ROWS[0]], large: [ROWS[1]], made: "on a Monday" })],
    [JSON.stringify(ROWS.map(({ loss, ...config }) => ({ config, summary: { loss } })))],
    [JSON.stringify(ROWS.map(({ loss, N, C }) => ({ config: { N: { value: N }, C: { value: C } }, loss })))],
    [JSON.stringify({ N: [1e6, 2e6], C: [1e16, 1e16], loss: [3, 4] })],
    [JSON.stringify({ N: { 0: 1e6, 1: 2e6 }, C: { 0: 1e16, 1: 1e16 }, loss: { 0: 3, 1: 4 } })],
    [
      JSON.stringify({
        columns: ["N", "C", "loss"],
        data: [
          [1e6, 1e16, 3],
          [2e6, 1e16, 4],
        ],
      }),
    ],
    [JSON.stringify([...ROWS, { N: 3e6, C: 1e16, loss: "?" }, 5])],
    [`[{"N":1e6,"C":1e16,"loss":3},{"N":2e6,"C":1e16,"loss":4},{"N":3e6,"C":1e16,"loss":NaN}]`],
    [`\n{"N":1e6,"C":1e16,"loss":3} \n  \n {"N":2e6,"C":1e16,"loss":4} \n`],
    [`{"N":1e6,"C":1e16,"loss":3}\n5\n{"detail":"rate limited"}\n{"N":2e6,"C":1e16,"loss":4}\n{"N":3e6,"C":-Infinity`],
    [
      `starting the sweep\n{"N":1e6,"C":1e16,"loss":3}\n[12:30] saved\n{"N":2e6,"C":1e16,"loss":4}\n{"N":3e6,"C":1e16,"loss":Infinity}`,
    ],
    [`[12:30] starting\n{"N":1e6,"C":1e16,"loss":3}\n{"N":2e6,"C":1e16,"loss":4}`],
    [`saved\n7\n[8]\n"{"\n{"N":1e6,"C":1e16,"loss":3}\nsaved\n{"N":2e6,"C":1e16,"loss":4}`],
    [`{"runs": [{"N":1e6,"C":1e16,"loss":3},{"N":2e6,"C":1e16,"loss":4},\n{"N":3e6,"C":1e16,"loss":-Infinity}]}`],
    [`{"runs": [{"N":1e6,"C":1e16,"loss":3},{"N":2e6,"C":1e16,"loss":4},{"N":3e6,"C":1e16,"loss":NaN}]}`],
    [JSON.stringify({ other: [{ N: 3e6, C: 1e16, loss: 5 }], runs: ROWS })],
    [JSON.stringify({ runs: [{ N: 3e6, C: 1e16, loss: 5 }], previous_runs: ROWS })],
    [JSON.stringify({ small: [ROWS[0], 5], large: [ROWS[1], 6] })],
    [JSON.stringify({ run1: ROWS[0], run2: ROWS[1], 3: { 0: 5 } })],
    [JSON.stringify({ run1: { ...ROWS[0], 0: 5 }, run2: { ...ROWS[1], 0: 6 } })],
  ])("as JSON: %s", (text) => expect(numbers(text)).toEqual(ROWS));

  it("drops and counts the lines that are no rows", () => {
    const { dropped } = read(`{"N":1e6,"C":1e16,"loss":3}\n5\n \n{"detail":"no"}\nsaved\n{"N":2e6,"C":1e16,"loss":4}`);
    expect(dropped.map(({ row }) => row)).toEqual([2, 3, 4]);
  });

  it("as JSON has the paths of what is nested as names, and groups where there are several lists", () => {
    const names = (value: unknown) => {
      const table = read(JSON.stringify(value));
      expect(table.notes).toEqual([]);
      return table.names.join();
    };
    const [row] = ROWS;
    expect(names({ made: "on a Monday", trials: ROWS })).toBe("N,C,loss");
    expect(names({ small: [row], large: [ROWS[1], { ...row, N: 5e6 }] })).toBe("group,N,C,loss");
    expect(names([{ ...row, value: 5 }])).toBe("N,C,loss,value");
    expect(names([{ config: { N: { value: 1e6 }, C: 1e16 }, loss: 3 }])).toBe("config.N,config.C,loss");
    expect(names({ run1: row, run2: { ...row, N: 5e6 } })).toBe("run,N,C,loss");
  });

  it("as JSON may be one run, beside words, lists and objects", () => {
    const [row] = ROWS;
    for (const more of [{}, { set: "web" }, { losses: [5, 4], steps: [1, 2] }, { config: { lr: 1e-3 }, made: "today" }])
      expect(numbers(JSON.stringify({ ...row, ...more }))).toEqual([row]);
  });

  it("as JSON keeps what stands between quotes, and takes any keys but counts for names of columns or runs", () => {
    const set = 'NaN, "Infinity" \\';
    const { label } = read(`[{"N":1e6,"C":1e16,"loss":3,"set":${JSON.stringify(set)}},{"N":NaN}]`);
    expect(label(1, "set")).toBe(set);
    const values = Array.from({ length: 12 }, (_, i) => [i, i + 1]);
    const columns = { N: Object.fromEntries(values.map(([i, value]) => [i, 1e6 * value!])) };
    const table = { ...columns, C: columns.N, loss: columns.N };
    expect(readRunsTable(JSON.stringify(table), { columns: { C: { column: "C", scale: 1e10 } } }).runs).toHaveLength(
      12,
    );
    const run = { "1n1": 1e6, "1c1": 1e16, "1l1": 3 };
    const names = { N: "1n1", C: "1c1", loss: "1l1" };
    expect(readRunsTable(JSON.stringify({ a: run, b: run }), { columns: names }).runs).toHaveLength(2);
  });

  it.each([
    [PLAIN],
    [`# N,C,loss\n${PLAIN.split("\n")[1]}`],
    ["N;C;loss\n1e6;1e16;3", "semicolons"],
    ["sep=;\nN;C;loss\n1e6;1e16;3", "semicolons"],
    ["# N|C|loss\n1e6|1e16|3", "bars"],
    ["# a\n# b\nN;C;loss\n1e6;1e16;3,5", "comments", "semicolons", "decimal commas"],
    ["# a\n\n// N C loss\n1e6 1e16 3", "1", "blanks"],
    ["# a\n# b, c\nN,C,loss\n1e6,1e16,3", "2"],
    ["# a, b, c\nN,C,loss,set\n1e6,1e16,3,web", "1"],
    ["title\nN,C,loss\n1e6,1e16,3", "1"],
    [`${"title,,\n".repeat(19)}N,C,loss\n1e6,1e16,3`, "19"],
  ])("of %j says how it was read where that is not plain", (text, ...words) => {
    const { notes } = read(text);
    expect(notes.map((note, i) => note.includes(words[i] ?? "nothing"))).toEqual(words.map(() => true));
  });

  it("has places as names where the header has none, and counts names that it repeats", () => {
    const { names, label } = read("N,C,,loss,set,set,set\n1e6,1e16,x,3,a,b,c");
    expect(names).toEqual(["N", "C", "column 3", "loss", "set", "set (2)", "set (3)"]);
    expect(names.map((name) => label(1, name)).join()).toBe("1e6,1e16,x,3,a,b,c");
    expect(read("# a,b,c\nN.,C.,loss.\n1e6,1e16,3").names.join()).toBe("N.,C.,loss.");
  });

  it.each([
    ["# a pause", true],
    ["# a pause,,", true],
    ["#1,2,3,4", true],
    ["N,C,loss", true],
    ["#N/A,1e16,3", true],
    ["#1,1e16,3", false],
    ["#1,,3", false],
    ["N,1e16,loss", false],
  ])("drops a row of comment, a missing cell or the header again, and no other: %s, %s", (row, drops) => {
    const text = `N,C,loss\n1e6,1e16,3\n${row}\n2e6,1e16,4`;
    if (drops) expect(read(text).dropped.map(({ row }) => row)).toEqual([2]);
    else expect(() => read(text)).toThrow("row 2");
  });

  it("counts rows without blank lines, and as shorter ones those that lack cells", () => {
    expect(read("N,C,loss\n\n1e6,1e16,3\n \n2e6,1e16\n").dropped.map(({ row }) => row)).toEqual([2]);
    expect(read('N,C,loss\n\n"1e6",1e16,3\n\n2e6,1e16\n').dropped.map(({ row }) => row)).toEqual([2]);
  });

  it.each([
    ["", /empty: expected a header and rows, or a JSON array/],
    [" \n ", /empty/],
    ["N\0,C", /zero bytes/],
    ["N,C,loss", /no rows/],
    ["# a\n# b", /no rows/],
    ["#\n1e6,1e16,3\n2e6,1e16,4", /needs a header/],
    ["# N, C, loss, of May\n1e6,1e16,3\n2e6,1e16,4", /needs a header/],
    ["[]", /no rows/],
    ["N,C,loss\n1,2", /no row can be used: loss is missing/],
    ["N,C,loss\n1,2,3,4", /row 1 has 4 cells, the header has 3/],
    ["N;C;loss\n1;2;3;;5", /row 1 has 5 cells, the header has 3; .*";"/],
    ['N,C,loss\n"1,2,3', /the CSV cannot be read: line 2: .*not closed$/],
    ['N,C,loss\n"1"x,2,3', /line 2: .*closing quote/],
    ['N,C,loss\n"1" x,2,3', /line 2: .*closing quote/],
    ['N,C,loss\n1"x",2,3', /line 2: .*inside a cell/],
    ["[1, 2", /not JSON/],
    ['{"N": 1', /not JSON/],
    ['[{"N": 1},\n{"N": 2}', /not JSON/],
    ['{"runs": [\n{"N": 1},\n{"N": 2}', /not JSON/],
    ['{"N": }', /not JSON/],
    [' [{"N": 1},\n{"N": 2}', /not JSON/],
    ['{"N": 1}\n{"N": ', /not JSON/],
    ["{}", /holds no runs/],
    ['{"columns": ["N"], "data": 5, "N": 6}', /no column for/],
    ['[["N", "C", "loss", 5], [1, 2, 3, 4]]', /row 1/],
    ['[["N", "C", "loss"], [1, 2, 3], 5]', /row 1/],
    ['{"trials": []}', /holds no runs: expected an array of objects/],
    ['{"previous_runs": 5}', /no column for/],
    ['{"detail": "no key"}', /holds no runs/],
    ["[5] \n", /row 1: 5 is not an object/],
    ["[null]", /row 1: null is not an object/],
    ["[[1, 2]]", /row 1: \[1,2\] is not an object/],
    ['{"N": [1e7, 2e7], "C": [1e17], "loss": [3, 4]}', /holds no runs/],
    ['["N"]', /row 1: "N" is not an object/],
  ])("is not %j", (text, message) => {
    expect(() => read(text)).toThrow(UserError);
    expect(() => read(text)).toThrow(message);
  });
});
