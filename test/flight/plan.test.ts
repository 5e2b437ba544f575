import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isProgram } from "../../src/experiment/session.ts";
import { codeHash, moduleFiles, moduleHash, packageRoot } from "../../src/flight/code-hash.ts";
import { isTable, loadPlan, loadPlannedStrategy, planDocument, planText } from "../../src/flight/load-plan.ts";
import { checkUnchanged, type Plan, planFingerprint, planStream, signedPlan } from "../../src/flight/plan.ts";
import { strategyOf } from "../../src/flight/strategy-of.ts";
import { UserError } from "../../src/task/errors.ts";
import { EXAMPLE_CONFIG } from "../../src/task/stanford-2026/example.ts";
import { STANFORD_2026_TASK } from "../../src/task/stanford-2026/task.ts";
import { folder, plan, RUNS } from "./flight.ts";

const hash = "0".repeat(64);

describe("a plan", () => {
  it("has another fingerprint for anything else that decides what is bought, in any order of its keys", () => {
    const { fingerprint } = plan;
    expect(planFingerprint(Object.fromEntries(Object.entries(plan).reverse()) as unknown as Plan)).toBe(fingerprint);
    const others = [
      { ...plan, seed: 1 },
      { ...plan, strategy: { ...plan.strategy, name: "other" } },
      { ...plan, code: { ...plan.code, hash } },
      { ...plan, task: { ...plan.task, cap: 1e18 } },
      { ...plan, rehearsal: { suite: "course", worlds: 1, repetitions: 1, queries: 1, planned: 1 } },
    ].map((other) => signedPlan(other).fingerprint);
    expect(new Set([...others, fingerprint]).size).toBe(6);
    expect(planStream({ ...plan, seed: 1 })).not.toBe(planStream(plan));
  });

  it("that has not changed passes; otherwise what has changed is said, and how to dry-run it again", () => {
    const now = { strategy: plan.strategy, code: plan.code };
    checkUnchanged(plan, now, "mine.json");
    checkUnchanged(plan, { ...now, strategy: { ...plan.strategy, module: undefined } as never }, "mine.json");
    const check = (changed: Plan, current = now) => {
      expect(() => checkUnchanged(changed, current, "my plan.json")).toThrow(UserError);
      try {
        checkUnchanged(changed, current, "my plan.json");
      } catch (error) {
        return (error as Error).message;
      }
      return "";
    };
    expect(check({ ...plan, seed: 5 })).toMatch(/edited after its dry-run .*dry-run runs\.csv --out 'my plan\.json'$/);
    expect(check({ ...plan, strategy: { ...plan.strategy, module: "/m.ts" } })).toContain("dry-run /m.ts --out");
    expect(check(plan, { ...now, code: { version: "9", hash: "" } })).toContain("by isoflop 0, this is 9");
    expect(check(plan, { ...now, code: { version: "0", hash } })).toContain("other code (, now 000000000000)");
    expect(check(plan, { ...now, strategy: { ...plan.strategy, hash: "x" } })).toContain('strategy "runs.csv"');
  });

  it("is read back from its text, and a bad field of it is named", () => {
    expect(planDocument(planText(plan), "p.json")).toEqual(plan);
    const jobs = { ...plan, task: "stanford-2026", strategy: { name: "j", kind: "list", jobs: ["{}"] } };
    expect(() => planDocument(JSON.stringify(jobs), "p.json")).toThrow(/^plan "p\.json": strategy\.jobs\.0: /);
    expect(planDocument(JSON.stringify({ ...jobs, strategy: plan.strategy }), "p.json")?.task).toBe(STANFORD_2026_TASK);
    expect(() => planDocument(JSON.stringify({ ...plan, seed: 1.5 }), "p.json")).toThrow(/seed/);
    for (const text of ["N,C,loss", "[]", "5", "null", "{}"]) expect(planDocument(text, "p.json")).toBeUndefined();
  });
});

describe("a word", () => {
  it.each(["a.csv", "a.TSV", "b/a.json", "a.jsonl", "a.csv.gz"])("%s names a table", (word) =>
    expect(isTable(word)).toBe(true),
  );

  it.each(["champion", "a.ts", "acsv", "a.csv.zip", "exec:python3 a.json"])("%s names none", (word) =>
    expect(isTable(word)).toBe(false),
  );
});

