import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { drive, type Trace } from "../../src/experiment/drive.ts";
import { loadStrategy } from "../../src/experiment/load-strategy.ts";
import { programCommand } from "../../src/experiment/program/command.ts";
import { type ProgramOptions, programStrategy } from "../../src/experiment/program/program.ts";
import { buildWorld } from "../../src/surface/build-world.ts";
import { presetDocument } from "../../src/surface/presets.ts";
import type { Task } from "../../src/task/task.ts";
import { simulatedApi } from "../../src/training-api/simulated.ts";
import { ROOT } from "../docs/pages.ts";
import { requires } from "../requires.ts";

const world = buildWorld(presetDocument("handout/smooth"));
const hasPython = requires("python3", succeeds("python3", "-c", "0"));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "isoflop-ask-tell-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

/** Runs a script of Node, which has functions to speak the protocol with. */
function run(script: string, options: ProgramOptions & { readonly task?: Task } = {}): Promise<Trace> {
  const { task = world.task, ...given } = options;
  const path = file(
    `plan-${Math.random()}.mjs`,
    `import { createInterface } from "node:readline";
     const heard = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
     const hear = async () => JSON.parse((await heard.next()).value);
     const say = (what) => console.log(typeof what === "string" ? what : JSON.stringify(what));
     const config = { d_model: 512, num_layers: 8, num_heads: 8, batch_size: 128, learning_rate: 1e-3, train_flops: 1e16 };
     const submission = { ...config, train_flops: 1e19, d_model: 1024, num_layers: 20, num_heads: 16, predicted_loss: 3 };
     ${script}`,
  );
  const program = programStrategy(`"${process.execPath}" ${path}`, { thinkingSeconds: 30, ...given });
  return drive(program, simulatedApi(world), task, { stream: "0/program/0" });
}

const failure = (script: string, options?: ProgramOptions): Promise<string> =>
  run(script, options).then(
    () => "it did not fail",
    (error: Error) => error.message,
  );

const SUBMIT = "say({ submit: submission });";
const PLAN = `
  const start = await hear();
  say({ ask: [{ ...config, reason: "the first — ünïcode 💸" }, { ...config, num_layers: 4 }] });
  const first = await hear();
  say({ ask: [{ ...config, d_model: 7 }] });
  const second = await hear();
  console.error(JSON.stringify({ start, first, second }));
  ${SUBMIT}`;

describe("a program that asks and is told", () => {
  it("is told the task, its seed, every answer and what is left, and submits", async () => {
    let said = "";
    const onError = (text: string) => {
      said += text;
    };
    const trace = await run(PLAN, { onError });
    const { start, first, second } = JSON.parse(said);
    expect(start).toMatchObject({ task: { cap: 2e18, target: 1e19 }, seed: expect.any(Number), history: [] });
    expect(first.tell).toMatchObject([{ status: "ok", num_layers: 8, loss: trace.runs[0]!.loss }, { num_layers: 4 }]);
    expect([first.left, second.left]).toEqual([2e18 - 2e16, 2e18 - 2e16]);
    expect(second.tell).toMatchObject([{ status: "invalid", d_model: 7, message: trace.runs[2]!.message }]);
    expect(trace).toMatchObject({ spent: 2e16, stuck: false, submission: { predictedLoss: 3 } });
  });

  it("does the same each time", async () => {
    expect(await run(PLAN)).toEqual(await run(PLAN));
  });

  it("knows the history of its task from the start, however long", async () => {
    const run1 = { dModel: 512, numLayers: 8, numHeads: 8, batchSize: 128, learningRate: 1e-3, trainFlops: 1e15 };
    const history = Array.from({ length: 3000 }, () => ({ ...run1, status: "ok" as const, loss: 5 }));
    const script =
      "const { history } = await hear(); say({ submit: { ...submission, predicted_loss: history.length } });";
    const { submission } = await run(script, { task: { ...world.task, history } });
    expect(submission.predictedLoss).toBe(3000);
  });

  it("may send several batches before it reads, and print what is no question between them", async () => {
    const { runs } = await run(
      `say({ ask: [config] }); say("thinking {"); say({ thinking: 1 }); say({ ask: [{ ...config, num_layers: 4 }] });
       await hear(); const [one, two] = [await hear(), await hear()];
       say({ submit: { ...submission, predicted_loss: two.tell[0].num_layers } });`,
    );
    expect(runs.map(({ numLayers }) => numLayers)).toEqual([8, 4]);
  });
});

