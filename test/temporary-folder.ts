import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CANARY, leaksOf } from "./canary.ts";
import { filesBelow } from "./leaks.ts";

/** What tests hand to the program: a key lies there by intention. */
const GIVEN = "key.pub";

/**
 * One folder for the temporary files of all tests, removed behind them. What they have left in it must not hold the key
 * that they fly with.
 *
 * @returns what is to be done when they are through; it throws when there is such a file.
 */
export default function setUp(): () => void {
  const outer = process.env.TMPDIR;
  const folder = mkdtempSync(join(tmpdir(), "isoflop-tests-"));
  process.env.TMPDIR = folder;
  return () => {
    if (outer === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = outer;
    const files = filesBelow(folder).filter(({ name }) => name !== GIVEN);
    const leaking = files.filter(({ bytes }) => leaksOf(CANARY, bytes).length > 0).map(({ name }) => name);
    rmSync(folder, { recursive: true, force: true });
    if (leaking.length > 0) throw new Error(`the API key of the tests was written to ${leaking.join(", ")}`);
  };
}
