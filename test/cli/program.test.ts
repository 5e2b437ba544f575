import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createApp } from "../../mock-server/app.ts";
import { startServer } from "../../mock-server/server.ts";
import { MemoryLedger } from "../../src/ledger/memory.ts";
import { buildWorld } from "../../src/surface/build-world.ts";
import { presetDocument } from "../../src/surface/presets.ts";
import { unzipped } from "../leaks.ts";
import { runCli } from "./run-cli.ts";

/** Two batches over standard input and output, then one question over HTTP; breaks off where the file `crash` is. */
const PLAN = `
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { recipe } from "./recipe.mjs";
const heard = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const hear = async () => JSON.parse((await heard.next()).value);
const { task } = await hear();
const ask = async (ask) => { console.log(JSON.stringify({ ask })); return hear(); };
const shapes = [4, 8, 16].map((num_layers) => ({ ...recipe, num_layers, train_flops: 1e16, reason: num_layers + " layers" }));
const { tell } = await ask(shapes);
await ask([{ ...shapes[0], train_flops: 3e16 }]);
if (existsSync(new URL("crash", import.meta.url))) throw new Error("out of luck");
const query = new URLSearchParams({ ...recipe, num_layers: 6, train_flops: "10000000000000000", api_key: process.env.ISOFLOP_API_KEY });
const { loss } = await (await fetch(process.env.ISOFLOP_URL + "/loss?" + query)).json();
const best = Math.min(loss ?? 5, ...tell.map(({ loss }) => loss ?? 5));
console.log(JSON.stringify({ submit: { ...recipe, d_model: 1024, num_layers: 20, num_heads: 16, train_flops: task.target, predicted_loss: 0.6 * best } }));
process.exit();
`;

function folder() {
  const path = mkdtempSync(join(tmpdir(), "isoflop-programs-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  const file = (name: string, text?: string) => {
    if (text !== undefined) writeFileSync(join(path, name), text);
    return join(path, name);
  };
  file("recipe.mjs", "export const recipe = { d_model: 256, num_heads: 4, batch_size: 128, learning_rate: 1e-3 };");
  return { file, word: `exec:node ${file("plan.mjs", PLAN)}` };
}

async function mock(onAsked: (count: number) => void = () => undefined): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const app = createApp({ world: buildWorld(presetDocument("handout/smooth")), ledger: new MemoryLedger() });
  const server = await startServer(
    (request, response) => {
      if (request.url?.startsWith("/loss")) onAsked(asked.push(request.url));
      app(request, response);
    },
    "127.0.0.1",
    0,
  );
  onTestFinished(() => server.stop());
  return { url: server.url, asked };
}