describe("a program that misbehaves", () => {
  it.each([
    [
      "ends without a submission",
      "process.exit();",
      "the program did not submit: no line of its output is a JSON object",
    ],
    ["breaks off", `console.error("no idea"); process.exit(3);`, "the program ended with exit code 3: no idea"],
    ["is killed", `process.kill(process.pid, "SIGKILL"); await hear();`, "the program was ended by SIGKILL"],
    [
      "prints garbage for a question",
      `say('{"ask": [');  await hear(); await hear();`,
      'its line {"ask": …} does not parse',
    ],
    [
      "asks nothing that is a list",
      "say({ ask: 3 }); await hear(); await hear();",
      '"ask" must be a list of configurations, got 3',
    ],
    [
      "asks a word",
      `say({ ask: [{ ...config, d_model: "wide" }] }); await hear(); await hear();`,
      '"ask", configuration 1: d_model must be a number, got "wide"',
    ],
    [
      "asks half a configuration",
      "say({ ask: [config, { d_model: 512 }] }); await hear(); await hear();",
      '"ask", configuration 2: num_layers must be a number, got nothing',
    ],
    ["submits half", "say({ submit: config });", "submission: predicted_loss must be a number, got nothing"],
    ["submits NaN", `say(JSON.stringify({ submit: submission }).replace(":3}", ":NaN}"));`, "JSON has no NaN"],
    ["floods its output", `setInterval(() => say("x".repeat(50_000)), 1);`, "printed more than 1000000 characters"],
    [
      "prints one endless line",
      `setInterval(() => process.stdout.write("x".repeat(50_000)), 1);`,
      "printed more than 1000000 characters",
    ],
    [
      "floods questions and reads no answer",
      `setInterval(() => say('{"ask":[]}\\n'.repeat(5000)), 1);`,
      /printed more than 1000000 characters|asked 500 batches more after its run had ended/,
    ],
  ])("that %s fails with one line", async (_, script, words) => {
    const message = await failure(script);
    expect(message).toMatch(words);
    expect(message).not.toContain("\n");
  });

  it("that hangs is ended", async () => {
    const script = "setInterval(() => {}, 1000)";
    expect(await failure(script, { thinkingSeconds: 0.5 })).toBe("the program timed out after 0.5 s");
  });

  it("that never reads, closes its input, or goes on after its submission, has submitted all the same", async () => {
    for (const script of [
      `say({ ask: [config] }); ${SUBMIT}`,
      `process.stdin.destroy(); say({ ask: [config] }); ${SUBMIT}`,
      `say({ ask: [config] }); ${SUBMIT} say('{"ask": 3}'); process.exit(1);`,
      `say({ ask: [config] }); ${SUBMIT} setInterval(() => {}, 1000);`,
    ])
      expect(await run(script)).toMatchObject({ spent: 1e16, submission: { predictedLoss: 3 } });
  });

  it("that asks for ever what is refused may still submit", async () => {
    const script = `
      await hear();
      for (let i = 0; i < 30; i++) { say({ ask: [{ ...config, d_model: 7 + i }] }); await hear(); }
      ${SUBMIT}`;
    const trace = await run(script);
    expect(trace).toMatchObject({ stuck: true, submission: { predictedLoss: 3 } });
    expect(trace.runs).toHaveLength(20);
  });

  it("is ended when its caller is interrupted", async () => {
    const controller = new AbortController();
    const playing = failure("setInterval(() => {}, 1000)", { signal: controller.signal });
    controller.abort(new Error("interrupted"));
    expect(await playing).toBe("interrupted");
  });
});

