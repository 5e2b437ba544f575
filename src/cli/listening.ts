import type { RequestListener } from "node:http";
import { type RunningServer, startServer } from "../../mock-server/server.ts";
import { UserError } from "../task/errors.ts";

/**
 * Serves an app where its user said.
 *
 * @throws UserError when that address cannot be had.
 */
export async function listening(app: RequestListener, host: string, port: number): Promise<RunningServer> {
  try {
    return await startServer(app, host, port);
  } catch (error) {
    throw listenError(error, host, port);
  }
}

/** The first SIGTERM or SIGINT; the next of either ends the process as usual, at once. */
export function stopSignal(): Promise<NodeJS.Signals> {
  const signals = ["SIGTERM", "SIGINT"] as const;
  return new Promise((resolve) => {
    const stop = (signal: NodeJS.Signals) => {
      for (const each of signals) process.off(each, stop);
      resolve(signal);
    };
    for (const each of signals) process.on(each, stop);
  });
}

function listenError(error: unknown, host: string, port: number): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE")
    return new UserError(`port ${port} of ${host} is in use: stop what listens there, or give --port 0 for a free one`);
  if (code === "EACCES") return new UserError(`port ${port} is not for everyone: give a --port above 1023`);
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
    return new UserError(`--host ${host} is no address of this machine: give 127.0.0.1, or one it has`);
  return error;
}
