import { type Logger, pino } from "pino";
import { type FaultsDocument, parseFaults } from "../../../mock-server/faults/document.ts";
import type { RunningServer } from "../../../mock-server/server.ts";
import { readTextFile } from "../../table/files.ts";
import { UserError, unknownName } from "../../task/errors.ts";
import type { Terminal } from "../command.ts";
import { EDITIONS } from "../editions.ts";
import { onInterrupt } from "../interrupt.ts";
import { readKeys } from "../key-file.ts";
import { listening } from "../listening.ts";
import type { OpenApp, ServeOptions } from "./edition.ts";

/** Serves until SIGTERM (exit code 0) or SIGINT (exit code 130); a second signal ends the process at once. */
export async function runServe(options: ServeOptions, terminal: Terminal): Promise<void> {
  const { host, port } = options;
  const edition = EDITIONS[options.edition];
  if (!edition) throw unknownName("edition", options.edition, Object.keys(EDITIONS));
  const adminToken = options.adminTokenFile === undefined ? undefined : readAdminToken(options.adminTokenFile);
  if (!isLoopback(host) && adminToken === undefined)
    throw new UserError(`--host ${host} is open to other machines: add an --admin-token-file, or use --host 127.0.0.1`);
  const setting = {
    adminToken,
    registration: options.keys === undefined ? ("open" as const) : readKeys(options.keys),
    allowedHosts: [host, ...options.allowHost],
    corsOrigins: options.cors,
    logger: logTo(terminal),
    faults: options.faults === undefined ? undefined : readFaults(options.faults),
  };
  const app = await (await edition.serve()).open(options, setting, terminal);
  let server: RunningServer;
  try {
    server = await listening(app.listener, host, port);
  } catch (error) {
    app.closeLedger();
    throw error;
  }
  // A program that reads the greeting may send a signal at once.
  const { arrived } = onInterrupt();
  terminal.out(greeting(server, app, options));
  const interrupted = (await arrived) === "SIGINT";
  process.exitCode = interrupted ? 130 : 0;
  app.close();
  await server.stop();
  app.closeLedger();
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
function greeting({ url, port }: RunningServer, app: OpenApp, options: ServeOptions): string {
  if (options.json)
    return `${JSON.stringify({ url, docs: `${url}/docs`, dashboard: `${url}/dashboard`, world: app.world, ledger: options.ledger ?? null })}\n`;
  const everywhere = ["0.0.0.0", "::"].includes(options.host);
  const near = everywhere ? `http://127.0.0.1:${port}` : url;
  const lines = [
    ["docs", `${near}/docs`],
    ["dashboard", `${near}/dashboard`],
    ...app.greeting(near),
    ...(options.faults === undefined ? [] : [["faults", `injected from ${options.faults}`]]),
  ];
  return `isoflop listening on ${url}\n${lines.map(([head = "", text]) => `  ${head.padEnd(12)}${text}\n`).join("")}`;
}