describe("the source of a program", () => {
  it("is its command, the files on it, and the Python modules beside them that they import", () => {
    const folderOfPlan = join(folder, "source");
    mkdirSync(join(folderOfPlan, "tools"), { recursive: true });
    const write = (name: string, text: string) => writeFileSync(join(folderOfPlan, name), text);
    write("plan.py", "import json, helper\nfrom tools.fits import fit\n");
    write("helper.py", "import os\n");
    write("tools/fits.py", "");
    write("other.py", "");
    const command = "cat plan.py";
    const names = () => programCommand(command, folderOfPlan).files.map((path) => path.slice(folderOfPlan.length + 1));
    expect(names().filter((name) => name.endsWith(".py"))).toEqual(["plan.py", "helper.py", "tools/fits.py"]);
    const { hash } = programCommand(command, folderOfPlan);
    write("other.py", "1");
    expect(programCommand(command, folderOfPlan).hash).toBe(hash);
    write("tools/fits.py", "1");
    expect(programCommand(command, folderOfPlan).hash).not.toBe(hash);
  });

  it("is needed before anything is played", async () => {
    await expect(loadStrategy("exec:")).rejects.toThrow('"exec:" needs a command');
    await expect(loadStrategy("exec:no-such-program-here")).rejects.toThrow("there is no such executable");
    await expect(loadStrategy("./no-such-plan.py")).rejects.toThrow('there is no file "./no-such-plan.py"');
    const plan = file("plan.R", "");
    await expect(loadStrategy(plan)).rejects.toThrow(`to run a program, write "exec:COMMAND"`);
  });
});

describe(`a plan with isoflop.py${hasPython.note}`, () => {
  it.skipIf(hasPython.skip)("asks and submits what the same strategy in TypeScript does", async () => {
    writeFileSync(join(folder, "isoflop.py"), execFileSync("cat", [join(ROOT, "python/isoflop.py")]));
    file(
      "same.py",
      `import isoflop

def plan(task, budget):
    print("on standard output")
    widths = [256, 512, 768, 1024]
    runs = yield [isoflop.run(d_model=d, num_layers=12, train_flops=1e17, reason=f"width {d} — ü") for d in widths]
    best = min(runs, key=lambda run: run["loss"])
    while budget.left > budget.cap / 2:
        wanted = [isoflop.run(d_model=best["d_model"], num_layers=n, train_flops=3e17) for n in (8, 16, 24)]
        runs += yield budget.fitting(wanted)
        break
    best = min(runs, key=lambda run: run["loss"])
    return isoflop.run(d_model=1024, num_layers=20, train_flops=task["target"], predicted_loss=0.7 * best["loss"])

isoflop.play(plan)
`,
    );
    file(
      "same.ts",
      `const run = (dModel, numLayers, trainFlops, reason) => {
         const numHeads = Math.max(2, Math.min(16, dModel / 64));
         return { dModel, numLayers, numHeads, batchSize: 128, learningRate: 1e-3, trainFlops, ...(reason && { reason }) };
       };
       const lowest = (runs) => runs.reduce((a, b) => (b.loss < a.loss ? b : a));
       export default {
         name: "same",
         summary: "the same in TypeScript",
         *queries() {
           const runs = yield [256, 512, 768, 1024].map((d) => run(d, 12, 1e17, \`width \${d} — ü\`));
           yield [8, 16, 24].map((n) => run(lowest(runs).dModel, n, 3e17));
         },
         recommend: (runs, task) => ({ config: run(1024, 20, task.target), predictedLoss: 0.7 * lowest(runs).loss }),
       };`,
    );
    const traces = [];
    for (const word of [`exec:python3 ${join(folder, "same.py")}`, join(folder, "same.ts")]) {
      const reasons: (string | undefined)[] = [];
      const onRun = (_: unknown, { reason }: { readonly reason?: string }) => void reasons.push(reason);
      const trace = await drive(await loadStrategy(word), simulatedApi(world), world.task, { stream: "0", onRun });
      traces.push({ ...trace, reasons });
    }
    expect(traces[0]).toEqual(traces[1]);
  });

  it.skipIf(hasPython.skip)("started by hand says how to play it", () => {
    file("by_hand.py", "import isoflop\nisoflop.play(lambda task, budget: iter(()))\n");
    expect(() => execFileSync("python3", [join(folder, "by_hand.py")], { stdio: "pipe" })).toThrow(
      /isoflop try "exec:/,
    );
  });
});

function succeeds(program: string, ...words: string[]): boolean {
  try {
    execFileSync(program, words, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
