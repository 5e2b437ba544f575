import { readFileSync } from "node:fs";
import { request } from "node:http";
import { describe, expect, test } from "vitest";
import { sharedData } from "../../../benchmarks/shared-data.ts";
import { requiresData } from "../../requires.ts";
import { startJobsMock } from "./server.ts";

const FILE = "training-api-2026/golden.jsonl";
const { skip, note } = requiresData(FILE);

interface Transcript {
  readonly seq: number;
  readonly section: string;
  readonly note: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly status: number;
  readonly response_headers: Readonly<Record<string, string>>;
  /** Null where the body is not compared. */
  readonly response: string | null;
  readonly library_dependent: boolean;
  /** Read in the source of an edition that is no longer served. */
  readonly inferred: boolean;
}

const transcripts: readonly Transcript[] = skip
  ? []
  : readFileSync(sharedData(FILE), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Transcript)
      .filter(({ inferred }) => !inferred);

/**
 * Where the mock does not do as the library did: what is not a finite number is a 422 rather than a crash, and so is an
 * id beyond 2^63 a 404 (the contract's documented deviations).
 */
const DEVIATIONS: ReadonlyMap<string, number> = new Map([
  ["NaN runtime", 422],
  ["NaN learning rate", 422],
  ["Infinite learning rate", 422],
  ["path id /experiment/99999999999999999999", 404],
]);

describe.skipIf(skip)(`the transcripts of the real server${note}`, async () => {
  const mock = skip ? undefined : await startJobsMock({ dashboard: true });
  /** Run ids are the mock's own: those of the transcripts, in the order they appear. */
  const runIds = new Map<string, string>();

  for (const transcript of transcripts) {
    const { seq, section, note: what } = transcript;
    test(`${seq} ${section}: ${what}`, async () => {
      if (section === "life cycle") mock?.clock.advance(seq === 177 ? 2 : 0);
      const answer = await send(mock?.url ?? "", transcript, (text) => replaced(text, runIds));
      for (const [, theirs] of (transcript.response ?? "").matchAll(/"run_id":"(fc-[^"]+)"/g)) {
        const ours = /"run_id":"(fc-[0-9A-HJKMNP-TV-Z]{26})"/.exec(answer.text)?.[1];
        if (theirs !== undefined && ours !== undefined && !runIds.has(theirs)) runIds.set(theirs, ours);
      }
      const deviation = DEVIATIONS.get(what);
      expect(answer.status).toBe(deviation ?? transcript.status);
      expect(answer.headers["x-request-id"]).toBeTruthy();
      if (deviation !== undefined) return;
      for (const [name, value] of Object.entries(transcript.response_headers))
        expect([name, answer.headers[name]]).toEqual([name, value.replace("{host}", new URL(mock?.url ?? "").host)]);
      if (transcript.response === null) return;
      const expected = timeless(replaced(transcript.response, runIds));
      const cut = expected.endsWith("…[truncated]") ? expected.length - "…[truncated]".length : undefined;
      expect(timeless(answer.text).slice(0, cut)).toBe(expected.slice(0, cut));
    });
  }
});

function replaced(text: string, names: ReadonlyMap<string, string>): string {
  return [...names].reduce((all, [from, to]) => all.replaceAll(from, to), text);
}

/** Without the times, but with their form. */
function timeless(text: string): string {
  return text.replace(/"(\w+_at)":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?Z"/g, '"$1":TIME');
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

function send(
  url: string,
  { method, path, headers, body }: Transcript,
  own: (text: string) => string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const target = new URL(url);
    const sent = body === null ? undefined : own(body);
    const length = sent === undefined ? {} : { "content-length": Buffer.byteLength(sent) };
    const call = request(
      { host: target.hostname, port: target.port, method, path, headers: { ...headers, ...length } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString("utf8"),
          }),
        );
      },
    );
    call.once("error", reject);
    call.end(sent);
  });
}
