#!/usr/bin/env node
// The version is looked at before anything else loads: what follows needs a Node that can parse it.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(`isoflop needs Node 22.18 or newer; this is ${process.versions.node}\n`);
  process.exitCode = 2;
} else {
  const { main } = await import("./program.ts");
  process.exitCode = await main(process.argv.slice(2));
}

export {};
