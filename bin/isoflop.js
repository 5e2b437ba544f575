#!/usr/bin/env node
// Committed, so that npm can link the command before the build has written dist/.
import { existsSync } from "node:fs";

const built = new URL("../dist/isoflop.js", import.meta.url);
if (existsSync(built)) await import(built);
else {
  process.stderr.write("isoflop is not built yet: run npm ci in its checkout\n");
  process.exitCode = 2;
}
