import type { ProgramOptions } from "../experiment/program/program.ts";

/**
 * Serves a program's questions over HTTP on a free port of loopback.
 *
 * @param isSimulated whether the answers are, known once there are any.
 */
export function serveProgram(isSimulated: () => boolean = () => true): NonNullable<ProgramOptions["serve"]> {
  return async (api) => {
    const { createProxy } = await import("../../mock-server/proxy/app.ts");
    const { startServer } = await import("../../mock-server/server.ts");
    const app = createProxy({ open: async () => api, simulated: isSimulated(), onFailure: () => undefined });
    return startServer(app, "127.0.0.1", 0);
  };
}
