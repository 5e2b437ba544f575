import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { readJournal } from "../../src/flight/journal/read.ts";
import { identityOf, type RunConfig } from "../../src/task/configuration.ts";
import { fromWire, toWire, type WireConfig } from "../../src/task/stanford-2025/wire.ts";
import { httpApi } from "../../src/training-api/http.ts";
import type { TrainingApi } from "../../src/training-api/training-api.ts";

/** Ways in which one answer to `/loss` goes wrong. The first four are charged all the same. */
export const MISHAPS = [
  "reset after charging",
  "stall after charging",
  "html after charging",
  "broken json after charging",
  "reset before",
  "stall before",
  "502 in html",
  "429 with retry-after",
  "refuse",
  "answer twice",
  "none",
] as const;
export type Mishap = (typeof MISHAPS)[number];

interface Books {
  /** What was charged, by identity, in the order first asked; a config charged twice counts twice in `used`. */
  readonly runs: Map<string, { readonly config: RunConfig; readonly loss: number }>;
  /** FLOPs charged. */
  used: number;
  /** How often each configuration was asked for. */
  readonly asked: Map<string, number>;
}

export interface Hostile extends Books {
  readonly url: string;
  /** What goes wrong with the next questions, one each; then nothing more does. */
  schedule: Mishap[];
  /** Answer as the contract has it for a key that is not registered. */
  refuseKey?: boolean;
  /** Lies told from now on. */
  lies: {
    previousRuns?: (runs: object[]) => unknown;
    total?: (used: number) => unknown;
    loss?: (answer: { loss: number; total_flops_used: number }) => unknown;
    chargeAgain?: boolean;
  };
}

/** An endpoint whose books are right, over a wire that is not; and one that lies, when told to. */
export async function hostileEndpoint(lossOf: (config: RunConfig) => number): Promise<Hostile> {
  const books: Books = { runs: new Map(), used: 0, asked: new Map() };
  const hostile: Hostile = Object.assign(books, { url: "", schedule: [] as Mishap[], lies: {} });
  const server = createServer((request, response) => answer(request, response, hostile, lossOf));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return Object.assign(hostile, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` });
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  hostile: Hostile,
  lossOf: (config: RunConfig) => number,
): void {
  const { pathname, searchParams } = new URL(request.url as string, "http://x");
  const { lies } = hostile;
  const json = (status: number, body: unknown) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  if (hostile.refuseKey && pathname !== "/")
    return void json(422, { message: `Invalid API key provided: ${searchParams.get("api_key")}` });
  if (pathname === "/total_flops_used") return void json(200, (lies.total ?? ((used) => used))(hostile.used));
  if (pathname === "/previous_runs") {
    const runs = [...hostile.runs.values()].map(({ config, loss }) => ({ ...toWire(config), loss }));
    return void json(200, { previous_runs: (lies.previousRuns ?? ((all) => all))(runs) });
  }
  if (pathname !== "/loss") return void json(404, { detail: "Not Found" });

  const wire = Object.fromEntries([...searchParams].map(([name, value]) => [name, Number(value)]));
  const config = fromWire(wire as unknown as WireConfig);
  const identity = identityOf(config);
  hostile.asked.set(identity, (hostile.asked.get(identity) ?? 0) + 1);
  const mishap = hostile.schedule.shift() ?? "none";
  if (mishap === "reset before") return void request.socket.destroy();
  if (mishap === "stall before") return;
  if (mishap === "502 in html") return void response.writeHead(502).end("<html>bad gateway</html>");
  if (mishap === "429 with retry-after") return void response.writeHead(429, { "retry-after": "0" }).end("slow down");
  if (mishap === "refuse") return void json(422, { message: "not now" });

  const loss = lossOf(config);
  if (!hostile.runs.has(identity) || lies.chargeAgain) hostile.used += config.trainFlops;
  hostile.runs.set(identity, { config, loss });
  if (mishap === "reset after charging") return void request.socket.destroy();
  if (mishap === "stall after charging") return;
  if (mishap === "html after charging") return void response.end("<html>signed out</html>");
  if (mishap === "broken json after charging") return void response.end('{"loss":');
  const told = (lies.loss ?? ((right) => right))({ loss, total_flops_used: hostile.used });
  if (mishap !== "answer twice") return void json(200, told);
  const body = JSON.stringify(told);
  const once = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  request.socket.end(`${once}${once.replace(/\d\.\d+/g, "1.5")}`);
}

/** The API of such an endpoint, one attempt to the call. */
export const over = (hostile: Hostile, timeoutMs = 60_000): TrainingApi =>
  httpApi({ baseUrl: hostile.url, apiKey: "ssh-ed25519 AAAA", source: "real", timeoutMs, retries: 0 });

/** The paid answers that a journal holds, by configuration. */
export function journaled(file: string): Map<string, number> {
  const records = readJournal(file)?.records ?? [];
  return new Map(
    records.flatMap((record) =>
      record.kind === "answer" && record.status === "ok" ? [[identityOf(fromWire(record.config)), record.loss]] : [],
    ),
  );
}
