import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isoflopProgram } from "../../src/cli/program.ts";
import { ROOT, table } from "./pages.ts";

const terminal = { out: () => undefined, err: () => undefined, interactive: false, columns: 100 };

/** The words in backquotes that begin a table's rows. */
function firstCells(page: string, head: readonly string[]): string[] {
  return table(page, head).map(([cell = ""]) => /^`([^` ]+)/.exec(cell)?.[1] ?? cell);
}

describe("README.md", () => {
  it("has every command", () => {
    const program = isoflopProgram(terminal);
    const commands = program
      .createHelp()
      .visibleCommands(program)
      .map((command) => command.name());
    expect(firstCells("README.md", ["command", "what it does"]).sort()).toEqual(
      commands.filter((name) => name !== "help").sort(),
    );
  });
});

describe("CONTRIBUTING.md", () => {
  it("has every dependency of package.json and of tools/ with a reason, and no other", () => {
    const all = Object.assign(
      {},
      ...["package.json", ...readdirSync(join(ROOT, "tools")).map((tool) => `tools/${tool}/package.json`)].map(
        (file) => {
          const { dependencies, optionalDependencies, devDependencies } = JSON.parse(
            readFileSync(join(ROOT, file), "utf8"),
          );
          return { ...dependencies, ...optionalDependencies, ...devDependencies };
        },
      ),
    );
    expect(firstCells("CONTRIBUTING.md", ["package", "why"]).sort()).toEqual(Object.keys(all).sort());
    expect(table("CONTRIBUTING.md", ["package", "why"]).filter(([, why]) => !why)).toEqual([]);
  });
});

describe("CITATION.cff", () => {
  const fields = Object.fromEntries(
    [...readFileSync(join(ROOT, "CITATION.cff"), "utf8").matchAll(/^([\w-]+): (.+)$/gm)].map(([, name, value]) => [
      name,
      value,
    ]),
  );
  const { version, license, repository, homepage } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));

  it("names the version, the license and the addresses of package.json", () => {
    expect([fields.version, fields.license]).toEqual([version, license]);
    expect([`git+${fields["repository-code"]}.git`, fields.url]).toEqual([repository.url, homepage]);
  });

  it("is about the version that the changelog begins with", () => {
    expect(/^## (\S+)/m.exec(readFileSync(join(ROOT, "CHANGELOG.md"), "utf8"))?.[1]).toBe(version);
  });
});
