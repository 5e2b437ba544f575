import type { RequestListener } from "node:http";
import { type RunningServer, startServer } from "../../mock-server/server.ts";
import { UserError } from "../task/errors.ts";

/**
 * Serves an app at the address the user named.
 *
 * @throws UserError when the address cannot be used.
 */
export async function listening(app: RequestListener, host: string, port: number): Promise<RunningServer> {
  try {
    return await startServer(app, host, port);
  } catch (error) {
    throw listenError(error, host, port);
  }
}

function listenError(error: unknown, host: string, port: number): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE")
    return new UserError(`port ${port} of ${host} is in use: stop the program there, or pass --port 0 for a free one`);
  if (code === "EACCES") return new UserError(`port ${port} needs special rights: pass a --port above 1023`);
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
    return new UserError(`--host ${host} is not an address of this machine: pass 127.0.0.1, or one that is`);
  return error;
}
