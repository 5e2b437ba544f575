import { spawn } from "node:child_process";
import { UserError } from "../../task/errors.ts";

/** Characters a program may print, on either stream. */
export const OUTPUT_LIMIT = 1_000_000;

/** How long a program that has ended may still be read from. */
const LAST_WORDS_MS = 500;

/** How a program ended. */
export interface ChildOutcome {
  readonly output: string;
  /** Its last words on standard error. */
  readonly complaint: string;
  /** Absent where a signal ended it. */
  readonly exitCode?: number;
  /** The signal that ended it. */
  readonly signal?: NodeJS.Signals;
  readonly ended: "itself" | "time" | "output" | "signal";
}

/**
 * Runs a program in a process group of its own, so that whatever it started ends with it.
 *
 * @throws UserError when the program cannot be started.
 */
export function runChild(
  words: readonly string[],
  env: NodeJS.ProcessEnv,
  timeoutSeconds: number,
  signal: AbortSignal,
): Promise<ChildOutcome> {
  return new Promise((resolve, reject) => {
    const [command = "", ...args] = words;
    const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"], detached: true });
    let [output, complaint] = ["", ""];
    let ended: ChildOutcome["ended"] = "itself";
    const end = (reason: ChildOutcome["ended"]) => {
      ended = reason;
      killGroup(child.pid);
    };
    const timer = setTimeout(() => end("time"), 1000 * timeoutSeconds);
    const stop = () => end("signal");
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (output.length > OUTPUT_LIMIT) end("output");
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      complaint = (complaint + text).slice(-2000);
    });
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
    };
    child.once("error", (error) => {
      settle();
      reject(new UserError(`program "${command}" cannot be started: ${error.message}`));
    });
    // What the program left running in its group may hold the pipes open: it ends with the program.
    child.once("exit", () => {
      killGroup(child.pid);
      // What left the group may hold them still: nothing it says later is the program's.
      setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, LAST_WORDS_MS).unref();
    });
    child.once("close", (exitCode, signal) => {
      settle();
      const how = { ...(exitCode !== null && { exitCode }), ...(signal !== null && { signal }) };
      resolve({ output, complaint: lastLine(complaint), ...how, ended });
    });
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1) ?? "";
}
