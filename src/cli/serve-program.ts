import type { ProgramOptions } from "../experiment/program/program.ts";
import { ProxyRefusal } from "../training-api/training-api.ts";

/**
 * Serves a program's questions over HTTP on a free port of loopback.
 *
 * @param isSimulated whether the answers are, known once there are any.
 */
export function serveProgram(isSimulated: () => boolean = () => true): NonNullable<ProgramOptions["serve"]> {
  return async (api, apiKey) => {
    const { createProxy } = await import("../../mock-server/proxy/app.ts");
    const { startServer } = await import("../../mock-server/server.ts");
    const open = async (given: string) => {
      if (given !== apiKey) throw new ProxyRefusal(403, "this server is a program's own: send its ISOFLOP_API_KEY");
      return api;
    };
    const app = createProxy({ open, simulated: isSimulated(), onFailure: () => undefined });
    return startServer(app, "127.0.0.1", 0);
  };
}
