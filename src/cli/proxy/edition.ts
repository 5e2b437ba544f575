import type { RequestListener } from "node:http";
import type { Source } from "../../training-api/training-api.ts";
import type { CommonOptions } from "../command.ts";

/** The options of `isoflop proxy`, parsed. */
export interface ProxyOptions extends CommonOptions {
  readonly upstream: string;
  readonly cap: number;
  readonly port: number;
  readonly journal: string;
  readonly live?: true;
  readonly submitFinal?: true;
  /** Milliseconds. */
  readonly timeout: number;
}

/** What a proxy is opened for. */
export interface ProxySetting {
  readonly url: string;
  readonly source: Source;
  readonly options: ProxyOptions;
  readonly onFailure: (message: string) => void;
}

/** An edition of the course as `isoflop proxy` knows it. */
export interface ProxyEdition {
  /** The budget of its task. */
  readonly cap: number;
  open(setting: ProxySetting): { readonly listener: RequestListener; close(): Promise<void> };
}
