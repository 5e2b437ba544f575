import type { RequestListener } from "node:http";
import type { Logger } from "pino";
import type { Registration } from "../../../mock-server/api-key.ts";
import type { FaultsDocument } from "../../../mock-server/faults/document.ts";
import { UserError } from "../../task/errors.ts";
import type { CommonOptions, Terminal } from "../command.ts";

/** The options of `isoflop serve`, parsed. */
export interface ServeOptions extends CommonOptions {
  readonly edition: string;
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
  readonly timeScale?: number;
  readonly instant?: true;
}

/** What every edition's server is given beside the options. */
export interface ServeSetting {
  readonly registration: Registration;
  readonly allowedHosts: readonly string[];
  readonly corsOrigins: readonly string[];
  readonly logger: Logger;
  readonly faults: FaultsDocument | undefined;
  readonly adminToken: string | undefined;
}

/** An edition's app, ready to listen. */
export interface OpenApp {
  readonly listener: RequestListener;
  /** The name of the world it serves. */
  readonly world: string;
  /** Lines of the greeting: a head, and what it says at an address. */
  greeting(address: string): readonly (readonly [head: string, text: string])[];
  /** Ends what it keeps open, before the server stops. */
  close(): void;
  closeLedger(): void;
}

/** An edition of the course as `isoflop serve` knows it. */
export interface Edition {
  open(options: ServeOptions, setting: ServeSetting, terminal: Terminal): Promise<OpenApp>;
}

/** @throws UserError for the first of some options that is given and means nothing to an edition. */
export function refuseOptions(edition: string, options: ServeOptions, foreign: readonly (keyof ServeOptions)[]): void {
  const given = foreign.find((name) => options[name] !== undefined);
  if (given === undefined) return;
  const flag = `--${given.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw new UserError(`${flag} means nothing to --edition ${edition}: leave it out, or serve another edition`);
}
