import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { choiceText, parseColumns } from "../../src/table/columns.ts";
import { readRunsTable } from "../../src/table/runs.ts";

const read = (text: string, options = {}) => readRunsTable(text, options);

describe("the columns of a table", () => {
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
    ["n,flops,finalloss", "N C"],
    ["n,budget,loss", "N C"],
    ["model_size,train_compute,val_loss", "N C"],
    ["model/params,throughput/total_tokens,eval/paloma/macro_loss", "N D"],
    ["config.n_params,config.tokens,eval/c4_en/loss", "N D"],
    ["N (parameters),C (FLOPs),loss (nats)", "N C"],
    ["params [count],Tokens (tokens),val loss [nats/token]", "N D"],
    ["Model size (params),Training compute [FLOP],loss (val)", "N C"],
  ])("%s are known", (header, quantities) => {
    const names = header.split(",");
    const values = quantities === "D C" ? "2e9,3e18" : quantities === "N D" ? "2e6,3e9" : "2e6,3e16";
    const { columns, runs } = read(`${header}\n${values},3`);
    expect(columns).toEqual({
      ...Object.fromEntries(quantities.split(" ").map((q, i) => [q, names[i]])),
      loss: names[2],
    });
    expect(runs[0]!.loss).toBe(3);
  });

  it.each([
    ["params_m,tokens_b,loss\n20,1.5,3", 20e6, 1.5e9],
    ["Params (M),Tokens (B),loss\n20,1.5,3", 20e6, 1.5e9],
    ["paramsM,tokens in billions,loss\n20,1.5,3", 20e6, 1.5e9],
    ["N,throughput/total_gflops,loss\n2e7,1.8e8,3", 20e6, 1.5e9],
    ["N,C (1e18 FLOPs),loss\n2e7,0.18,3", 20e6, 1.5e9],
    ["N,PFLOPs,loss\n2e7,180,3", 20e6, 1.5e9],
  ])("have the units that their names tell: %j", (text, N, D) => {
    const [run] = read(text).runs;
    expect(run!.N / N).toBeCloseTo(1, 9);
    expect(run!.D / D).toBeCloseTo(1, 9);
  });

  it.each([
    ["N,D,C,loss", '"N", D from "D", C from "C"'],
    ["N,D,loss", '"D"; C = 6ND'],
    ["N,C,loss", '"C"; D = C/(6N)'],
    ["D,C,loss", '"C"; N = C/(6D)'],
    ["d_model,D,C,loss", 'D from "D", C from "C"; N = C/(6D)'],
    ["num_layers,D,C,loss", 'D from "D", C from "C"; N = C/(6D)'],
    ["N,d_model,num_layers,D,C,loss", 'N from "N", D from "D", C from "C"'],
  ])("%s say where N, D and C come from", (header, end) => {
    const cells = header.split(",").map((name) => ({ N: 1e6, D: 2e9, C: 1.2e16 })[name] ?? 3);
    const { accounting, runs } = read(`${header}\n${cells}`);
    expect(accounting.endsWith(end)).toBe(true);
    expect(runs).toMatchObject([{ N: 1e6, D: 2e9, C: 1.2e16, loss: 3, row: 1 }]);
  });

  it.each([
    ["width,depth,gflops,loss", 'N = 12·depth·width², C from 1e9 × "gflops"; D = C/(6N)'],
    ["width,depth,tokens,loss", 'N = 12·depth·width², D from "tokens"; C = 6ND'],
    ["width,depth,tokens,gflops,loss", 'N = 12·depth·width², D from "tokens", C from 1e9 × "gflops"'],
  ])("%s make N of the shape", (header, text) => {
    const cells = header.split(",").map((name) => ({ width: 256, depth: 4, tokens: 6e8, gflops: 1.132e7 })[name] ?? 3);
    const { accounting, runs } = read(`${header}\n${cells}`);
    expect(accounting).toBe(text);
    expect(runs[0]!.N).toBe(12 * 4 * 256 * 256);
    expect([runs[0]!.D / 6e8, runs[0]!.C / 1.132e16].every((ratio) => Math.abs(ratio - 1) < 0.01)).toBe(true);
  });

  it("are the first of their names in a fixed order, and the others are named", () => {
    const { runs, notes } = read("parameters,n,C,loss\n1e6,2e6,1e16,3");
    expect(runs[0]!.N).toBe(2e6);
    expect(notes).toHaveLength(1);
    for (const part of ['"parameters"', "--columns 'N=parameters'"]) expect(notes[0]).toContain(part);
    const sizes = ["N", "params", "parameters", "model_size", "num_params", "n_params"];
    const others = (count: number) => {
      const header = sizes.slice(0, count + 1);
      return read(`${header},C,loss\n${header.map(() => 1e6)},1e16,3`).notes.join();
    };
    expect(sizes.map((name) => others(3).includes(`"${name}"`))).toEqual([false, true, true, true, false, false]);
    expect([others(3), others(5)].map((text) => /and \d more/.exec(text)?.[0])).toEqual([undefined, "and 2 more"]);
    expect(others(5)).not.toContain('"num_params"');
  });

  it("take a loss over held-out data before one over the training data, and no ratio for a size", () => {
    expect(read("N,C,train/loss,eval/loss\n1e6,1e16,9,3").runs[0]!.loss).toBe(3);
    expect(read("N,C,train_loss\n1e6,1e16,3").runs[0]!.loss).toBe(3);
    expect(() => read("tokens/params,C,loss\n20,1e16,3")).toThrow("no column for N or D");
  });

  it("that are empty, or hold words, are passed over for others of their names", () => {
    expect(read("N,C,loss,val_loss\n1e6,1e16,,3\n2e6,1e16,,4").columns.loss).toBe("val_loss");
    expect(read("model_size,num_params,C,loss\nsmall,1e6,1e16,3").columns.N).toBe("num_params");
    expect(read('[{"N":1e6,"C":1e16,"loss":1e999,"val_loss":3},{"N":2e6,"C":1e16,"loss":null}]').columns.loss).toBe(
      "val_loss",
    );
    expect(read("N;C;val_loss;loss\n1e7;1e17;5;4,71").columns.loss).toBe("loss");
    expect(read("N,C,loss,state,status\n1e6,1e16,3,,finished\n2e6,1e16,4,,crashed").dropped).toMatchObject([
      { row: 2 },
    ]);
  });

  it("hold words where the first twenty-one cells with anything in them are words", () => {
    const text = (words: number) =>
      ["N,C,loss,val_loss", "1e6,1e16,,3", ...Array(words).fill("1e6,1e16,low,3"), "1e6,1e16,4,3"].join("\n");
    expect(() => read(text(20))).toThrow('column loss: "low"');
    expect(read(text(21)).columns.loss).toBe("val_loss");
  });

  it("may be spelled nearly as in the table, where no other is alike", () => {
    const header = "Seed No,seed-no,N,C,loss,--,number of seeds";
    const weight = (column: string) =>
      read(`${header}\n4,5,1e6,1e16,3,6,7`, { columns: { weight: column } }).runs[0]!.weight;
    expect(["N", "Seed No", "seed-no", "--", "Number_of_seeds"].map(weight)).toEqual([1e6, 4, 5, 6, 7]);
    for (const column of ["seedno", "++", "number"]) expect(() => weight(column)).toThrow(`unknown column "${column}"`);
  });

  it("are exactly those that are mapped, with their factors", () => {
    const mapped = read("x,y,z,w\n1e6,2,1,2", {
      columns: {
        N: "x",
        D: { column: "y", scale: 1e9 },
        loss: { column: "z", scale: 1000 },
        weight: { column: "w", scale: 2 },
      },
    });
    expect(mapped.runs).toEqual([{ N: 1e6, D: 2e9, C: 1.2e16, loss: 1000, row: 1, weight: 4 }]);
    expect(mapped.columns).toEqual({ N: "x", D: "1e9*y", loss: "1e3*z", weight: "2*w" });
  });

  it.each([
    ["N,loss\n1,2", {}, "no column for D or C", "--columns D=COLUMN"],
    ["x,loss\n1,2", {}, "no column for N or D or C", "--columns N=COLUMN"],
    ["N,C,lozz\n1,2,3", {}, "no column for loss", "--columns loss=lozz"],
    ["1e6,1e15,3\n2e6,1e15,4", {}, "no column", "a table needs a header"],
    ["N,C,loss\n1,2,3", { columns: { weight: "wait" } }, 'unknown column "wait"', "one of: N, C, loss"],
    ["N,C,loss\n1,2,3", { columns: { loss: "l0ss" } }, 'unknown column "l0ss"', 'did you mean "loss"?'],
    ["N,C,loss,loss\n1,2,3,4", {}, 'column "loss" appears twice', "rename"],
  ])("missing from %j are named", (text, options, ...parts) => {
    for (const part of parts) expect(() => read(text, options)).toThrow(part);
  });

  it("missing are named among twelve, with more advice only where it applies", () => {
    const message = (text: string) => {
      try {
        read(text);
      } catch (error) {
        return (error as Error).message;
      }
      return "";
    };
    const wide = (columns: number) =>
      message(`${Array.from({ length: columns }, (_, i) => `c${i + 1}x`).join()}\n${"1,".repeat(columns - 1)}1`);
    expect(wide(12)).toContain('"c12x"');
    expect(wide(12)).not.toContain("more");
    expect(wide(14)).toContain('"c12x" and 2 more');
    const advice = ["two of N, D and C", "needs a header"];
    const given = (text: string) => advice.map((words) => message(text).includes(words));
    expect(given("N,loss\n1,2")).toEqual([true, false]);
    expect(given("N,C,lozz\n1,2,3")).toEqual([false, false]);
    expect(given("x,7\n1,2")).toEqual([true, false]);
    expect(given("x,7,8\n1,2,3")).toEqual([true, true]);
    expect(given("D,loss\n1,2")[0]).toBe(true);
    expect(given("C,loss\n1,2")[0]).toBe(true);
  });

  it("may have no name, which is then their place, or one that others have too", () => {
    expect(read(",N,C,loss\n5,1e6,1e15,3", { columns: { weight: "column 1" } }).runs[0]!.weight).toBe(5);
    expect(read(",N,C,,loss\n5,1e6,1e15,,3").runs).toHaveLength(1);
    expect(read("N,C,loss,note,note\n1e6,1e15,3,a,b").notes.join()).toContain('"note"');
  });
});

