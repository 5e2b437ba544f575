import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommanderError } from "commander";
import { describe, expect, it } from "vitest";
import { sharedData } from "../../benchmarks/shared-data.ts";
import { isoflopProgram } from "../../src/cli/program.ts";
import { requires } from "../requires.ts";
import { PAGES, ROOT, snippets } from "./pages.ts";
import { Sandbox } from "./sandbox.ts";
import { type ShellCommand, shellCommands } from "./shell-commands.ts";

const PYTHON = ["python3", "/usr/bin/python3"].find((python) => {
  return spawnSync(python, ["-c", "import requests"]).status === 0;
});

describe("every command on the page", () => {
  for (const page of PAGES) {
    const commands = snippets(page).flatMap(shellCommands);
    if (commands.length === 0) continue;
    const data = commands.some(({ line }) => line.includes("../shared/data/"));
    const client = snippets(page).some(({ text }) => text.startsWith("import requests"));
    const needs = [
      requires("../shared/data", !data || existsSync(sharedData(""))),
      requires("python3 with requests", !client || PYTHON !== undefined),
    ];
    const note = needs.map((each) => each.note).join("");
    it.skipIf(needs.some(({ skip }) => skip))(`${page} works, in order, in an empty folder${note}`, async () => {
      const sandbox = await Sandbox.open();
      try {
        for (const { language, file, text } of snippets(page))
          if (file !== undefined && language !== "sh") sandbox.write(file, `${text}\n`);
        if (commands.some(talksToServer) && !commands.some(({ how }) => how === "start"))
          await sandbox.start("isoflop serve");
        let printed = "";
        for (const snippet of snippets(page)) {
          if (snippet.language === "python" && snippet.file === undefined) await expectPrinted(sandbox, snippet.text);
          if (snippet.language === "") expect(missing(snippet.text, printed)).toEqual([]);
          if (snippet.language !== "sh") printed = "";
          for (const { line, how } of shellCommands(snippet)) {
            if (how === "parse") parse(line);
            else if (how === "start") expect(await sandbox.start(line)).toContain("listening");
            else {
              const ended = await sandbox.run(line);
              expect(ended.code, `${line}\n${ended.err}`).toBe(0);
              printed += ended.out;
            }
          }
        }
      } finally {
        expect((await sandbox.close()).every((code) => code === 130)).toBe(true);
      }
    });
  }
});

it("npx isoflop runs in an empty folder of the checkout, and works there", () => {
  const folder = mkdtempSync(join(ROOT, "practice-"));
  const cache = mkdtempSync(join(tmpdir(), "isoflop-npm-"));
  try {
    const env = { ...process.env, npm_config_cache: cache };
    const { status, stderr } = spawnSync("npx", ["isoflop", "python"], { cwd: folder, env, encoding: "utf8" });
    expect(status, stderr).toBe(0);
    expect(readdirSync(folder)).toEqual(["isoflop.py"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** A Python client whose last line, a comment, is what it prints; `...` stands for digits. */
async function expectPrinted(sandbox: Sandbox, program: string): Promise<void> {
  sandbox.write("client.py", program);
  const { out, err } = await sandbox.run(`${PYTHON} client.py`);
  const said = program.trimEnd().split("\n").at(-1)!.replace(/^# /, "");
  const pattern = said.split("...").map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  expect(`${out.trim()}${err}`).toMatch(new RegExp(`^${pattern.join("\\d+")}$`));
}

/** The lines of a block right after commands, which shows what they print, that they did not print. Blanks do not count. */
function missing(shown: string, printed: string): string[] {
  if (printed === "") return [];
  const lines = new Set(printed.split("\n").map(plain));
  return shown.split("\n").filter((line) => line.trim() !== "…" && !lines.has(plain(line)));
}

function plain(line: string): string {
  return line.trim().replace(/\s+/g, " ");
}

function talksToServer({ line, how }: ShellCommand): boolean {
  return how === "run" && line.includes("127.0.0.1:8000");
}

/** Fails if the command line does not know the words; does nothing of what they say. */
function parse(line: string): void {
  const terminal = { out: () => undefined, err: () => undefined, interactive: false, columns: 100 };
  const program = isoflopProgram(terminal);
  for (const command of [...program.commands, ...program.commands.flatMap((parent) => parent.commands)])
    command
      .exitOverride()
      .configureOutput({ writeErr: () => undefined })
      .action(() => undefined);
  const words = line.replace(/\s*#.*$/, "").match(/"[^"]*"|\S+/g) as string[];
  try {
    program.parse(
      words.slice(1).map((word) => word.replaceAll('"', "")),
      { from: "user" },
    );
  } catch (error) {
    throw error instanceof CommanderError ? new Error(`${line}: ${error.message}`) : error;
  }
}
