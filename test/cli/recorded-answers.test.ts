import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ask, lossTarget } from "../../benchmarks/reliability/servers/asking.ts";
import { startServe } from "../../benchmarks/reliability/servers/serve-process.ts";
import { overlayOf } from "../../src/cli/recorded-answers.ts";
import { buildWorld } from "../../src/surface/build-world.ts";
import { presetDocument } from "../../src/surface/presets.ts";
import { runCli } from "./run-cli.ts";

const folder = mkdtempSync(join(tmpdir(), "isoflop-answers-"));
const HEAD = "d_model,num_layers,num_heads,batch_size,learning_rate,train_flops,loss";
const MODULE = `const run = { dModel: 1024, numLayers: 24, numHeads: 16, batchSize: 128, learningRate: 1e-3 };
export default { name: "mine", summary: "two runs",
  *queries() { yield [{ ...run, trainFlops: 1e15 }, { ...run, trainFlops: 1e16 }]; },
  recommend: (runs) => ({ config: { ...run, trainFlops: 1e19 }, predictedLoss: 3 }) };`;

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const answers = file("answers.csv", `${HEAD}\n1024,24,16,128,0.001,1e16,8.125\n`);
const strategy = file("mine.mjs", MODULE);

describe("--answers", () => {
  test("serve: gives the answer of the table and marks it in a header, and keeps it on a change of the world", async () => {
    const server = await startServe("--answers", answers);
    const recorded = await ask(server.port, lossTarget());
    expect(recorded.body).toBe('{"loss":8.125,"total_flops_used":10000000000000000}');
    expect(recorded.headers["x-isoflop-answer"]).toBe("recorded");
    const other = await ask(server.port, lossTarget({ num_heads: "8" }));
    expect([other.status, other.headers["x-isoflop-answer"]]).toEqual([200, undefined]);
    await server.end("SIGTERM");
  });

  test("try: says which answer is recorded", async () => {
    const { code, out } = await runCli("try", strategy, "--answers", answers);
    expect(code).toBe(0);
    expect(out.split("\n").filter((line) => line.includes("recorded answer"))).toEqual([
      expect.stringContaining("8.1250"),
    ]);
    const { recorded } = JSON.parse((await runCli("try", strategy, "--answers", answers, "--json")).out);
    expect(recorded).toEqual([1]);
  });

  test("compare: results say which answers are recorded, and the tournament names the table", async () => {
    const out = join(folder, "results");
    const world = file("world.json", JSON.stringify(presetDocument("handout/smooth")));
    const args = ["compare", "--suite", world, "--strategies", strategy, "--repetitions", "1", "--out", out];
    expect((await runCli(...args, "--answers", answers)).code).toBe(0);
    const results = readFileSync(join(out, "results.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const mine = results.find((result) => result.strategy === "mine");
    expect(mine.recorded).toEqual([1]);
    expect(mine.runs[1].at(-1)).toBe(8.125);
    expect(JSON.parse(readFileSync(join(out, "tournament.json"), "utf8"))).toMatchObject({
      manifest: { answers },
    });
    expect(readFileSync(join(out, "leaderboard.html"), "utf8")).toContain("recorded answers");
  });

  test("of two editions the later counts; one configuration with two losses is refused with file and row", () => {
    const two = file("editions.csv", `edition,${HEAD}\n2025,64,2,2,128,0.001,1e16,7\n2024,64,2,2,128,0.001,1e16,6\n`);
    const config = { dModel: 64, numLayers: 2, numHeads: 2, batchSize: 128, learningRate: 1e-3, trainFlops: 1e16 };
    expect(buildWorld(overlayOf(two)(presetDocument("handout/smooth"))).answer(config, 0)).toBe(7);
    const torn = file("conflict.csv", `${HEAD}\n64,2,2,128,0.001,1e16,7\n64,2,2,128,0.001,1e16,6\n`);
    expect(() => overlayOf(torn)).toThrow(/conflict\.csv: row 2: loss 6, but 7 in row 1/);
  });

  test("a table without the API's columns is refused by name", async () => {
    const { code, err } = await runCli("try", strategy, "--answers", file("nd.csv", "N,D,loss\n1,2,3\n"));
    expect([code, err]).toEqual([2, expect.stringMatching(/nd\.csv: .*d_model/)]);
  });
});