describe("a program as a strategy", () => {
  it("is rehearsed, run, resumed after a crash without paying twice, and written up", async () => {
    const { file, word } = folder();
    const plan = file("plan.json");
    const rehearsed = await runCli("dry-run", word, "--suite", "handout/smooth", "--repetitions", "1", "--out", plan);
    expect(rehearsed).toMatchObject({ code: 0, out: expect.stringContaining("16 layers") });
    const { url, asked } = await mock();
    const run = () =>
      runCli(
        "run",
        plan,
        "--url",
        url,
        "--key-file",
        file("key", "any text\nof any länge\n"),
        "--journal",
        file("journal.jsonl"),
        "--json",
      );
    file("crash", "");
    const crashed = await run();
    expect([crashed.code, asked.length]).toEqual([1, 4]);
    expect(crashed.err).toMatch(
      /isoflop: the program ended with exit code 1: .*\nAnswers so far are saved in .*\. To resume/,
    );
    expect(crashed.err).toContain("Error: out of luck");
    rmSync(file("crash"));
    const done = await run();
    expect(JSON.parse(done.out)).toMatchObject({ runs: 5, resumed: 4, spent: 7e16 });
    expect(new Set(asked).size).toBe(asked.length);
    expect(asked).toHaveLength(5);
    expect(JSON.parse((await run()).out)).toMatchObject({ resumed: 5, submission: JSON.parse(done.out).submission });
    expect(asked).toHaveLength(5);

    const written = await runCli("writeup", file("journal.jsonl"), "--format", "md", "--json");
    const { checklist, submission } = JSON.parse(written.out);
    expect(checklist.filter(({ passed }: { passed: boolean }) => !passed)).toEqual([]);
    expect(submission).toEqual(JSON.parse(done.out).submission);
    const archive = unzipped(readFileSync(file("writeup/code.zip")));
    expect(archive.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["strategy/plan.mjs", "strategy/recipe.mjs"]),
    );

    file("plan.mjs", `${PLAN}\n// changed`);
    expect(await run()).toMatchObject({ code: 2, err: expect.stringContaining("has changed since its dry-run") });
    const late = await runCli("writeup", file("journal.jsonl"));
    expect(late).toMatchObject({ code: 2, err: expect.stringContaining("has changed since this run") });
  });

  it("that is interrupted is ended, says how to resume, and resumes", async () => {
    const { file, word } = folder();
    const { url, asked } = await mock((count) => count === 2 && process.emit("SIGINT", "SIGINT"));
    const run = () =>
      runCli(
        "run",
        word,
        "--url",
        url,
        "--key-file",
        file("key", "me\n"),
        "--journal",
        file("journal.jsonl"),
        "--json",
      );
    const stopped = await run();
    expect([stopped.code, stopped.err]).toEqual([130, expect.stringMatching(/interrupted\nAnswers so far are saved/)]);
    expect(JSON.parse((await run()).out)).toMatchObject({ runs: 5, spent: 7e16 });
    expect(asked.length).toBeLessThanOrEqual(6);
  });

  it("asks in try and in compare what it asks in a rehearsal", async () => {
    const { file, word } = folder();
    const tried = JSON.parse((await runCli("try", word, "--json")).out);
    expect(tried).toMatchObject({ strategy: word, status: "ok", queries: 5, spent: 7e16 });
    const compared = await runCli(
      ...[
        "compare",
        "--suite",
        file("w.json", JSON.stringify(presetDocument("handout/smooth"))),
        "--strategies",
        `${word},literature-only`,
        "--repetitions",
        "1",
      ],
      ...["--out", file("results"), "--json"],
    );
    const { strategies } = JSON.parse(compared.out);
    const own = strategies.find(({ name }: { name: string }) => name === word);
    expect(own).toMatchObject({ failed: 0, regret: { median: tried.score.regret } });
  });

  it("that does not do the same twice gets no plan", async () => {
    const { file } = folder();
    const path = file("random.mjs", PLAN.replace("num_layers: 6", "num_layers: 5 + (process.pid % 17)"));
    const { code, err } = await runCli("dry-run", `exec:node ${path}`, "--suite", "handout/smooth", "--out", file("p"));
    expect([code, existsSync(file("p"))]).toEqual([2, false]);
    expect(err).toContain("does not repeat itself after the same answers");
  });

  it("that fails says so with its own words", async () => {
    const { file } = folder();
    const path = file("fails.mjs", "throw new TypeError('no idea')");
    const { code, out, err } = await runCli("try", `exec:node ${path}`);
    expect([code, out]).toEqual([
      1,
      expect.stringContaining("failed after 0 of 2e18 FLOPs, 0 queries: the program ended"),
    ]);
    expect(err).toContain("TypeError: no idea");
  });

  it("is named in what an unknown word gets for an answer", async () => {
    const { file } = folder();
    const { err } = await runCli("try", `python3 ${file("plan.mjs")}`);
    expect(err).toContain('to run a program, write "exec:COMMAND"');
    expect(await runCli("try", "./nowhere.py")).toMatchObject({ code: 2, err: expect.stringContaining("no file") });
  });
});

describe("isoflop python", () => {
  it("writes the helper, and does not overwrite another version of it", async () => {
    const { file } = folder();
    expect(await runCli("python", file("plans"))).toMatchObject({ code: 0 });
    expect(readFileSync(file("plans/isoflop.py"), "utf8")).toContain("def play(plan)");
    expect(await runCli("python", file("plans"))).toMatchObject({ code: 0 });
    file("plans/isoflop.py", "mine");
    expect(await runCli("python", file("plans"))).toMatchObject({ code: 2, err: expect.stringContaining("is there") });
  });
});
