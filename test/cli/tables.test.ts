import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "./run-cli.ts";

const folder = mkdtempSync(join(tmpdir(), "isoflop-tables-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Runs of the law 1.9 + 420/N^.33 + 1900/D^.36 on three budgets. */
const RUNS = runsOf([1e17, 3e17, 1e18], [0.5, 1, 2, 4]);
/** The same with as many budgets, and sizes a budget, as a world of a table needs. */
const SWEEP = runsOf([3e15, 1e16, 3e16, 1e17, 3e17, 1e18], [0.25, 0.5, 0.7, 1, 1.4, 2, 4]);

function runsOf(budgets: readonly number[], steps: readonly number[]) {
  return budgets.flatMap((C) =>
    steps.map((step) => {
      const N = Math.round(0.12 * Math.sqrt(C) * step);
      const D = C / (6 * N);
      return { N, D, C, loss: 1.9 + 420 / N ** 0.33 + 1900 / D ** 0.36 };
    }),
  );
}
type Row = (typeof RUNS)[number];

function csv(
  head: string,
  cells: (run: Row, index: number) => (string | number)[],
  delimiter = ",",
  runs = RUNS,
): string {
  return [head, ...runs.map((run, i) => cells(run, i).join(delimiter))].join("\n");
}

async function fitted(...args: string[]) {
  const { code, out, err } = await runCli("fit", ...args, "--method", "parametric", "--json");
  if (code !== 0) throw new Error(err);
  return JSON.parse(out);
}

const PLAIN = csv("N,C,loss", ({ N, C, loss }) => [N, C, loss]);

describe("fit", () => {
  it.each([
    ["decimal-comma.csv", csv("N;C;loss", ({ N, C, loss }) => [N, C, String(loss).replace(".", ",")], ";")],
    ["thousands.csv", csv("N,C,loss", ({ N, C, loss }) => [`"${N.toLocaleString("en-US")}"`, C, loss])],
    ["na.csv", `${PLAIN}\nNA,1e18,\n2e7,1e18,#N/A\n,,`],
    ["sep.csv", `sep=;\n${csv("N;C;loss", ({ N, C, loss }) => [N, C, loss], ";")}`],
    ["comment.csv", `# the sweep\n${PLAIN}`],
    ["twice.csv", csv("N,C,loss,note,note", ({ N, C, loss }) => [N, C, loss, "a", "b"])],
    ["units.csv", csv("N,C,loss", ({ N, C, loss }) => [`${N / 1e6}M`, `${C} FLOPs`, loss])],
    [
      "columns.json",
      JSON.stringify({ N: RUNS.map((r) => r.N), C: RUNS.map((r) => r.C), loss: RUNS.map((r) => r.loss) }),
    ],
    ["runs.csv.gz", gzipSync(PLAIN)],
    ["excel.csv", Buffer.from(`\ufeff${PLAIN}`, "utf16le")],
    [
      "named.json",
      JSON.stringify(Object.fromEntries(RUNS.map((run, i) => [`run${i}`, { config: run, loss: run.loss }]))),
    ],
    ["log.jsonl", `started\n${RUNS.map((run) => JSON.stringify(run)).join("\n3.5\n")}\n{"error":"quota"}\n{"N":1`],
    [
      "wandb.csv",
      csv('"Name","State","_step","params","throughput/total_gflops","eval/c4/loss"', ({ N, C, loss }, i) => [
        `"r${i}"`,
        '"finished"',
        200,
        N,
        C / 1e9,
        loss,
      ])
        .concat('\n"r0","finished","100","18973666","100000000","9"')
        .concat('\n"x","crashed","100","18973666","100000000","9"'),
    ],
  ])("finds the law in %s", async (name, text) => {
    const { fits, columns } = await fitted(file(name, text));
    expect(fits[0].parameters.E).toBeCloseTo(1.9, 2);
    expect(fits[0].parameters.alpha).toBeCloseTo(0.33, 2);
    expect(Object.keys(columns)).toEqual(expect.arrayContaining(["N", "C", "loss"]));
  });

  it("reaches a column whose name holds a comma, as it is typed or between quotes", async () => {
    const path = file(
      "comma.csv",
      csv('N,C,"loss, eval"', ({ N, C, loss }) => [N, C, loss]),
    );
    for (const map of ["loss=loss, eval", 'loss="loss, eval"'])
      expect((await fitted(path, "--columns", map)).columns.loss).toBe('"loss, eval"');
  });

  it("refuses impossible units and prints the --columns that corrects them", async () => {
    const path = file(
      "units-off.csv",
      csv("size,data,cost,loss", (r) => [r.N / 1e6, r.D / 1e9, r.C / 1e9, r.loss]),
    );
    const map = "N=size,D=data,C=cost";
    const { code, err } = await runCli("fit", path, "--columns", map);
    expect(code).toBe(2);
    const [mend] = /N=1e6\*size[^']*/.exec(err)!;
    const { fits } = await fitted(path, "--columns", map, "--columns", mend);
    expect(fits[0].parameters.E).toBeCloseTo(1.9, 2);
  });

  it("takes the table's N and D where it has shapes too", async () => {
    const head = "d_model,num_layers,params,tokens,train_flops,loss";
    const rows = csv(head, ({ N, D, C, loss }, i) => [256 + 64 * i, 4, N, D, C, loss]);
    const { fits, columns } = await fitted(file("shapes.csv", rows));
    expect(fits[0].parameters.E).toBeCloseTo(1.9, 3);
    expect(columns).toMatchObject({ N: "params", D: "tokens", C: "train_flops" });
  });

  it("drops unfinished runs, by reason, with rows and a count", async () => {
    const { dropped } = await fitted(file("open.csv", `${PLAIN}\n2e7,,\n,,\n3e7,1e18,nan`));
    expect(dropped).toEqual([
      { reason: "loss is missing or not finite", rows: [13, 15], count: 2 },
      { reason: "an empty row", rows: [14], count: 1 },
    ]);
  });

  it("prints an answer for each group of one or several columns", async () => {
    const pooled = csv("set,seed,N,C,loss", ({ N, C, loss }) => ["web", 1, N, C, loss]).concat(
      "\n",
      csv("", ({ N, C, loss }) => ["code", 1, N, C, loss - 0.9]).trim(),
    );
    const path = file("pooled.csv", pooled);
    const { groups } = await fitted(path, "--by", "set,seed");
    expect(groups.map(({ by }: { by: object }) => by)).toEqual([
      { set: "web", seed: "1" },
      { set: "code", seed: "1" },
    ]);
    expect(groups.map((group: { fits: { parameters: { E: number } }[] }) => group.fits[0]!.parameters.E)).toEqual([
      expect.closeTo(1.9, 2),
      expect.closeTo(1, 2),
    ]);
    expect((await fitted(path, "--where", "set=code", "--where", "C<1e18")).runs.n).toBe(8);
    const person = await runCli("fit", path, "--by", "set", "--method", "minimum");
    expect(person.out).toMatch(/== set=web[\s\S]*== set=code/);
  });

  it("reads several files as one table", async () => {
    const half = (from: number) => ["N,C,loss", ...PLAIN.split("\n").slice(from, from + 6)].join("\n");
    const paths = [file("one.csv", half(1)), file("two.csv.gz", gzipSync(half(7)))];
    expect((await fitted(...paths)).runs.n).toBe(12);
  });

  it.each([
    ["chinchilla", "parametric"],
    ["approach-1", "envelope"],
    ["approach-2", "parabola"],
    ["approach-3", "parametric"],
  ])("knows the method %s as %s", async (alias, method) => {
    const { out } = await runCli("fit", file("plain.csv", PLAIN), "--method", alias, "--json");
    expect(JSON.parse(out).fits[0].method).toBe(method);
  });

  it.each([
    [["--where", "stat=1"], 'unknown column "stat"'],
    [["--where", "N"], "is not a condition"],
    [["--by", "sett"], 'unknown column "sett"'],
    [["--columns", "N"], "is not QUANTITY=COLUMN"],
    [["--method", "nope"], 'unknown method "nope" (one of: '],
  ])("refuses %j in a line", async (args, message) => {
    const { code, err } = await runCli("fit", file("plain.csv", PLAIN), ...args);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(err.trim().split("\n")).toHaveLength(1);
  });

  it("names the files that are not tables", async () => {
    const sheet = await runCli("fit", file("sheet.xlsx", Buffer.from("PK\u0003\u0004rest")));
    expect(sheet.err).toContain("export it as CSV");
    const torn = await runCli("fit", file("torn.csv.gz", gzipSync(PLAIN).subarray(0, 40)));
    expect(torn.err).toContain("cannot be unpacked");
  });
});

describe("one table in several commands", () => {
  const path = () =>
    file(
      "two-names.csv",
      csv(
        "params,params_no_embed,tokens,loss,smooth_loss",
        ({ N, D, loss }) => [N * 1.6, N, D, loss, loss + 0.7],
        ",",
        SWEEP,
      ),
    );
  const compare = (...args: string[]) =>
    runCli("compare", ...args, "--strategies", "literature-only", "--repetitions", "1", "--workers", "1");

  it("is read with the same columns, which each command prints", async () => {
    const table = path();
    const columns = { N: "params", D: "tokens", loss: "loss" };
    expect((await fitted(table)).columns).toEqual(columns);
    expect(JSON.parse((await runCli("calibrate", table, "--json")).out).columns).toEqual(columns);
    const out = join(folder, "replayed");
    const { err, out: text } = await compare("--suite", `replay:${table}`, "--out", out, "--json");
    expect(JSON.parse(text).tables).toEqual([{ file: table, columns, dropped: [] }]);
    expect(err).toContain("columns N=params, D=tokens, loss=loss");
  });

  it("is replayed with other columns and rows when they are named, and the rows left out are counted", async () => {
    const suite = `replay:${path()}`;
    const options = ["--columns", "loss=smooth_loss", "--where", "N<3e8"];
    const { out } = await compare("--suite", suite, ...options, "--out", join(folder, "mapped"), "--json");
    const [table] = JSON.parse(out).tables;
    expect(table.columns.loss).toBe("smooth_loss");
    expect(table.dropped).toMatchObject([{ count: SWEEP.filter(({ N }) => N * 1.6 >= 3e8).length }]);
    expect((await compare("--suite", "smoke", "--where", "N<3")).err).toContain("table:FILE");
  });

  it("of queries may have other column names, but no missing values", async () => {
    const head = "width,depth,n_heads,bs,lr,flops";
    const run = "256,4,4,128,1e-3,1e13";
    const list = file("list.csv", `# two runs\n${head}\n${run}\n,,,,,\n320,4,4,128,1e-3,1e13`);
    const { code, out, err } = await runCli("dry-run", list, "--repetitions", "1", "--suite", "handout", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out).queries).toBe(2);
    expect(err).toContain("learning_rate=lr");
    const torn = await runCli("dry-run", file("torn.csv", `${head}\n${run}\n320,4,4,128,,1e13`));
    expect(torn.err).toContain("row 2 has no lr");
  });
});

describe("a family of worlds", () => {
  let family = "";
  beforeAll(async () => {
    family = join(folder, "family.json");
    await runCli("calibrate", file("sweep.csv", PLAIN), "--draws", "2", "--out", family);
  });

  it("has its worlds wherever a world is named", async () => {
    const { out } = await runCli("worlds", "show", `${family}#central`);
    expect(JSON.parse(out)).toEqual(JSON.parse(readFileSync(family, "utf8")).worlds[0]);
    expect((await runCli("worlds", "show", `${family}#02`)).code).toBe(0);
    expect((await runCli("try", "literature-only", "--world", `${family}#central`)).code).toBe(0);
    const dry = await runCli(
      "dry-run",
      "literature-only",
      "--suite",
      `${family}#central`,
      "--repetitions",
      "1",
      "--json",
    );
    expect(dry.code).toBe(0);
  });

  it("says how to name one of them", async () => {
    expect((await runCli("worlds", "show", family)).err).toContain(`${family}#central`);
    expect((await runCli("worlds", "show", `${family}#centrall`)).err).toContain('did you mean "central"?');
  });

  it("has round budgets where those of the table lie within 2 % of each other", async () => {
    const spread = csv("N,D,loss", ({ N, D, loss }, i) => [N, D * (1 + 0.006 * (i % 3)), loss]);
    const { out } = await runCli("calibrate", file("spread.csv", spread), "--json");
    const { task, groups } = JSON.parse(out);
    expect(task.searchSpace.trainFlops.values).toEqual([1e17, 3e17, 1e18]);
    expect(groups.map((group: { train_flops: number }) => group.train_flops)).toEqual([1e17, 3e17, 1e18]);
  });
});
