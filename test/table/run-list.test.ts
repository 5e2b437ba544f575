import { describe, expect, it } from "vitest";
import { parseColumns } from "../../src/table/columns.ts";
import { parseRunList } from "../../src/table/run-list.ts";

const HEADER = "d_model,num_layers,num_heads,batch_size,learning_rate,train_flops";
const list = (text: string, columns?: string) =>
  parseRunList({ name: "runs.csv", text }, columns === undefined ? undefined : parseColumns(columns));
const run = { dModel: 512, numLayers: 8, numHeads: 4, batchSize: 128, learningRate: 1e-3, trainFlops: 1e16 };

describe("a list of runs to be asked for", () => {
  it("is read in order, with what was taken for what; other columns and empty rows are left out", () => {
    const { runs, columns, dropped, notes } = list(
      `${HEADER},loss\n512,8,4,128,1e-3,1e16,3\n,,,,,,\n# later\n#,,,,,,\n${HEADER},loss\n"1,024",8,4,128,0.001,1e16,x`,
    );
    expect(runs).toEqual([run, { ...run, dModel: 1024 }]);
    expect(columns).toMatchObject({ d_model: "d_model", C: "train_flops" });
    expect(dropped.map(({ row, reason }) => [row, reason.split(" ").at(-1)])).toEqual([
      [2, "row"],
      [3, "comment"],
      [4, "comment"],
      [5, "header"],
    ]);
    expect(notes.join()).toContain("thousands separators");
  });

  it("takes other columns and units where they are given", () => {
    const text = `${HEADER.replace("train_flops", "pflops")}\n512,8,4,128,1e-3,10`;
    expect(list(text, "C=1e15*pflops").runs).toEqual([run]);
    expect(list(`${HEADER.replaceAll(",", ";")}\n512;8;4;128;0,001;1e16`).runs).toEqual([run]);
  });

  it.each([
    [`${HEADER}\n512,8,4,128,,1e16`, "row 1 has no learning_rate; a run needs d_model, num_layers,"],
    [`${HEADER}\n512,8,4,128,1e-3,1e16\n512,8,x,128,1e-3,1e16`, 'row 2, column num_heads: "x"'],
    [`${HEADER.replace("num_heads", "nm_heads")}\n512,8,4,128,1e-3,1e16`, "row 1 has no num_heads"],
    [`${HEADER}\n,,,,,`, "the table holds no runs"],
    ["", "empty"],
  ])("%j is refused by its file and row", (text, words) => {
    expect(() => list(text)).toThrow(/^runs\.csv: /);
    expect(() => list(text)).toThrow(words);
  });
});
