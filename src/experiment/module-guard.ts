import { Console } from "node:console";
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import { UserError } from "../task/errors.ts";
import { contentHash } from "./content-hash.ts";

/** Modules of Node that reach files, the network, other processes or the loader itself. */
const FORBIDDEN: ReadonlySet<string> = new Set(
  "child_process cluster dgram dns dns/promises fs fs/promises http http2 https inspector inspector/promises module net readline readline/promises repl sqlite tls vm wasi worker_threads"
    .split(" ")
    .flatMap((name) => [name, `node:${name}`]),
);

/** This package's own code may read files; it gives a strategy no way to do so. */
const OWN_CODE: string = import.meta.url.endsWith(".ts")
  ? new URL("../", import.meta.url).href
  : import.meta.url.replace(/\/dist\/.*$/, "/dist/");

/** A user's module with the identity of its source. */
export interface GuardedModule {
  readonly module: { readonly default?: unknown };
  /** Hash of the module's own files; libraries it takes from node_modules are not in it. */
  readonly hash: string;
}

/** What each guarded module reached, itself included, by the module that reached it. */
const guarded = new Map<string, Set<string>>();
const loaded = new Map<string, Promise<GuardedModule>>();

/**
 * Imports a strategy's module. Imports of forbidden modules by it or its own imports fail, now and later.
 *
 * @throws UserError naming what was imported, and by which file.
 */
export function importGuarded(url: string): Promise<GuardedModule> {
  if (loaded.size === 0) {
    registerHooks({ resolve: refuseForbidden });
    // What a strategy prints is a log: standard output is for the result, which another program may read.
    globalThis.console = new Console(process.stderr);
  }
  const known = loaded.get(url) ?? importOnce(url);
  loaded.set(url, known);
  return known;
}

async function importOnce(url: string): Promise<GuardedModule> {
  const reached = new Set([url]);
  guarded.set(url, reached);
  const module = (await import(url)) as { default?: unknown };
  const own = [...reached].filter((file) => !file.includes("/node_modules/"));
  return { module, hash: contentHash(...own.map((file) => readFileSync(fileURLToPath(file)))) };
}

const refuseForbidden: NonNullable<Parameters<typeof registerHooks>[0]["resolve"]> = (specifier, context, next) => {
  const reached = context.parentURL && guarded.get(context.parentURL);
  if (!reached) return next(specifier, context);
  if (FORBIDDEN.has(specifier))
    throw new UserError(
      `${fileURLToPath(context.parentURL as string)} imports "${specifier}": a strategy may not use files, the network or processes`,
    );
  const resolved = next(specifier, context);
  if (resolved.url.startsWith("file:") && !resolved.url.startsWith(OWN_CODE)) {
    reached.add(resolved.url);
    guarded.set(resolved.url, reached);
  }
  return resolved;
};
