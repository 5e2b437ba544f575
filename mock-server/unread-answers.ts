import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { ConnectionLimits } from "./connection-limits.ts";

/** Closes the connections of clients that have stopped reading: otherwise their answers would stay in memory forever. */
export function closeUnread(server: Server, open: ReadonlySet<Socket>, { unreadMs, pollMs }: ConnectionLimits): void {
  // Polling costs less than a timer per answer. A socket's timeout fires when nothing moves on it.
  const poll = setInterval(() => {
    for (const socket of open) {
      const hasWaiting = socket.writableLength > 0;
      const isTimed = socket.timeout === unreadMs;
      if (hasWaiting && !isTimed) socket.setTimeout(unreadMs);
      else if (!hasWaiting && isTimed) socket.setTimeout(0);
    }
  }, pollMs).unref();
  server.once("close", () => clearInterval(poll));
}
