// Builds what the package ships: the command line and the library as ES modules in dist/, the scripts inside other
// files, the dashboard's page, the types, and the libraries that all of these are made of, with their licenses.
// Code splitting keeps every command's heavy libraries out of the others' start-up.
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { build as buildPage } from "vite";
import { ASSETS } from "../src/report/assets.ts";
import { BUNDLES } from "../src/report/bundles.ts";

/** Bundled although it is installed, which only its types need: every command would load all of its files, translations included. */
const BUNDLED = ["zod"];
const { dependencies } = JSON.parse(readFileSync("package.json", "utf8"));
/** What is installed with the package, and esbuild, which only a checkout runs; all else is bundled. */
const external = [...Object.keys(dependencies).filter((name) => !BUNDLED.includes(name)), "esbuild"];

mkdirSync("dist", { recursive: true });
// The site is another command's.
for (const name of readdirSync("dist")) if (name !== "site") rmSync(`dist/${name}`, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: {
    isoflop: "src/cli/main.ts",
    index: "src/index.ts",
    testing: "src/testing.ts",
    "tournament-worker": "src/tournament/worker-thread.ts",
    "next-thread": "src/cli/serve/next-thread.ts",
  },
  outdir: "dist",
  bundle: true,
  splitting: true,
  external,
  metafile: true,
  // Some libraries are CommonJS and look for their parts with require.
  banner: {
    js: 'import { createRequire as requireOf } from "node:module";\nconst require = requireOf(import.meta.url);',
  },
  platform: "node",
  format: "esm",
  target: "node22",
  chunkNames: "chunks/[name]-[hash]",
  logLevel: "warning",
});
const inputs = new Set(Object.keys(metafile.inputs));
for (const [name, options] of Object.entries(BUNDLES)) {
  const made = await build({ ...options, outfile: `dist/${name}.js`, metafile: true, logLevel: "warning" });
  for (const input of Object.keys(made.metafile.inputs)) inputs.add(input);
}
for (const [name, { from, folder, files }] of Object.entries(ASSETS)) {
  mkdirSync(`dist/assets/${name}`, { recursive: true });
  for (const file of files) copyFileSync(`node_modules/${from}/${folder}/${file}`, `dist/assets/${name}/${file}`);
  inputs.add(`node_modules/${from}/package.json`);
}
writeFileSync("dist/THIRD-PARTY.txt", thirdParty());
chmodSync("dist/isoflop.js", 0o755);
copyFileSync("python/isoflop.py", "dist/isoflop.py");
await buildPage({ configFile: "mock-server/dashboard/vite.config.ts" });
const TYPES = ["node_modules/typescript/bin/tsc", "-p", "tsconfig.types.json", "--singleThreaded"];
execFileSync(process.execPath, TYPES, { stdio: "inherit" });

/** The packages that dist/ is made of, each with its license. */
function thirdParty() {
  const folders = new Set(
    [...inputs].flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.[0] ?? []),
  );
  const parts = [...folders].sort().map((folder) => {
    const { name, version, license, author } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
    const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
    const texts = files.map((file) => readFileSync(`${folder}/${file}`, "utf8").trim());
    const owner = typeof author === "string" ? author : author?.name;
    return `${name} ${version}: ${license ?? "see below"}\n\n${texts.length > 0 ? texts.join("\n\n") : `Copyright ${owner ?? `the authors of ${name}`}`}`;
  });
  const rule = `\n\n${"=".repeat(80)}\n\n`;
  return `isoflop contains parts of these packages, under their licenses.${rule}${parts.join(rule)}\n`;
}
