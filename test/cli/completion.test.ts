import { describe, expect, it } from "vitest";
import { runCli } from "./run-cli.ts";

/** What a shell would offer at the end of a line. */
async function offered(...words: string[]): Promise<{ readonly names: string[]; readonly files: boolean }> {
  const { out } = await runCli("complete", "--", ...words);
  const lines = out.trimEnd().split("\n");
  return { names: lines.slice(0, -1).map((line) => line.split("\t")[0] as string), files: lines.at(-1) === ":0" };
}

describe("completion", () => {
  it("knows commands, their options, and the names that options and arguments take", async () => {
    expect((await offered("")).names).toEqual(expect.arrayContaining(["serve", "compare", "fit", "completion"]));
    expect((await offered("serve", "--qui")).names).toEqual(["--quirks"]);
    expect((await offered("serve", "--world", "stanford-2025/c")).names).toEqual(["stanford-2025/central"]);
    expect((await offered("try", "two-")).names).toEqual(["two-stage-isoflops"]);
    expect((await offered("worlds", "sh")).names).toEqual(["show"]);
    expect((await offered("compare", "--executor", "")).names).toEqual(["local", "bullmq"]);
  });

  it("lets the shell complete files", async () => {
    expect(await offered("grade", "")).toEqual({ names: [], files: true });
    expect((await offered("worlds", "")).files).toBe(false);
  });

  it("refuses a shell it does not know", async () => {
    const { code, err } = await runCli("completion", "tcsh");
    expect(code).toBe(2);
    expect(err).toMatch(/'tcsh' is invalid.*bash, zsh, fish, powershell/);
  });
});
