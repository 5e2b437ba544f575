import { randomUUID } from "node:crypto";
import { asciiJson } from "../../task/canonical-json.ts";
import { contentHash } from "../content-hash.ts";
import type { Program } from "../session.ts";
import { startChild } from "./child.ts";
import { commandWords } from "./command.ts";
import { type ProgramApi, ProgramSession } from "./program-session.ts";
import { taskDocument, toldRun } from "./protocol.ts";

/** What a program is given besides its question. */
export interface ProgramOptions {
  /**
   * Serves an API on loopback to those who send the key; given by a room above. Without it a program can only ask and be
   * told.
   */
  readonly serve?: (api: ProgramApi, apiKey: string) => Promise<{ readonly url: string; stop(): Promise<void> }>;
  /** Seconds it may think in one run, waiting for answers not counted. @defaultValue 60 */
  readonly thinkingSeconds?: number;
  /** Ends it. */
  readonly signal?: AbortSignal;
  /** Gets what it prints on standard error. */
  readonly onError?: (text: string) => void;
  /** Where it runs. @defaultValue the folder of this process */
  readonly folder?: string;
}

/** Seconds a program may think in one run unless told otherwise: it starts an interpreter, and may load libraries. */
const THINKING_SECONDS = 60;

/**
 * A command line as a strategy. The program asks over standard input and output, over HTTP, or both (docs/programs.md):
 * both are one queue of questions, answered one after the other.
 */
export function programStrategy(command: string, options: ProgramOptions = {}): Program {
  const { serve, thinkingSeconds = THINKING_SECONDS, signal, onError, folder = process.cwd() } = options;
  return {
    name: `exec:${command}`,
    summary: "a program",
    async begin(task, stream) {
      signal?.throwIfAborted();
      const session = new ProgramSession(task.cap, thinkingSeconds, signal);
      try {
        // Others on this machine could spend the budget.
        const apiKey = randomUUID();
        const server = await serve?.(session.api, apiKey);
        if (server) session.onEnd(() => server.stop());
        const seed = Number.parseInt(contentHash(stream).slice(0, 8), 16);
        const document = taskDocument(task);
        const history = (task.history ?? []).map(toldRun);
        const env = {
          // Without these, Python keeps a question in its buffer, and orders sets differently in every process.
          PYTHONUNBUFFERED: "1",
          PYTHONHASHSEED: "0",
          ...process.env,
          ISOFLOP_PROTOCOL: "ask-tell",
          ISOFLOP_SEED: String(seed),
          ISOFLOP_TASK: environmentTask(document, history),
          ...(server && { ISOFLOP_URL: server.url, ISOFLOP_API_KEY: apiKey, ...withoutProxy(process.env) }),
        };
        const child = await startChild(commandWords(command), { env, folder, onError, ...session.listener });
        session.attach(child);
        child.write(asciiJson({ task: document, seed, history }));
        return session;
      } catch (error) {
        await session.end();
        throw error;
      }
    },
  };
}

/** The user's exceptions from the proxy, and this machine, where the program's server is. */
function withoutProxy({ NO_PROXY, no_proxy }: NodeJS.ProcessEnv): {
  readonly NO_PROXY: string;
  readonly no_proxy: string;
} {
  const exceptions = no_proxy || NO_PROXY;
  // A star means all only where it stands alone.
  const all = exceptions === "*" ? exceptions : [...(exceptions ? [exceptions] : []), "127.0.0.1", "localhost"].join();
  return { NO_PROXY: all, no_proxy: all };
}

/** The longest variable that every system passes on. */
const LONGEST_VARIABLE = 100_000;

/** The task with its history, where that is short enough for a variable: the first line of standard input has any. */
function environmentTask(task: object, history: readonly object[]): string {
  const text = JSON.stringify(history.length > 0 ? { ...task, history } : task);
  return text.length > LONGEST_VARIABLE ? JSON.stringify(task) : text;
}
