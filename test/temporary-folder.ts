import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CANARY, leaksOf } from "./canary.ts";
import { filesBelow } from "./leaks.ts";

/** What tests hand to the program: it holds a key on purpose. */
const GIVEN = "key.pub";

/**
 * One folder for the temporary files of all tests, removed behind them. None of the files they leave in it may hold the key
 * that tests send.
 *
 * @returns the teardown, which throws when there is such a file.
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
