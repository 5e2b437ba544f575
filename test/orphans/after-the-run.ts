import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/**
 * Starts a process that outlives this one, whatever ends it, and then kills what the run has left behind.
 *
 * @returns what is to be done after the last test.
 */
export default function setUp(): () => Promise<unknown> {
  const watchdog = spawn(process.execPath, [fileURLToPath(new URL("./watchdog.ts", import.meta.url))], {
    stdio: ["pipe", "ignore", "inherit"],
    env: { ...process.env, ISOFLOP_TEST_RUN: undefined },
    // Ctrl-C in a terminal is for this process group, and not for the watchdog.
    detached: true,
  });
  // Every process of the run inherits this.
  process.env.ISOFLOP_TEST_RUN = `${process.pid}-${Date.now()}`;
  watchdog.stdin.write(`ISOFLOP_TEST_RUN=${process.env.ISOFLOP_TEST_RUN}\n`);
  return () => {
    watchdog.stdin.end();
    return once(watchdog, "exit");
  };
}
