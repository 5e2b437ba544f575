import { type Logger, pino } from "pino";
import { createAppWithDashboard } from "../../../mock-server/dashboard/dashboard.ts";
import { type FaultsDocument, parseFaults } from "../../../mock-server/faults/document.ts";
import { faultsMiddleware } from "../../../mock-server/faults/middleware.ts";
import { exampleQuery } from "../../../mock-server/schemas.ts";
import type { RunningServer } from "../../../mock-server/server.ts";
import { scoreSubmission } from "../../experiment/score.ts";
import { DEFAULT_WORLD, presetNames } from "../../surface/presets.ts";
import type { World } from "../../surface/world.ts";
import { readTextFile } from "../../table/files.ts";
import { UserError, unknownName } from "../../task/errors.ts";
import type { CommonOptions, Terminal } from "../command.ts";
import { onInterrupt } from "../interrupt.ts";
import { readKeys } from "../key-file.ts";
import { listening } from "../listening.ts";
import { loadWorld } from "../load-world.ts";
import { overlayOf } from "../recorded-answers.ts";
import { openServings } from "./servings.ts";

/** The options of `isoflop serve`, parsed. */
export interface ServeOptions extends CommonOptions {
  readonly port: number;
  readonly host: string;
  readonly world?: string;
  readonly answers?: string;
  readonly ledger?: string;
  readonly keys?: string;
  readonly allowHost: readonly string[];
  readonly cors: readonly string[];
  readonly adminTokenFile?: string;
  readonly quirks?: true;
  readonly strictHandout?: true;
  readonly faults?: string;
}

/** Serves until SIGTERM (exit code 0) or SIGINT (exit code 130); a second signal ends the process at once. */
export async function runServe(options: ServeOptions, terminal: Terminal): Promise<void> {
  const { host, port, quirks = false, strictHandout = false, seed } = options;
  const admin = options.adminTokenFile === undefined ? undefined : readAdminToken(options.adminTokenFile);
  if (!isLoopback(host) && admin === undefined)
    throw new UserError(`--host ${host} is open to other machines: add an --admin-token-file, or use --host 127.0.0.1`);
  const overlay = overlayOf(options.answers);
  const world = await loadWorld(options.world ?? DEFAULT_WORLD, overlay);
  const logger = logTo(terminal);
  const registration = options.keys === undefined ? "open" : readKeys(options.keys);
  const faults = options.faults === undefined ? undefined : readFaults(options.faults);
  const { first, worlds, open } = await openServings(world, options, terminal, overlay);
  const app = createAppWithDashboard(
    {
      registration,
      quirks,
      strictHandout,
      allowedHosts: [host, ...options.allowHost],
      corsOrigins: options.cors,
      logger,
      faults: faults && faultsMiddleware(faults),
    },
    { serving: first, repetition: seed, worlds, open, grade: scoreSubmission, adminToken: admin },
  );
  let server: RunningServer;
  try {
    server = await listening(app.listener, host, port);
  } catch (error) {
    first.ledger.close();
    throw error;
  }
  // A program that reads the greeting may send a signal at once.
  const { arrived } = onInterrupt();
  terminal.out(greeting(server, world, options));
  const interrupted = (await arrived) === "SIGINT";
  process.exitCode = interrupted ? 130 : 0;
  app.close();
  await server.stop();
  first.ledger.close();
  if (interrupted) terminal.err(`isoflop: stopped; ${afterwards(options.ledger)}\n`);
}

function afterwards(ledger: string | undefined): string {
  return ledger === undefined
    ? "the ledger was in memory: the next server starts from zero"
    : `spending is saved in ${ledger}; to resume, run the same command`;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function readAdminToken(file: string): string {
  const token = readTextFile(file, "admin token file").trim();
  if (token.length < 16)
    throw new UserError(`the admin token in "${file}" is shorter than 16 characters and easy to guess`);
  return token;
}

function readFaults(file: string): FaultsDocument {
  return parseFaults(readTextFile(file, "faults file"), file);
}

function logTo(terminal: Terminal): Logger {
  const level = process.env.ISOFLOP_LOG ?? "warn";
  const levels = [...Object.values(pino.levels.labels), "silent"];
  if (!levels.includes(level)) throw unknownName("level in ISOFLOP_LOG", level, levels);
  return pino({ level }, { write: (line: string) => terminal.err(line) });
}

/** What `serve` prints when it listens. Programs read its first line, which never changes. */
function greeting({ url, port }: RunningServer, { document, task }: World, options: ServeOptions): string {
  const { name } = document;
  if (options.json)
    return `${JSON.stringify({ url, docs: `${url}/docs`, dashboard: `${url}/dashboard`, world: name, ledger: options.ledger ?? null })}\n`;
  const everywhere = ["0.0.0.0", "::"].includes(options.host);
  const near = everywhere ? `http://127.0.0.1:${port}` : url;
  return `isoflop listening on ${url}
  docs        ${near}/docs
  dashboard   ${near}/dashboard
  try         curl '${near}/loss?${exampleQuery(task.searchSpace)}'
  world       ${name}: simulated; its answers are not measurements
  others      ${otherWorlds(name).join(", ")}: --world NAME, listed by \`isoflop worlds\`
  start over  ${startOver(options.ledger)}
${options.answers === undefined ? "" : `  answers     recorded ones of ${options.answers}, marked by the header x-isoflop-answer\n`}${options.faults === undefined ? "" : `  faults      injected from ${options.faults}\n`}`;
}

/** The calibrated world, and the size of every family. */
function otherWorlds(served: string): string[] {
  const families = Map.groupBy(presetNames(), (name) => name.split("/")[0] as string);
  const sizes = [...families].map(([family, names]) => `${family}/… (${names.length})`);
  return [...(served === CALIBRATED ? [] : [`${CALIBRATED} (calibrated to real answers)`]), ...sizes];
}

const CALIBRATED = "stanford-2025/central";

function startOver(ledger: string | undefined): string {
  return ledger === undefined
    ? "use another api_key, or restart the server: the ledger is in memory"
    : `use another api_key, or stop the server and delete ${ledger}`;
}
