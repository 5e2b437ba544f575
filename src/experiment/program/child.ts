import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { UserError } from "../../task/errors.ts";

/** How long a program that has ended may still be read from. */
const LAST_WORDS_MS = 500;

/** How a program ended. */
export interface ChildOutcome {
  /** Its last words on standard error. */
  readonly complaint: string;
  /** Absent where a signal ended it. */
  readonly exitCode?: number;
  /** The signal that ended it. */
  readonly signal?: NodeJS.Signals;
}

export interface ChildOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly folder: string;
  /** Called with every line it prints, without its line feed, also an unended last one. */
  readonly onLine: (line: string) => void;
  /** Called with every piece of its output, before its lines. */
  readonly onOutput: (characters: number) => void;
  /** Called with what it prints on standard error. */
  readonly onError: ((text: string) => void) | undefined;
  /** Called once, after its last line. */
  readonly onEnd: (outcome: ChildOutcome) => void;
}

/** A program that runs. */
export interface Child {
  /** Writes a line; one that does not read is not waited for. */
  write(line: string): void;
  /** Tells it that nothing more comes. */
  close(): void;
  /** Ends it and whatever it started. */
  kill(): void;
}

/**
 * Starts a program in a process group of its own, so that whatever it starts ends with it.
 *
 * @throws UserError (a rejection) when the program cannot be started.
 */
export async function startChild(words: readonly string[], options: ChildOptions): Promise<Child> {
  const { env, folder, onLine, onOutput, onError, onEnd } = options;
  const [command = "", ...args] = words;
  endWithThisProcess();
  const child = spawn(command, args, { env, cwd: folder, detached: true });
  if (child.pid !== undefined) running.add(child.pid);
  let [unended, complaint] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    onOutput(text.length);
    const lines = (unended + text).split("\n");
    unended = lines.pop() as string;
    for (const line of lines) onLine(line);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint = (complaint + text).slice(-2000);
    onError?.(text);
  });
  // One that does not read, or no longer, is no fault of ours.
  child.stdin.on("error", () => undefined);
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
    if (child.pid !== undefined) running.delete(child.pid);
    if (unended !== "") onLine(unended);
    const how = { ...(exitCode !== null && { exitCode }), ...(signal !== null && { signal }) };
    onEnd({ complaint: lastLine(complaint), ...how });
  });
  await started(child, command);
  return {
    write: (line) => void child.stdin.write(`${line}\n`),
    close: () => void child.stdin.end(),
    kill: () => killGroup(child.pid),
  };
}

function started(child: ChildProcessWithoutNullStreams, command: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (error) => {
      reject(new UserError(`program "${command}" cannot be started: ${error.message}`));
    });
  });
}

/** Process groups of the programs that run now. */
const running = new Set<number>();
let ending = false;

/** A program in a group of its own would outlive a process that is interrupted. */
function endWithThisProcess(): void {
  if (ending) return;
  ending = true;
  const killAll = () => running.forEach(killGroup);
  process.on("exit", killAll);
  // Registered first: another listener may end the process, and then later ones would not run.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.prependListener(signal, function interrupted() {
      killAll();
      if (process.listenerCount(signal) > 1) return;
      // No other listener: send the signal again, so that it ends this process as it would have without ours.
      process.off(signal, interrupted);
      process.kill(process.pid, signal);
    });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    // macOS says EPERM of a group whose last process has ended and was not waited for.
    if (!["ESRCH", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1) ?? "";
}
