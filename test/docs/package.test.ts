import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { publint } from "publint";
import { beforeAll, describe, expect, it } from "vitest";
import { ROOT, snippets } from "./pages.ts";

const TSC = join(ROOT, "node_modules/typescript/bin/tsc");
const app = mkdtempSync(join(tmpdir(), "isoflop-app-"));
const installed = join(app, "node_modules/isoflop");
const node = (...words: string[]) =>
  execFileSync(process.execPath, words, { cwd: app, encoding: "utf8", stdio: "pipe" });

/** What `npm pack` puts in, unpacked beside the package's dependencies and no one else's. */
beforeAll(() => {
  const [packed] = Object.values<{ filename: string }>(
    JSON.parse(
      execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", app], {
        cwd: ROOT,
        encoding: "utf8",
        stdio: "pipe",
      }),
    ),
  );
  mkdirSync(installed, { recursive: true });
  execFileSync("tar", ["xzf", join(app, packed!.filename), "-C", installed, "--strip-components", "1"]);
  const { dependencies } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
  for (const name of Object.keys(dependencies)) {
    mkdirSync(dirname(join(app, "node_modules", name)), { recursive: true });
    symlinkSync(join(ROOT, "node_modules", name), join(app, "node_modules", name));
  }
  writeFileSync(join(app, "package.json"), '{ "type": "module" }\n');
});

describe("the package in an empty folder, without what only development needs", () => {
  it("contains the files it runs and no others", () => {
    expect(readdirSync(installed).sort()).toEqual([
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "bin",
      "dist",
      "package.json",
    ]);
    const strangers = readdirSync(join(installed, "dist"), { recursive: true })
      .map(String)
      .filter((file) => /\.(csv|jsonl|map)$|^test\/|\.test\.|(?<!\.d)\.ts$/.test(file));
    expect(strangers).toEqual([]);
    expect(existsSync(join(installed, "dist/site"))).toBe(false);
    expect(readdirSync(join(installed, "dist"))).toContain("THIRD-PARTY.txt");
  });

  it("satisfies publint", async () => {
    expect((await publint({ pkgDir: installed, pack: false })).messages).toEqual([]);
  });

  it("works as a command", () => {
    const { score } = JSON.parse(node(join(installed, "bin/isoflop.js"), "try", "isoflops-minimum", "--json"));
    expect(score.regret).toBeGreaterThan(0);
    node(join(installed, "dist/isoflop.js"), "fit", "course", "--plot", "figures");
    expect(readdirSync(join(app, "figures"))).toContain("course-minimum-N-opt.png");
    // The tournament's worker threads load a file of their own.
    node(
      join(installed, "dist/isoflop.js"),
      "compare",
      "--suite",
      "smoke",
      "--repetitions",
      "1",
      "--strategies",
      "kaplan",
    );
    expect(readdirSync(join(app, "isoflop-results/smoke-kaplan"))).toContain("leaderboard.html");
  });

  it("works as a library: the README's example prints what it says", () => {
    const { text } = snippets("README.md").find(({ language, text }) => language === "ts" && text.includes("drive("))!;
    writeFileSync(join(app, "library.ts"), text);
    expect(node("library.ts").trim()).toBe(/\/\/ (\S+)$/m.exec(text)?.[1]);
  });

  it.each([
    ["node16", "node16"],
    ["esnext", "bundler"],
  ])("has types that resolve under module %s, resolution %s", (module, resolution) => {
    const pages = ["README.md", "docs/howto-fitter.md", "strategies/README.md"];
    const files = pages.flatMap((page) =>
      snippets(page)
        .filter(({ language }) => language === "ts")
        .map(({ text }, i) => [`${page.replaceAll(/\W/g, "-")}-${i}.ts`, text] as const),
    );
    expect(files.length).toBeGreaterThanOrEqual(3);
    for (const [file, text] of files) writeFileSync(join(app, file), text);
    const names = files.map(([file]) => file);
    const flags = ["--noEmit", "--singleThreaded", "--strict", "--target", "es2024", "--types", ""];
    expect(node(TSC, ...flags, "--module", module, "--moduleResolution", resolution, ...names)).toBe("");
  });
});
