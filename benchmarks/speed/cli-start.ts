import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "../../src/statistics/quantile.ts";

const ROUNDS = 9;

/**
 * Milliseconds from starting the built `isoflop` until the first byte it prints, and until the first finished runs
 * show.
 */
export async function cliStart(): Promise<{
  readonly help: number;
  readonly firstLine: number;
  readonly firstRuns: number;
}> {
  const out = mkdtempSync(join(tmpdir(), "isoflop-bench-"));
  const compare = ["compare", "--suite", "smoke", "--repetitions", "2", "--out", out];
  const rounds: { help: number; firstLine: number; firstRuns: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    rmSync(out, { recursive: true, force: true });
    rounds.push({
      help: await millisecondsUntil(["--help"], /./),
      firstLine: await millisecondsUntil(compare, /./),
      firstRuns: await millisecondsUntil(compare, /[1-9]\d*\/\d+ runs/),
    });
  }
  rmSync(out, { recursive: true, force: true });
  const middle = (name: "help" | "firstLine" | "firstRuns") => median(rounds.map((round) => round[name]));
  return { help: middle("help"), firstLine: middle("firstLine"), firstRuns: middle("firstRuns") };
}

async function millisecondsUntil(argv: readonly string[], pattern: RegExp): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, ["dist/isoflop.js", ...argv], { stdio: ["ignore", "pipe", "pipe"] });
  let [text, seen] = ["", Number.NaN];
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      text += chunk;
      if (Number.isNaN(seen) && pattern.test(text)) seen = performance.now() - started;
    });
  await once(child, "close");
  if (Number.isNaN(seen)) throw new Error(`isoflop ${argv.join(" ")} never printed ${pattern}`);
  return seen;
}

/** Prints the figures. */
export async function reportCliStart(): Promise<void> {
  const { help, firstLine, firstRuns } = await cliStart();
  console.log(`start-up of the built command, median of ${ROUNDS}:`);
  console.log(`  isoflop --help, first byte           ${help.toFixed(0)} ms`);
  console.log(`  isoflop compare, first line          ${firstLine.toFixed(0)} ms   (aim ≤ 400)`);
  console.log(`  isoflop compare, first finished runs ${firstRuns.toFixed(0)} ms`);
}

if (import.meta.main) await reportCliStart();