describe("what is to be run", () => {
  const csv = `d_model,num_layers,num_heads,batch_size,learning_rate,train_flops\n512,8,8,128,1e-3,1e16\n768,8,8,128,1e-3,1e16\n`;
  const written = (name: string, text: string) => {
    const file = join(folder(), name);
    writeFileSync(file, text);
    return file;
  };

  it("may be a strategy by its name, with the task it is given", async () => {
    const { plan: loaded, strategy } = await loadPlan("cheapest-first", 3);
    expect(loaded).toMatchObject({ seed: 3, strategy: { name: "cheapest-first", kind: "shipped" }, code: codeHash() });
    expect(loaded.fingerprint).toBe(planFingerprint(loaded));
    expect([strategy.name, loaded.strategy.hash]).toEqual(["cheapest-first", undefined]);
    const timed = await loadPlan("cheapest-first", 0, undefined, async () => STANFORD_2026_TASK);
    expect(timed.plan.task).toBe(STANFORD_2026_TASK);
    await expect(loadPlan("cheapest-frist", 0)).rejects.toThrow('"cheapest-first"');
    await expect(loadPlan("kaplan", 0, undefined, async () => STANFORD_2026_TASK)).rejects.toThrow(
      /does not apply: .*No query was sent$/,
    );
  });

  it("may be a table of runs, whose hash is that of its runs", async () => {
    const { plan: loaded } = await loadPlan(written("runs.csv", csv), 0);
    expect(loaded.strategy).toMatchObject({
      name: "runs.csv",
      kind: "list",
      runs: [{ d_model: 512 }, { d_model: 768 }],
    });
    const other = await loadPlan(written("runs.csv", csv.replace("768", "640")), 0);
    expect(other.plan.strategy.hash).not.toBe(loaded.strategy.hash);
    await expect(loadPlan(written("runs.csv", csv.replace("768", "9999")), 0)).rejects.toThrow(/run 2: d_model/);
    const { runs, list } = await loadPlannedStrategy(written("runs.csv", csv));
    expect(runs).toMatchObject([{ dModel: 512 }, { dModel: 768 }]);
    expect(list).toBeDefined();
  });

  it("may be a list of jobs, each by the text that the API identifies it by", async () => {
    const file = written("jobs.json", JSON.stringify([EXAMPLE_CONFIG, { ...EXAMPLE_CONFIG, model_seed: 2 }]));
    const { plan: loaded, strategy } = await loadPlan(file, 0);
    expect(loaded.task).toBe(STANFORD_2026_TASK);
    expect(loaded.strategy.jobs).toHaveLength(2);
    expect([strategy.name, "queries" in strategy && strategy.summary]).toEqual([
      "jobs.json",
      "2 jobs, fixed beforehand",
    ]);
    const again = await loadPlan(written("plan.json", planText(loaded)), 9);
    expect(again.plan).toEqual(loaded);
    const edited = planText(loaded).replace('"seed": 0', '"seed": 1');
    await expect(loadPlan(written("plan.json", edited), 0)).rejects.toThrow("edited after its dry-run");
    const { planned, runs } = await loadPlannedStrategy(written("plan.json", planText(loaded)));
    expect([planned, runs]).toEqual([loaded.strategy, undefined]);
  });

  it("may be a module, whose hash covers what it imports", async () => {
    const home = folder();
    const module = join(home, "mine.mjs");
    writeFileSync(join(home, "part.mjs"), "export const summary = 'mine';");
    writeFileSync(
      module,
      `import { summary } from "./part.mjs";
      export default { name: "mine", summary, *queries() { yield []; }, recommend: () => ({ config: {}, predictedLoss: 3 }) };`,
    );
    const { plan: loaded, strategy } = await loadPlan(module, 0);
    expect(loaded.strategy).toEqual({ name: "mine", kind: "module", module, hash: moduleHash(module) });
    expect(strategy.summary).toBe("mine");
    const file = written("plan.json", planText(loaded));
    await loadPlan(file, 0);
    writeFileSync(join(home, "part.mjs"), "export const summary = 'other';");
    await expect(loadPlan(file, 0)).rejects.toThrow('strategy "mine" of plan');
    await expect(strategyOf({ name: "mine", kind: "module", module: join(home, "gone.mjs") })).rejects.toThrow(
      /gone\.mjs" of the plan is missing/,
    );
    await expect(strategyOf({ name: "mine", kind: "module" })).rejects.toThrow("is missing");
  });

  it("may be a program, whose hash covers its files", async () => {
    const home = folder();
    writeFileSync(join(home, "mine.py"), "pass");
    const planned = { name: "mine", kind: "program", command: "python3 mine.py", folder: home } as const;
    const strategy = await strategyOf(planned);
    expect(strategy.name).toContain("mine.py");
    await expect(strategyOf({ ...planned, command: "no-such-program-anywhere" })).rejects.toThrow(UserError);
    const { planned: named } = await loadPlannedStrategy(`exec:python3 ${join(home, "mine.py")}`);
    expect(named).toMatchObject({
      kind: "program",
      command: `python3 ${join(home, "mine.py")}`,
      folder: process.cwd(),
    });
    const { plan: loaded } = await loadPlan(`exec:python3 ${join(home, "mine.py")}`, 0);
    expect(loaded.strategy).toEqual(named);
    const file = written("plan.json", planText(loaded));
    expect((await loadPlan(file, 0)).plan).toEqual(loaded);
    writeFileSync(join(home, "mine.py"), "pass  # otherwise");
    await expect(loadPlan(file, 0)).rejects.toThrow("has changed since its dry-run");
  });
});

