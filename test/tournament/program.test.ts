import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serveProgram } from "../../src/cli/serve-program.ts";
import { commandWords } from "../../src/experiment/program/command.ts";
import { programStrategy } from "../../src/experiment/program/program.ts";
import { parseBareSubmission } from "../../src/experiment/program/protocol.ts";
import { buildWorld } from "../../src/surface/build-world.ts";
import { programEntrant } from "../../src/tournament/entrant.ts";
import { play as playOnWorld } from "../../src/tournament/play.ts";
import type { Result } from "../../src/tournament/result.ts";
import { worldsForTest } from "./world.ts";

/** What a user's own script does, in the language that is here for sure. */
const PLAN = `
const { ISOFLOP_URL, ISOFLOP_API_KEY, ISOFLOP_SEED, ISOFLOP_TASK } = process.env;
const task = JSON.parse(ISOFLOP_TASK);
const ask = async (changes) => {
  const query = { d_model: 512, num_layers: 8, num_heads: 8, batch_size: 128, learning_rate: 0.001, train_flops: "100000000000000000", ...changes };
  const response = await fetch(ISOFLOP_URL + "/loss?" + new URLSearchParams({ ...query, api_key: ISOFLOP_API_KEY }));
  return response.json();
};
const { loss } = await ask({});
await ask({});
await ask({ d_model: 7 });
await ask({ train_flops: "1000000000000000000", num_layers: 4 });
await ask({ train_flops: "1000000000000000000", num_layers: 6 });
console.log("thinking aloud, seed", Number(ISOFLOP_SEED));
console.log(JSON.stringify({ d_model: 1024, num_layers: 16, num_heads: 16, batch_size: 128, learning_rate: 0.001, train_flops: task.target, predicted_loss: loss }));
`;

const [world] = worldsForTest(1);
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "isoflop-program-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Plays a script of Node as a user's program. */
function play(
  script: string,
  { repetition = 0, thinkingSeconds = 30, signal = new AbortController().signal } = {},
): Promise<Result> {
  const file = join(folder, "plan.mjs");
  writeFileSync(file, script);
  const options = { serve: serveProgram(), thinkingSeconds, signal };
  const program = programStrategy(`"${process.execPath}" ${file}`, options);
  return playOnWorld(program, buildWorld(world!), repetition, 0);
}

describe("a program as a strategy", () => {
  it("asks a mock server of its own and submits its last JSON line", async () => {
    const result = await play(PLAN);
    expect(result).toMatchObject({ status: "ok", queries: 5, repeats: 1, invalid: 1, refused: 1, spent: 1.1e18 });
    const config = { dModel: 512, numLayers: 8, numHeads: 8, batchSize: 128, learningRate: 0.001, trainFlops: 1e17 };
    if (result.status === "ok") expect(result.submission.predictedLoss).toBe(buildWorld(world!).answer(config, 0));
    expect(result.runs).toHaveLength(5);
  });

  it("meets the noise of its repetition, and the same each time", async () => {
    const losses = await Promise.all(
      [1, 1, 2].map(async (repetition) => {
        const result = await play(PLAN, { repetition });
        return result.status === "ok" ? result.submission.predictedLoss : result.failure;
      }),
    );
    expect(losses[1]).toBe(losses[0]);
    expect(losses[2]).not.toBe(losses[0]);
  });

  it("fails when its last JSON line is no submission", async () => {
    expect(await play('console.log(\'{"d_model": "wide"}\')')).toMatchObject({
      status: "failed",
      failure: 'submission: d_model must be a number, got "wide"',
    });
  });

  it("is marked as timed out at its time limit", async () => {
    const result = await play("setInterval(() => {}, 1000)", { thinkingSeconds: 0.5 });
    expect(result).toMatchObject({ status: "failed", failure: "the program timed out after 0.5 s", timedOut: true });
  });

  it("is ended when the tournament is interrupted, with everything it started", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const started = once(server, "connection");
    const controller = new AbortController();
    const connecting = `require("node:net").connect(${(server.address() as AddressInfo).port}, "127.0.0.1")`;
    const playing = play(
      `import { spawn } from "node:child_process";
       spawn(process.execPath, ["-e", ${JSON.stringify(connecting)}], { stdio: "inherit" });
       setInterval(() => {}, 1000);`,
      { signal: controller.signal },
    );
    const [socket] = (await started) as [Socket];
    const ended = once(socket.on("error", () => undefined).resume(), "close");
    controller.abort(new Error("interrupted"));
    expect(await playing).toMatchObject({ status: "failed", failure: "interrupted" });
    await ended;
    server.close();
  });

  it("alone may use its server", async () => {
    const api = { loss: async () => ({ status: "refused" as const, message: "" }) };
    const account = { totalFlopsUsed: async () => 0, previousRuns: async () => [] };
    const { url, stop } = await serveProgram()({ ...api, ...account }, "its key");
    const statusWith = async (key: string) => (await fetch(`${url}/total_flops_used?api_key=${key}`)).status;
    expect([await statusWith("its%20key"), await statusWith("another")]).toEqual([200, 403]);
    await stop();
  });

  it("is not waited for when what it left behind holds its output", async () => {
    const result = await play(`
      import { spawn } from "node:child_process";
      const left = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit", detached: true });
      console.log(JSON.stringify({ d_model: String(left.pid) }));
      process.exit();`);
    const [, pid] =
      /d_model must be a number, got "(\d+)"/.exec(result.status === "failed" ? result.failure : "") ?? [];
    expect(isRunning(Number(pid))).toBe(true);
    process.kill(Number(pid));
  });

  it("that is not there is the caller's mistake, before anything is played", () => {
    expect(() => programEntrant("no-such-program-here --fast")).toThrow(
      'program "no-such-program-here" cannot be started: there is no such executable',
    );
    expect(() => programEntrant("./nowhere/plan")).toThrow('program "./nowhere/plan" cannot be started');
  });
});

describe("the command of a program", () => {
  it("is split at spaces, not within quotes", () => {
    expect(commandWords(`python3 "my plan.py" --x 'a b'`)).toEqual(["python3", "my plan.py", "--x", "a b"]);
    expect(commandWords(`./plan --x="a b"c '' don't`)).toEqual(["./plan", "--x=a bc", "", "don't"]);
  });

  it("is another entrant when a file on it changes", () => {
    const file = join(folder, "changing.py");
    writeFileSync(file, "1");
    const before = programEntrant(`python3 ${file}`);
    writeFileSync(file, "2");
    expect(programEntrant(`python3 ${file}`).hash).not.toBe(before.hash);
  });
});

describe("a submission on a line", () => {
  const line =
    '{"d_model":512,"num_layers":8,"num_heads":8,"batch_size":128,"learning_rate":0.001,"train_flops":1e19,"predicted_loss":3';
  it("may have an interval", () => {
    const text = `${line},"model_size":5,"interval":{"level":0.8,"low":2.9,"high":3.1}}`;
    expect(parseBareSubmission(text)).toMatchObject({
      predictedLoss: 3,
      interval: { level: 0.8, low: 2.9, high: 3.1 },
    });
  });

  it("says what is wrong with it", () => {
    expect(() => parseBareSubmission(`${line},"interval":{"level":80,"low":2.9,"high":3.1}}`)).toThrow(
      "submission: interval.level must be between 0 and 1, got 80",
    );
    expect(() => parseBareSubmission(line)).toThrow("its last JSON line does not parse");
    expect(() => parseBareSubmission(`${line.slice(0, -1)}NaN}`)).toThrow("JSON has no NaN");
  });
});

/** A killed process whose parent has not read its exit code yet does not run. */
function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
