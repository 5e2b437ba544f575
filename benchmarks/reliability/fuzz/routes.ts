import { connect } from "node:net";
import { type RunningServer, startServer } from "../../../mock-server/server.ts";
import { type Rng, randomStream } from "../../../src/task/random.ts";
import { type Find, PRISTINE, pollution } from "./fuzz-parser.ts";
import { changedText, mutant, pick } from "./mutate.ts";
import type { Edition } from "./servers.ts";

/** Milliseconds without a byte after which a server is taken to have forgotten an answer. */
const SILENCE = 60_000;
/** What then stands in the place of its answer. */
const FORGOTTEN = "HTTP/1.1 599 ";
const METHODS = ["POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "PROPFIND", "TRACE"];
const HEADERS = [
  "range: bytes=0-",
  "range: bytes=9-1,x",
  "if-none-match: *",
  "origin: null",
  "x-isoflop-nonce: n",
  "accept-encoding: gzip;q=x",
  "content-type: text/plain; charset=utf-999",
  "content-encoding: gzip",
  "expect: tea",
  "sec-fetch-site: cross-site",
  "if-modified-since: yesterday",
];

/** How many requests were answered with each status, and what went wrong. */
export interface RouteTally {
  readonly statuses: Map<number, number>;
  readonly bytes: number;
  readonly finds: readonly Find[];
}

/** Requests to every route, most of them almost well-formed, some broken in their bytes. */
export async function fuzzRoutes(edition: Edition, cases: number, seed = 0): Promise<RouteTally> {
  const { listener, close } = edition.open();
  const problems: string[] = [];
  const note = (error: unknown) => problems.push(`unhandled: ${error}`);
  process.on("unhandledRejection", note).on("uncaughtException", note);
  const server = await startServer(listener, "127.0.0.1", 0);
  const statuses = new Map<number, number>();
  const finds: Find[] = [];
  let [sent, bytes] = [0, 0];
  const client = async () => {
    while (sent < cases && finds.length < 10) {
      const rng = randomStream(`fuzz/${seed}/${edition.name}/${sent}`);
      // What is broken in its bytes ends its connection; all else is sent in one go.
      const broken = rng() < 0.1;
      const count = broken ? 1 : Math.min(20, cases - sent);
      sent += count;
      const texts = Array.from({ length: count }, (_, i) => request(edition, rng, i === count - 1));
      const text = broken ? changedText(texts[0] as string, texts, rng) : texts.join("");
      bytes += text.length;
      const answer = await exchange(server, text, broken);
      const seen = [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
      for (const status of seen) statuses.set(status, (statuses.get(status) ?? 0) + 1);
      const problem = problems.pop() ?? problemOf(seen, count, broken);
      if (problem) finds.push({ parser: edition.name, text, problem });
    }
  };
  await Promise.all(Array.from({ length: 16 }, client));
  close();
  await server.stop();
  process.off("unhandledRejection", note).off("uncaughtException", note);
  return { statuses, bytes, finds };
}

function problemOf(statuses: readonly number[], count: number, broken: boolean): string | undefined {
  const failed = statuses.find((status) => status >= 500);
  if (failed) return `answered ${failed}`;
  if (pollution() !== PRISTINE) return "Object.prototype was changed";
  return !broken && statuses.length < count
    ? `${count} requests got ${statuses.length} answers (${statuses})`
    : undefined;
}

function request({ gets, posts, credentials }: Edition, rng: Rng, last: boolean): string {
  const posting = rng() < 0.25;
  const [path, body] = posting ? pick(posts, rng) : [pick(gets, rng), ""];
  const target = targetOf(rng() < 0.7 && !posting ? mutant([path, ...gets], rng) : path);
  const content = Buffer.from(body === "" || rng() < 0.2 ? body : mutant([body], rng)).toString("latin1");
  const method = posting ? "POST" : rng() < 0.9 ? "GET" : pick(METHODS, rng);
  const lines = [`${method} ${target} HTTP/1.1`, "host: localhost"];
  for (const credential of credentials) if (rng() < 0.9) lines.push(credential);
  if (rng() < 0.2) lines.push(pick(HEADERS, rng));
  if (content !== "" || posting) lines.push("content-type: application/json", `content-length: ${content.length}`);
  if (last) lines.push("connection: close");
  return `${lines.join("\r\n")}\r\n\r\n${content}`;
}

/** A target that stays one: blanks and line ends would end it, and what is no byte cannot be sent. */
function targetOf(text: string): string {
  const target = text.replace(/[^\x21-\x7e]/g, (character) => encodeURIComponent(character.toWellFormed()));
  return (target.startsWith("/") ? target : `/${target}`).replaceAll("#", "%23").slice(0, 12_000);
}

/**
 * Sends bytes on a connection of their own, and takes all that comes back; `whole` says by its end that no more comes.
 */
function exchange({ port }: RunningServer, text: string, whole: boolean): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    let answer = "";
    socket.setEncoding("latin1").on("data", (data) => {
      answer += data;
    });
    socket.setTimeout(SILENCE, () => {
      answer += FORGOTTEN;
      socket.destroy();
    });
    // A server that has heard enough hangs up before all is sent.
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(answer));
    if (whole) socket.end(text, "latin1");
    else socket.write(text, "latin1");
  });
}