describe("the hash of code", () => {
  it("is of the package's own files, and the same every time", () => {
    const { version, hash: found } = codeHash();
    const { version: expected } = JSON.parse(
      readFileSync(join(packageRoot(import.meta.filename), "package.json"), "utf8"),
    );
    expect(version).toBe(expected);
    expect(found).toMatch(/^[0-9a-f]{64}$/);
    expect(codeHash().hash).toBe(found);
  });

  it.each([
    'import { b } from "./b.ts";',
    "import   b   from   './b.ts'",
    'import b from"./b.ts"',
    'import "./b.ts"',
    'export * from "./b.ts"',
    'await import("./b.ts")',
    'await import ( "./b.ts" )',
    'import "../here/b.ts"',
  ])("of a module covers what it imports by %s", (text) => {
    const home = join(folder(), "here");
    mkdirSync(home);
    writeFileSync(join(home, "b.ts"), "");
    writeFileSync(join(home, "a.ts"), text);
    expect(moduleFiles(join(home, "a.ts"))).toEqual([join(home, "a.ts"), join(home, "b.ts")]);
  });

  it("of a module is that of its relative imports, wherever it lies", () => {
    const [one, other] = [folder(), folder()].map((home) => {
      mkdirSync(join(home, "sub"));
      const files = {
        "a.ts":
          'import b from "./sub/b.ts";\nimport("../missing.ts");\nimport fs from "node:fs";\nexport * from "./c.ts";',
        "c.ts": 'import "./a.ts";',
        "sub/b.ts": "",
        "unused.ts": home,
      };
      for (const [name, text] of Object.entries(files)) writeFileSync(join(home, name), text);
      return home;
    }) as [string, string];
    expect(moduleFiles(join(one, "a.ts"))).toEqual(["a.ts", "sub/b.ts", "c.ts"].map((name) => join(one, name)));
    expect(moduleHash(join(one, "a.ts"))).toBe(moduleHash(join(other, "a.ts")));
    writeFileSync(join(other, "sub/b.ts"), "changed");
    expect(moduleHash(join(one, "a.ts"))).not.toBe(moduleHash(join(other, "a.ts")));
  });
});

it("a list of runs asks for them in order and submits by the handout's recipe", async () => {
  const strategy = await strategyOf(plan.strategy);
  if (isProgram(strategy)) return expect.unreachable();
  expect(strategy.summary).toContain(String(RUNS.length));
  expect(strategy.queries(plan.task, () => 0).next().value).toMatchObject(RUNS);
});
