// Runs before every test file: a process that a test started is killed when that test ends, on time or by its limit.
import type { ChildProcess } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";
import { afterAll, afterEach, beforeEach } from "vitest";
import { killChildren, killTrees } from "./process-tree.ts";

const running = new Set<ChildProcess>();
let startedBefore = new Set<ChildProcess>();

subscribe("child_process", (message) => {
  const child = (message as { process: ChildProcess }).process;
  running.add(child);
  for (const end of ["exit", "error"]) child.once(end, () => running.delete(child));
});

beforeEach(({ task }) => {
  if (!task.concurrent) startedBefore = new Set(running);
});

afterEach(({ task }) => {
  if (task.concurrent) return;
  const left = [...running].filter((child) => !startedBefore.has(child));
  if (left.length > 0) killTrees(left.flatMap(({ pid }) => pid ?? []));
});

// Also the programs that worker threads of this process started, and what a test starts after its limit.
afterAll(killChildren);
