import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { builtCli } from "../../built.ts";

/** `isoflop serve`, or `isoflop proxy`, in a process of its own. */
export interface ServeProcess {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Lines of stdout so far. */
  readonly lines: readonly string[];
  /** What it has written to stderr. */
  errors(): string;
  /** Sends a signal and waits for the end; the exit code, null when the signal killed it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export function startServe(...options: string[]): Promise<ServeProcess> {
  return startListening("serve", ...options);
}

/** Starts it on a free port; resolves when it listens, rejects with its stderr when it ends before. */
export function startListening(command: "serve" | "proxy", ...options: string[]): Promise<ServeProcess> {
  return startUnder([], command, ...options);
}

/** The same under options of Node. */
export async function startUnder(
  nodeOptions: readonly string[],
  command: "serve" | "proxy",
  ...options: string[]
): Promise<ServeProcess> {
  const child: ChildProcess = spawn(
    process.execPath,
    [...nodeOptions, builtCli(), command, "--port", "0", ...options],
    {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NODE_OPTIONS: "" },
    },
  );
  const ended = once(child, "exit");
  let errors = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const lines: string[] = [];
  const output = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const listening = new Promise<string>((resolve, reject) => {
    output.on("line", (line) => {
      lines.push(line);
      resolve(lines[0] as string);
    });
    output.on("close", () => reject(new Error(`${command} ended: ${errors}`)));
  });
  const [url = ""] = /http:\/\/[^\s"]+/.exec(await listening) ?? [];
  return {
    url,
    port: Number(new URL(url).port),
    pid: child.pid as number,
    lines,
    errors: () => errors,
    async end(signal) {
      child.kill(signal);
      return (await ended)[0];
    },
  };
}
