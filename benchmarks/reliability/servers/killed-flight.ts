import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Rng } from "../../../src/task/random.ts";

const MAIN = fileURLToPath(new URL("../../../src/cli/main.ts", import.meta.url));
/** A plan that still has not ended after so many starts is stuck. */
const MOST_STARTS = 100;

export interface Flight {
  readonly url: string;
  readonly key: string;
  readonly folder: string;
  /** What `isoflop run` runs. */
  readonly plan: string;
  /** SIGKILLs at random moments before it is let alone. */
  readonly kills: number;
  /** Within so many milliseconds of each start. */
  readonly withinMs: number;
  readonly rng: Rng;
}

/**
 * A run of a plan over a faulty endpoint, killed at random moments and started again until it ends.
 *
 * @returns its `submission.json`, and how often it was really killed and started.
 * @throws when a start ends with anything but success or an endpoint's failure, or it never ends.
 */
export async function killedFlight(flight: Flight): Promise<{ submission: string; kills: number; starts: number }> {
  const keyFile = join(flight.folder, "key.txt");
  writeFileSync(keyFile, `${flight.key}\n`);
  const journal = join(flight.folder, "journal.jsonl");
  let kills = 0;
  let errors = "";
  for (let starts = 1; starts <= MOST_STARTS; starts++) {
    const args = ["run", flight.plan, "--url", flight.url, "--key-file", keyFile, "--journal", journal];
    const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["ignore", "ignore", "pipe"] });
    errors = "";
    child.stderr.setEncoding("utf8").on("data", (text) => {
      errors += text;
    });
    const ended = once(child, "close") as Promise<[number | null]>;
    if (kills < flight.kills) await killLater(child, flight.rng() * flight.withinMs, ended);
    const [code] = await ended;
    if (code === 0) return { submission: readFileSync(join(flight.folder, "submission.json"), "utf8"), kills, starts };
    if (code === null) kills++;
    else assert.doesNotMatch(errors, /^ {4}at /m, `a stack trace: ${errors}`);
  }
  assert.fail(`a run did not end in ${MOST_STARTS} starts: ${errors}`);
}

async function killLater(child: ChildProcess, ms: number, ended: Promise<unknown>): Promise<void> {
  const stop = new AbortController();
  await Promise.race([ended, pause(ms, undefined, { signal: stop.signal })]);
  stop.abort();
  child.kill("SIGKILL");
}
