import { describe, expect, it } from "vitest";
import { readAnswerTable } from "../../../src/surface/calibration/answer-table.ts";

const HEADER = "d_model,num_layers,num_heads,batch_size,learning_rate,train_flops,loss";
const table = (...rows: string[]) => [HEADER, ...rows].join("\n");

describe("a table of answers", () => {
  it("reads CSV and JSON alike", () => {
    const csv = readAnswerTable(table("64,2,2,128,1e-4,1e13,10.5"));
    const json = readAnswerTable(
      '[{"d_model":64,"num_layers":2,"num_heads":2,"batch_size":128,"learning_rate":0.0001,"train_flops":1e13,"loss":10.5}]',
    );
    expect(csv.answers[0]?.config).toEqual({
      dModel: 64,
      numLayers: 2,
      numHeads: 2,
      batchSize: 128,
      learningRate: 1e-4,
      trainFlops: 1e13,
    });
    expect(json).toEqual(csv);
  });

  it("names rows with missing, non-finite or non-positive values, and keeps the others", () => {
    const { answers, dropped } = readAnswerTable(
      table(
        "64,2,2,128,1e-4,1e13,10.5",
        "64,2,2,128,,1e13,10.4",
        "128,2,2,128,1e-4,1e13,nan",
        "256,2,2,128,1e-4,1e13,-1",
        "-64,2,2,128,1e-4,1e13,10.5",
      ),
    );
    expect(answers.map(({ row }) => row)).toEqual([1]);
    expect(dropped).toEqual([
      { row: 2, reason: "learning_rate is missing or not finite" },
      { row: 3, reason: "loss is missing or not finite" },
      { row: 4, reason: "loss is not positive" },
      { row: 5, reason: "d_model is not positive" },
    ]);
  });

  it("counts a repeated answer once, and keeps two that contradict each other, saying so", () => {
    const row = "64,2,2,128,1e-4,1e13";
    const { answers, dropped, notes } = readAnswerTable(table(`${row},10.5`, `${row},10.5`, `${row},10.4`));
    expect(answers.map(({ loss }) => loss)).toEqual([10.5, 10.4]);
    expect(dropped).toEqual([{ row: 2, reason: "repeats an earlier row" }]);
    expect(notes[0]).toMatch(/^row 3: .*another loss; both were kept/);
  });

  it("names the row and column of what is no number, and the columns that are missing", () => {
    expect(() => readAnswerTable(table("64,two,2,128,1e-4,1e13,10.5"))).toThrow(
      'row 1, column num_layers: "two" is not a number',
    );
    expect(() => readAnswerTable("d_model,loss\n64,3\n")).toThrow(/no column for num_layers, num_heads/);
    expect(() => readAnswerTable(table("64,2,2,128,1e-4,1e13,nan"))).toThrow(/no row can be used: loss is missing/);
  });
});
