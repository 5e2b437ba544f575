import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { contentHash } from "../experiment/content-hash.ts";

/** Built: the file beside the command line, or beside the folder of chunks this code was put in. */
const here = import.meta.url;
const fromSource = here.endsWith(".ts");

/** The module that worker threads run. */
export const WORKER_THREAD_URL: URL = fromSource
  ? new URL("./worker-thread.ts", here)
  : new URL(here.includes("/chunks/") ? "../tournament-worker.js" : "./tournament-worker.js", here);

const SOURCES =
  "{strategies,src/{task,statistics,law,surface,fit,ledger,training-api,experiment,tournament}}/**/*.{ts,json}";

let version: string | undefined;

/**
 * The version of everything that decides a result: worlds, scoring and shipped strategies. Results of another engine
 * are not taken for this one's. A built worker names its chunks by their content, so its own text stands for all of
 * them.
 */
export function engineVersion(): string {
  version ??= fromSource ? sourceVersion() : contentHash(readFileSync(WORKER_THREAD_URL));
  return version;
}

function sourceVersion(): string {
  const root = fileURLToPath(new URL("../..", here));
  const files = globSync(SOURCES, { cwd: root }).sort();
  return contentHash(...files.flatMap((file) => [file, readFileSync(`${root}${file}`)]));
}
