import { deepStrictEqual } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApp } from "../../mock-server/app.ts";
import { type RunningServer, startServer } from "../../mock-server/server.ts";
import * as isoflop from "../../src/index.ts";
import { MemoryLedger } from "../../src/ledger/memory.ts";
import { buildWorld } from "../../src/surface/build-world.ts";
import { presetDocument } from "../../src/surface/presets.ts";
import * as testing from "../../src/testing.ts";
import { ROOT } from "./pages.ts";

const MODULES: Readonly<Record<string, object>> = { isoflop, "isoflop/testing": testing };
const ENTRIES = { isoflop: "src/index.ts", "isoflop/testing": "src/testing.ts" };
/** Where an example that needs a server says it listens. */
const ADDRESS = "http://127.0.0.1:8000";

interface Exported {
  readonly module: string;
  readonly name: string;
  readonly isType: boolean;
  /** The text of its docstring; empty where there is none. */
  readonly comment: string;
  /** The code of its `@example`, where it has one. */
  readonly example: string | undefined;
}

const EXPORTS = Object.entries(ENTRIES).flatMap(([module, entry]) => exportsOf(module, entry));

/** What an entry exports, with the docstring of each. */
function exportsOf(module: string, entry: string): Exported[] {
  const text = readFileSync(join(ROOT, entry), "utf8");
  const describeExport = (name: string, isType: boolean, comment: string): Exported => {
    const code = /@example\s+```ts\n([\s\S]*?)```/.exec(comment)?.[1];
    return { module, name, isType, comment, example: code };
  };
  const spaces = [...text.matchAll(/export \* as (\w+) from/g)].map((match) =>
    describeExport(match[1]!, false, commentBefore(text, match.index)),
  );
  const lists = [...text.matchAll(/export (type )?\{([^}]*)\} from "([^"]+)"/g)];
  return [
    ...spaces,
    ...lists.flatMap(([, allTypes, names, path]) => {
      const source = readFileSync(join(ROOT, dirname(entry), path!), "utf8");
      return names!.split(",").flatMap((part) => {
        const name = part.replace(/\btype\b/, "").trim();
        if (name === "") return [];
        const at = new RegExp(
          `^export (?:declare |async |abstract )*(?:const|function\\*?|class|interface|type) ${name}\\b`,
          "m",
        ).exec(source);
        const comment = at ? commentBefore(source, at.index) : "";
        return [describeExport(name, Boolean(allTypes) || /\btype\b/.test(part), comment)];
      });
    }),
  ];
}

/** The docstring that ends right before a place in a source, without its stars. */
function commentBefore(source: string, at: number): string {
  const before = source.slice(0, at).trimEnd();
  if (!before.endsWith("*/")) return "";
  return before
    .slice(before.lastIndexOf("/**"))
    .replace(/^\/\*\*|\*\/$/g, "")
    .replace(/^[ \t]*\*[ ]?/gm, "");
}

let server: RunningServer;
beforeAll(async () => {
  const world = buildWorld(presetDocument("handout/smooth"));
  server = await startServer(createApp({ world, ledger: new MemoryLedger() }), "127.0.0.1", 0);
});
afterAll(() => server.stop());

it("finds every export of the package", () => {
  for (const [module, exported] of Object.entries(MODULES)) {
    const names = EXPORTS.filter((found) => found.module === module && !found.isType).map(({ name }) => name);
    expect(names.sort()).toEqual(Object.keys(exported).sort());
  }
});

describe.each(EXPORTS)("$module: $name", ({ name, isType, comment, example }) => {
  it("has a docstring", () => expect(comment).toMatch(/\w/));

  if (isType && example === undefined) return;
  it("has an example that uses it and gives the values it states", async () => {
    expect(example, "needs an @example with a ts block").toBeDefined();
    expect(example).toMatch(new RegExp(`\\b${name}\\b`));
    await run(example!);
  });
});

it("has examples that type-check", () => {
  const folder = mkdtempSync(join(tmpdir(), "isoflop-examples-"));
  try {
    const files = EXPORTS.flatMap(({ example }, i) => {
      if (example === undefined) return [];
      const file = `example-${i}.ts`;
      writeFileSync(join(folder, file), `${example}\nexport {};\n`);
      return [file];
    });
    const paths = Object.fromEntries(Object.entries(ENTRIES).map(([module, entry]) => [module, [join(ROOT, entry)]]));
    const compilerOptions = {
      paths,
      noEmit: true,
      typeRoots: [join(ROOT, "node_modules/@types")],
      types: ["node"],
      noUnusedLocals: false,
    };
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({ extends: join(ROOT, "tsconfig.json"), compilerOptions, include: [], files }),
    );
    const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
    let told = "";
    try {
      execFileSync(process.execPath, [tsc, "-p", folder, "--singleThreaded"], { encoding: "utf8", stdio: "pipe" });
    } catch (error) {
      told = (error as { stdout: string }).stdout;
    }
    expect(told).toBe("");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** An expression statement with what its comment states of it. */
const CHECKED_LINE = /^(?!\s*(?:import|const|let|export|return|for|if|\/\/)\b)(.*);\s*\/\/ (.+)$/gm;

type Check = (actual: () => unknown, expected: string) => Promise<void>;

/**
 * Runs an example. In a line `expression; // value` the expression must have that value, rounded to the decimals stated; in
 * a line `expression; // throws Name` it must throw an error of that name.
 */
async function run(example: string): Promise<void> {
  const checked = example
    .replaceAll(ADDRESS, server.url)
    .replace(CHECKED_LINE, (_, expression: string, stated: string) => {
      return `await check(async () => (${expression}), ${JSON.stringify(stated)});`;
    });
  const body = stripTypeScriptTypes(checked).replace(
    /import \{([^}]*)\} from "([^"]+)";/g,
    (_, names: string, module: string) => `const {${names}} = modules[${JSON.stringify(module)}];`,
  );
  const AsyncFunction = (async () => {}).constructor as new (
    ...words: string[]
  ) => (modules: object, check: Check) => Promise<void>;
  await new AsyncFunction("modules", "check", body)(MODULES, check);
}

const check: Check = async (actual, expected) => {
  const thrown = /^throws (\w+)$/.exec(expected);
  if (thrown) {
    const error = await Promise.resolve()
      .then(actual)
      .then(
        () => undefined,
        (reason: Error) => reason,
      );
    expect(error?.name).toBe(thrown[1]);
    return;
  }
  const value = await actual();
  const [, decimals, exponent] = /^-?\d+(?:\.(\d+))?(e[+-]?\d+)?$/.exec(expected) ?? [];
  const digits = decimals?.length ?? 0;
  if (typeof value === "number" && (decimals || exponent))
    expect(Number(exponent ? value.toExponential(digits) : value.toFixed(digits))).toBe(Number(expected));
  else deepStrictEqual(value, new Function(`return (${expected});`)());
};
