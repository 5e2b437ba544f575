import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { Bounds } from "./bounds.ts";

/** Hangs up on clients that have stopped reading: what they were answered would wait in memory, and they could wait for ever. */
export function boundUnread(server: Server, open: ReadonlySet<Socket>, { unreadMs, lookMs }: Bounds): void {
  // Looking now and then costs less than a timer for each answer; a timeout is for a connection on which nothing moves.
  const looks = setInterval(() => {
    for (const socket of open) {
      const waiting = socket.writableLength > 0;
      const timed = socket.timeout === unreadMs;
      if (waiting && !timed) socket.setTimeout(unreadMs);
      else if (!waiting && timed) socket.setTimeout(0);
    }
  }, lookMs).unref();
  server.once("close", () => clearInterval(looks));
}
