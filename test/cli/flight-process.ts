import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

export interface MockProcess {
  readonly url: string;
  /** Questions that came so far. */
  asked(): number;
  /** Called when a question has come and before it is looked at. */
  onQuestion: (number: number) => Promise<void> | void;
}

/** A mock in another process, whose every question this test lets pass. */
export async function mockProcess(world: string): Promise<MockProcess> {
  const child = spawn(process.execPath, [path("../flight/mock-process.ts"), world], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const url = (await lines.next()).value as string;
  let questions = 0;
  const mock: MockProcess = { url, asked: () => questions, onQuestion: () => undefined };
  const serve = async () => {
    for (let line = await lines.next(); !line.done; line = await lines.next()) {
      await mock.onQuestion(++questions);
      child.stdin.write("go\n");
    }
  };
  void serve();
  return mock;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** The command line in a process of its own. */
export function isoflopProcess(...args: string[]): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const child = spawn(process.execPath, [path("../../src/cli/main.ts"), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let [out, err] = ["", ""];
  child.stdout?.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    err += chunk;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal, out, err }));
  });
  return { child, ended };
}