describe("--columns", () => {
  it.each([
    ["N=size,loss=val_loss", { N: "size", loss: "val_loss" }],
    ["C=1e9*gflops", { C: { column: "gflops", scale: 1e9 } }],
    [
      "N = 1e6 * params_m , D=tokens_b*1e9",
      { N: { column: "params_m", scale: 1e6 }, D: { column: "tokens_b", scale: 1e9 } },
    ],
    ["loss=loss, eval", { loss: "loss, eval" }],
    ['loss="loss, eval",N=n', { loss: "loss, eval", N: "n" }],
    ['C=1e9*"total gflops, all"', { C: { column: "total gflops, all", scale: 1e9 } }],
    ["C='1e9*x'", { C: "1e9*x" }],
    [`N='a*b'*12,D=y*1e+12`, { N: { column: "a*b", scale: 12 }, D: { column: "y", scale: 1e12 } }],
    [`N='a`, { N: "'a" }],
    [`N=a"b",D="c"d`, { N: 'a"b"', D: '"c"d' }],
    [`loss=${"x".repeat(995)}`, { loss: "x".repeat(995) }],
    ["n=a,LOSS=b,U=c,learning_rate=d", { N: "a", loss: "b", unique_tokens: "c", learning_rate: "d" }],
  ])("%s", (text, columns) => expect(parseColumns(text)).toEqual(columns));

  it.each(["N", "N=", "=x", "size=N", "N=0*x", "N=1.2.3*x"])("refuses %s", (text) => {
    expect(() => parseColumns(text)).toThrow(`"${text}"`);
  });

  it("refuses more than a thousand characters, and shows no more of them", () => {
    expect(() => parseColumns(`loss=${"x".repeat(996)}`)).toThrow(/^"loss=x{995}"/);
  });

  it("reads any name and factor as it is written by the commands", () => {
    const name = fc
      .string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(..."ab 1e9*×=\"',") })
      .filter((text) => text.trim() === text);
    const scale = fc.constantFrom(1, 2, 0.001, 1e-9, 999, 1000, 1.5e6, 8.64e19);
    fc.assert(
      fc.property(name, scale, (column, factor) => {
        const { N } = parseColumns(`N=${choiceText({ name: column, scale: factor })}`);
        expect(N).toEqual(factor === 1 ? column : { column, scale: factor });
      }),
    );
  });
});
