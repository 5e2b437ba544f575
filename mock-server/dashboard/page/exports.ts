import { FIELDS, type RunConfig } from "../../../src/task/configuration.ts";
import { WIRE_NAMES, wireText } from "../../../src/task/stanford-2025/wire.ts";
import type { PageRun } from "./store.ts";

// Keys are not in here: a caller puts theirs in the environment.
const KEY_VARIABLE = "TRAINING_API_KEY";

/** Where exported runs come from; goes with them, so that they are not taken for measurements. */
export interface Origin {
  readonly world: string;
  /** SHA-256 of the key, or as much of it as is shown. */
  readonly fingerprint: string;
}

/** The runs as CSV under the wire's names, as `isoflop fit` reads them. */
export function runsAsCsv(runs: readonly PageRun[]): string {
  const head = [...FIELDS.map((field) => WIRE_NAMES[field]), "loss"].join(",");
  const rows = runs.map((run) => [...FIELDS.map((field) => wireText(field, run[field])), run.loss].join(","));
  return `${[head, ...rows].join("\n")}\n`;
}

/** The runs as JSON, in the shape of `/previous_runs`. */
export function runsAsJson(runs: readonly PageRun[], { world, fingerprint }: Origin): string {
  const previousRuns = runs.map((run) => ({
    ...Object.fromEntries(FIELDS.map((field) => [WIRE_NAMES[field], run[field]])),
    loss: run.loss,
  }));
  return `${JSON.stringify({ source: "simulated", world, key_sha256: fingerprint, previous_runs: previousRuns }, null, 1)}\n`;
}

/**
 * The shell command that asks a configuration of the server at `origin`. The key comes from the environment, which the first
 * line sets where it is known; where it is not set, nothing is sent. curl reads it from a pipe: a process list shows arguments.
 */
export function curlCall(config: RunConfig, origin: string, key?: string): string {
  const fields = FIELDS.map((field) => `-d ${WIRE_NAMES[field]}=${wireText(field, config[field])}`);
  return [
    ...(key === undefined
      ? [`: "\${${KEY_VARIABLE}:?set it to your API key first}" &&`]
      : [` export ${KEY_VARIABLE}=${shellQuoted(key)}`]),
    `printf %s "$${KEY_VARIABLE}" |`,
    `  curl -sG '${origin}/loss' -w '\\n' \\`,
    `  ${fields.slice(0, 2).join(" ")} \\`,
    `  ${fields.slice(2, 4).join(" ")} \\`,
    `  ${fields.slice(4).join(" ")} \\`,
    "  --data-urlencode api_key@-",
  ].join("\n");
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The same in Python without packages. Where the environment has no key, it is asked for. */
export function pythonCall(config: RunConfig, origin: string, key?: string): string {
  const fields = FIELDS.map((field) => `    "${WIRE_NAMES[field]}": ${wireText(field, config[field])},`);
  return [
    "import getpass, json, os, urllib.error, urllib.parse, urllib.request",
    "",
    `key = os.environ.get("${KEY_VARIABLE}") or ${key === undefined ? 'getpass.getpass("API key: ")' : JSON.stringify(key)}`,
    "query = urllib.parse.urlencode({",
    ...fields,
    '    "api_key": key,',
    "})",
    "try:",
    `    print(json.load(urllib.request.urlopen(f"${origin}/loss?{query}")))`,
    "except urllib.error.HTTPError as refusal:",
    "    print(refusal.read().decode())",
    "",
  ].join("\n");
}
