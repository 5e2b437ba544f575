// Builds what the package ships: the command line and the library as ES modules in dist/, the scripts inside other
// files, the dashboard's page, and the types.
// Code splitting keeps every command's heavy libraries out of the others' start-up.
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, rmSync } from "node:fs";
import { build } from "esbuild";
import { build as buildPage } from "vite";
import { BUNDLES } from "../src/report/bundles.ts";

rmSync("dist", { recursive: true, force: true });
await build({
  entryPoints: {
    isoflop: "src/cli/main.ts",
    index: "src/index.ts",
    testing: "src/testing.ts",
    "tournament-worker": "src/tournament/worker-thread.ts",
  },
  outdir: "dist",
  bundle: true,
  splitting: true,
  packages: "external",
  platform: "node",
  format: "esm",
  target: "node22",
  chunkNames: "chunks/[name]-[hash]",
  logLevel: "warning",
});
for (const [name, options] of Object.entries(BUNDLES))
  await build({ ...options, outfile: `dist/${name}.js`, logLevel: "warning" });
chmodSync("dist/isoflop.js", 0o755);
copyFileSync("python/isoflop.py", "dist/isoflop.py");
await buildPage({ configFile: "mock-server/dashboard/vite.config.ts" });
const TYPES = ["node_modules/typescript/bin/tsc", "-p", "tsconfig.types.json", "--singleThreaded"];
execFileSync(process.execPath, TYPES, { stdio: "inherit" });
