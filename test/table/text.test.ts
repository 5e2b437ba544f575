import { describe, expect, it } from "vitest";
import { readRunsTable } from "../../src/table/runs.ts";

const read = (text: string) => readRunsTable(text);
const PLAIN = "N,C,loss\n1e6,1e16,3\n2e6,1e16,4";
const ROWS = [
  { N: 1e6, C: 1e16, loss: 3 },
  { N: 2e6, C: 1e16, loss: 4 },
];
const numbers = (text: string) => read(text).runs.map(({ N, C, loss }) => ({ N, C, loss }));

describe("a table", () => {
  it.each([
    ["\n\n N , C , loss \n\n1e6, 1e16 ,3\n\n2e6,1e16,4\n\n"],
    ["N,C,loss\r1e6,1e16,3\r2e6,1e16,4\r"],
    ["\ufeffN,C,loss\r\n1e6,1e16,3\n2e6,1e16,4\r\n\n"],
    ["N\tC\tloss\n1e6\t1e16\t3\n2e6\t1e16\t4"],
    ["\tN\tC\tloss\n0\t1e6\t1e16\t3\n1\t2e6\t1e16\t4"],
    ['"a,b,c";N;C;loss\n1;1e6;1e16;3\n1;2e6;1e16;4'],
    ['"x;y;z;w;v",N,C,loss\n1,1e6,1e16,3\n1,2e6,1e16,4'],
    ["sep=;\nN;C;loss\n1e6;1e16;3\n2e6;1e16;4"],
    ["N C loss\n1e6 1e16 3\n2e6 1e16  4"],
    ["# N C loss\n1e6 1e16 3\n2e6 1e16 4"],
    ["| N | C | loss |\n|---|---|---|\n| 1e6 | 1e16 | 3 |\n| 2e6 | 1e16 | 4 |"],
    ["# made by a script\n# on a Monday\nN,C,loss\n1e6,1e16,3\n# a pause\n2e6,1e16,4"],
    ["The sweep of May,,\nN,C,loss\n1e6,1e16,3\n2e6,1e16,4"],
    ["N,C,loss\n1e6,1e16,3\n,,\n2e6,1e16,4\n,,"],
    ["N,C,loss\nsmall models,,\n1e6,1e16,3\nN,C,loss\n---,---,---\n2e6,1e16,4"],
    ["N,C,loss,note\n1e6,1e16,3\n2e6,1e16,4,seed 2"],
    ["N,C,loss\n1e6,1e16,3\n2e6,1e16,4\n3e6,1e"],
  ])("as CSV: %j", (text) => expect(numbers(text)).toEqual(ROWS));

  it.each([
    [JSON.stringify(ROWS)],
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
  ])("as JSON: %s", (text) => expect(numbers(text)).toEqual(ROWS));

  it("drops and counts the lines that are no rows", () => {
    const { dropped } = read(`{"N":1e6,"C":1e16,"loss":3}\n5\n{"detail":"no"}\nsaved\n{"N":2e6,"C":1e16,"loss":4}`);
    expect(dropped.map(({ row }) => row)).toEqual([2, 3, 4]);
  });

  it("says how it was read where that is not plain", () => {
    expect(read(PLAIN).notes).toEqual([]);
    expect(read("# a\n# b\nN;C;loss\n1e6;1e16;3,5").notes).toHaveLength(3);
  });

  it.each([
    ["", /empty: expected a header and rows, or a JSON array/],
    [" \n ", /empty/],
    ["N\0,C", /zero bytes/],
    ["N,C,loss", /no rows/],
    ["[]", /no rows/],
    ["N,C,loss\n1,2", /no row can be used: loss is missing/],
    ["N,C,loss\n1,2,3,4", /row 1 has 4 cells, the header has 3/],
    ['N,C,loss\n"1,2,3', /the CSV cannot be read: line 2: .*not closed$/],
    ['N,C,loss\n"1"x,2,3', /line 2: .*closing quote/],
    ['N,C,loss\n"1" x,2,3', /line 2: .*closing quote/],
    ['N,C,loss\n1"x",2,3', /line 2: .*inside a cell/],
    ["[1, 2", /not JSON/],
    ['{"N": 1', /not JSON/],
    ['[{"N": 1},\n{"N": 2}', /not JSON/],
    ['{"runs": [\n{"N": 1},\n{"N": 2}', /not JSON/],
    ['{"N": }', /not JSON/],
    ['{"trials": []}', /holds no runs: expected an array of objects/],
    ['{"previous_runs": 5}', /no column for/],
    ['{"detail": "no key"}', /holds no runs/],
    ["[null]", /row 1: null is not an object/],
    ["[[1, 2]]", /row 1: \[1,2\] is not an object/],
    ['["N"]', /row 1: "N" is not an object/],
  ])("is not %j", (text, message) => expect(() => read(text)).toThrow(message));
});
