import type { MemoryLedger } from "../src/ledger/memory.ts";
import type { World } from "../src/surface/world.ts";
import { createApp } from "./app.ts";
import { type RunningServer, startServer } from "./server.ts";

export interface ServedWorld {
  readonly world: World;
  readonly ledger: MemoryLedger;
  readonly repetition: number;
  /** Called for every request to `/loss`. */
  readonly onQuery: () => void;
}

/** A mock server of one world on a free loopback port, for a program in a tournament. */
export function serveWorld({ world, ledger, repetition, onQuery }: ServedWorld): Promise<RunningServer> {
  const app = createApp({ world, ledger, repetition });
  return startServer(
    (request, response) => {
      if (request.url?.startsWith("/loss")) onQuery();
      app(request, response);
    },
    "127.0.0.1",
    0,
  );
}
