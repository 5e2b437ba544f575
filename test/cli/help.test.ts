import { describe, expect, it } from "vitest";
import { runCli } from "./run-cli.ts";

const { out: overview } = await runCli();
const commands = [
  ...overview
    .split("Commands:")[1]!
    .split("Examples:")[0]!
    .matchAll(/^ {2}([\w-]+)/gm),
]
  .map(([, name]) => name as string)
  .filter((name) => name !== "help");

describe("help", () => {
  it.each([
    ...commands.map((name) => [name]),
    ...["show", "validate", "plot", "fidelity"].map((sub) => ["worlds", sub]),
  ])("of %s %s says what it does and ends with examples", async (...words) => {
    const { code, out } = await runCli(...words.filter(Boolean), "--help");
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^Usage: isoflop ${words.filter(Boolean).join(" ")}`));
    expect(out).toMatch(/\nExamples:\n +(source <\()?isoflop /);
  });

  it("is also what `help COMMAND` prints", async () => {
    expect((await runCli("help", "fit")).out).toBe((await runCli("fit", "--help")).out);
    expect((await runCli("help")).code).toBe(0);
    expect(await runCli("help", "fitt")).toMatchObject({
      code: 2,
      err: expect.stringMatching(/unknown command 'fitt'/),
    });
  });
});

describe("--json of a command with commands of its own", () => {
  it("applies to the inner command", async () => {
    const { out } = await runCli("worlds", "validate", "--json", "package.json");
    expect(out).toBe("");
    expect(JSON.parse((await runCli("worlds", "--json")).out).worlds.length).toBeGreaterThan(1);
  });
});
