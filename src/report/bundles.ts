import { readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { BuildOptions } from "esbuild";
import { packageRoot } from "../flight/code-hash.ts";

export type BundleName = "tournament-page" | "reproduce";

/** Programs that the package embeds in other files; scripts/build.js makes dist/NAME.js of each. */
export const BUNDLES: Readonly<Record<BundleName, BuildOptions>> = {
  /** The script of the leaderboard page. */
  "tournament-page": {
    entryPoints: ["src/report/tournament/page-script/main.ts"],
    bundle: true,
    minify: true,
    platform: "browser",
    format: "iife",
    target: "es2022",
  },
  /** The program of code.zip: one file that needs nothing but Node. */
  reproduce: {
    entryPoints: ["src/report/writeup/reproduce.ts"],
    bundle: true,
    packages: "bundle",
    platform: "node",
    format: "esm",
    target: "node22",
    // Some libraries are CommonJS and look for their parts with require.
    banner: {
      js: 'import { createRequire as requireOf } from "node:module";\nconst require = requireOf(import.meta.url);',
    },
  },
};

/** The text of a bundle: from dist when this code runs there, else built from the sources now. */
export async function bundledText(name: BundleName): Promise<string> {
  const here = fileURLToPath(import.meta.url);
  const root = packageRoot(here);
  if (relative(root, here).split(sep)[0] === "dist") return readFileSync(join(root, "dist", `${name}.js`), "utf8");
  const { buildSync } = await import("esbuild");
  // The other form leaves a process running.
  const { outputFiles } = buildSync({ ...BUNDLES[name], absWorkingDir: root, write: false, logLevel: "warning" });
  const [bundle] = outputFiles ?? [];
  if (!bundle) throw new Error(`esbuild made nothing of ${name}`);
  return bundle.text;
}
