import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { ask } from "./asking.ts";

/**
 * Connections on which nothing is being answered: silent ones, ones kept alive after an answer, ones whose request
 * comes a byte at a time, and a dashboard that listens. Resolves when the server has them; `end` is for when it has
 * gone.
 */
export async function idleConnections(port: number): Promise<{ end(): void }> {
  const sockets: Socket[] = [];
  const open = async (text: string, answered: boolean) => {
    const socket = connect(port, "127.0.0.1");
    // That the server hangs up is the point.
    socket.on("error", () => undefined);
    sockets.push(socket);
    await once(socket, "connect");
    socket.write(text);
    if (answered) await once(socket, "data");
    return socket;
  };
  const { body } = await ask(port, "/dashboard");
  const [, token = ""] = /<meta name="isoflop-token" content="([^"]*)">/.exec(body) ?? [];
  assert.notEqual(token, "");
  const dripping: Socket[] = [];
  for (let i = 0; i < 3; i++) {
    await open("", false);
    await open(get("/nope"), true);
    dripping.push(await open("GET /nope HTTP/1.1\r\nhost: localhost\r\nx: ", false));
  }
  await open(get("/dashboard/events", `x-isoflop-token: ${token}\r\n`), true);
  const drip = setInterval(() => {
    for (const socket of dripping) if (socket.writable) socket.write("x");
  }, 10);
  return {
    end() {
      clearInterval(drip);
      for (const socket of sockets) socket.destroy();
    },
  };
}

function get(path: string, headers = ""): string {
  return `GET ${path} HTTP/1.1\r\nhost: localhost\r\n${headers}\r\n`;
}
