import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { drive } from "../../src/experiment/drive.ts";
import { scoreSubmission } from "../../src/experiment/score.ts";
import { readJournal } from "../../src/flight/journal/read.ts";
import { buildWorld } from "../../src/surface/build-world.ts";
import { presetDocument } from "../../src/surface/presets.ts";
import { simulatedApi } from "../../src/training-api/simulated.ts";
import { strategyNamed } from "../../strategies/index.ts";
import { CANARY, leaksOf } from "../canary.ts";
import { filesBelow } from "../leaks.ts";
import { isoflopProcess, mockProcess } from "./flight-process.ts";
import { runCli } from "./run-cli.ts";

const WORLD = "stanford-2025/central";
const STRATEGY = "two-stage-isoflops";

describe("a plan from dry-run to grade", () => {
  it("that is killed twice equals the uninterrupted run, and never prints the key", async () => {
    const folder = mkdtempSync(join(tmpdir(), "isoflop-rehearsal-"));
    const file = (name: string) => join(folder, name);
    writeFileSync(file("key.pub"), `${CANARY}\n`);
    const said: string[] = [];
    const cli = async (...args: string[]) => {
      const { code, out, err } = await runCli(...args);
      said.push(out, err);
      expect({ code, err: code === 0 ? "" : out + err }).toEqual({ code: 0, err: "" });
      return out;
    };
    await cli("dry-run", STRATEGY, "--suite", "smoke", "--repetitions", "1", "--out", file("plan.json"));

    const mock = await mockProcess(WORLD);
    const journal = file("run/journal.jsonl");
    const fly = () =>
      isoflopProcess(
        "run",
        file("plan.json"),
        "--url",
        mock.url,
        "--key-file",
        file("key.pub"),
        "--journal",
        journal,
        "--json",
      );
    for (const last of [4, 9]) {
      const { child, ended } = fly();
      // The question has left and is charged when it is let pass; no client is there for the answer.
      mock.onQuestion = async (number) => {
        if (number !== last) return;
        child.kill("SIGKILL");
        await ended;
      };
      const { signal, out, err } = await ended;
      said.push(out, err);
      expect(signal).toBe("SIGKILL");
    }
    const { ended } = fly();
    const { code, out, err } = await ended;
    said.push(out, err);
    expect({ code, err: code === 0 ? "" : out + err }).toEqual({ code: 0, err: "" });

    const world = buildWorld(presetDocument(WORLD));
    const expected = await drive(strategyNamed(STRATEGY), simulatedApi(world), world.task, {
      stream: `0/${STRATEGY}/0`,
    });
    const done = readJournal(journal)?.records.findLast((record) => record.kind === "done");
    expect(done).toMatchObject({ submission: expected.submission, spent: expected.spent });
    expect(JSON.parse(out)).toMatchObject({ runs: expected.runs.length, spent: expected.spent, resumed: 8 });
    // The two whose answers were lost were found among the paid runs: nothing was asked a second time.
    expect(mock.asked()).toBe(expected.runs.length);

    await cli("writeup", file("run"));
    const graded = JSON.parse(await cli("grade", file("run/writeup/submission.json"), "--world", WORLD, "--json"));
    expect(graded).toMatchObject(scoreSubmission(world, expected.submission));

    expect(leaksOf(CANARY, Buffer.from(said.join("\n")))).toEqual([]);
    for (const { name, bytes } of filesBelow(file("run"))) expect([name, ...leaksOf(CANARY, bytes)]).toEqual([name]);
    expect(leaksOf(CANARY, readFileSync(file("plan.json")))).toEqual([]);
    expect(leaksOf(CANARY, readFileSync(file("key.pub")))).toContain("plain");
  });

  it("that is interrupted tells how to resume, and resumes", async () => {
    const folder = mkdtempSync(join(tmpdir(), "isoflop-rehearsal-"));
    const file = (name: string) => join(folder, name);
    writeFileSync(file("key.pub"), CANARY);
    const mock = await mockProcess(WORLD);
    const fly = () =>
      isoflopProcess(
        "run",
        STRATEGY,
        "--url",
        mock.url,
        "--key-file",
        file("key.pub"),
        "--journal",
        file("journal.jsonl"),
      );
    const { child, ended } = fly();
    mock.onQuestion = async (number) => {
      if (number !== 3) return;
      child.kill("SIGINT");
      await ended;
    };
    const { code, err } = await ended;
    expect(code).toBe(130);
    expect(err).toMatch(/interrupted\n.*saved in .*journal\.jsonl\. To resume, run the same command\.\n$/);
    expect(leaksOf(CANARY, Buffer.from(err))).toEqual([]);
    expect((await fly().ended).code).toBe(0);
    expect(mock.asked()).toBe(13);
  });
});
