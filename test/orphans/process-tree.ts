import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** Kills processes with everything they started, whatever process group that is in. Those that have ended are passed over. */
export function killTrees(pids: readonly number[]): void {
  const doomed = withDescendants(pids);
  for (const pid of doomed)
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
}

/** Kills everything that this process started and that still runs. */
export function killChildren(): void {
  killTrees([...parentsByPid()].filter(([, parent]) => parent === process.pid).map(([pid]) => pid));
}

/**
 * Kills every process that has a variable with this value (`NAME=value`) in its environment, but for `parent` and its
 * direct children. Only Linux shows environments; elsewhere this does nothing.
 */
export function killMarked(variable: string, parent: number): void {
  if (!existsSync("/proc/self/environ")) return;
  const marked = [...parentsByPid()].filter(([pid, its]) => {
    if (pid === parent || its === parent) return false;
    try {
      return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(variable);
    } catch {
      // It has ended, or is someone else's.
      return false;
    }
  });
  killTrees(marked.map(([pid]) => pid));
}

function withDescendants(pids: readonly number[]): number[] {
  const parents = parentsByPid();
  const found = [...pids];
  // The list grows while it is walked.
  for (const above of found) for (const [pid, parent] of parents) if (parent === above) found.push(pid);
  return found;
}

/** The parent of every process of this machine. */
function parentsByPid(): Map<number, number> {
  if (!existsSync("/proc/self/stat")) {
    const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
    return new Map(lines.map((line) => line.trim().split(/\s+/).map(Number) as [number, number]));
  }
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc").filter((each) => /^\d+$/.test(each)))
    try {
      // A program's name, in parentheses, may hold anything.
      const [, parent] = /.*\) \S (\d+)/s.exec(readFileSync(`/proc/${name}/stat`, "utf8")) ?? [];
      parents.set(Number(name), Number(parent));
    } catch {
      // It has just ended.
    }
  return parents;
}
