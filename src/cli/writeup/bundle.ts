import type { BuildOptions } from "esbuild";

/** How the program of code.zip is built: one file that needs nothing beside Node. */
export const REPRODUCTION: BuildOptions = {
  entryPoints: ["src/cli/writeup/reproduce.ts"],
  outfile: "dist/reproduce.js",
  bundle: true,
  packages: "bundle",
  platform: "node",
  format: "esm",
  target: "node22",
  // Some libraries are CommonJS and look for their parts with require.
  banner: {
    js: 'import { createRequire as requireOf } from "node:module";\nconst require = requireOf(import.meta.url);',
  },
  logLevel: "warning",
};
