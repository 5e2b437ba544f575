import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** An answer as it stood on the wire. */
export interface RawAnswer {
  readonly status: number;
  /** Its lines, in small letters. */
  readonly head: string;
  readonly body: string;
}

/** A connection on which any bytes may be sent. */
export interface RawConnection {
  readonly socket: Socket;
  /** Everything that has come back, in Latin-1. */
  text(): string;
  /** Resolves when the connection is closed, by whomever. */
  readonly closed: Promise<unknown>;
}

export async function openConnection(
  port: number,
  { allowHalfOpen = false }: { allowHalfOpen?: boolean } = {},
): Promise<RawConnection> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen });
  const chunks: string[] = [];
  socket.setEncoding("latin1").on("data", (chunk) => chunks.push(String(chunk)));
  // A server that has heard enough hangs up before all is sent.
  socket.on("error", () => undefined);
  const closed = new Promise((resolve) => socket.once("close", resolve));
  await once(socket, "connect");
  return { socket, text: () => chunks.join(""), closed };
}

/** Sends bytes on a connection of their own, and takes what comes back until the server hangs up. */
export async function exchange(port: number, bytes: string | Buffer): Promise<RawAnswer[]> {
  const { socket, text, closed } = await openConnection(port);
  socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  await closed;
  return rawAnswers(text());
}

/** The answers in a text, each with its length. Throws when something else stands between them. */
export function rawAnswers(text: string): RawAnswer[] {
  const answers: RawAnswer[] = [];
  for (let at = 0; at < text.length; ) {
    const bodyAt = text.indexOf("\r\n\r\n", at) + 4;
    const head = text.slice(at, bodyAt).toLowerCase();
    const [, status] = /^http\/1\.1 (\d{3}) /.exec(head) ?? [];
    const [, length] = /\r\ncontent-length: (\d+)\r\n/.exec(head) ?? [];
    if (bodyAt < 4 || !status || !length) throw new Error(`no answer: ${text.slice(at, at + 200)}`);
    at = bodyAt + Number(length);
    answers.push({ status: Number(status), head, body: text.slice(bodyAt, at) });
  }
  return answers;
}
