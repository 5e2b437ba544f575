import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { EndpointError, type HttpOptions, httpApi } from "../../src/training-api/http.ts";
import { sourceOf } from "../../src/training-api/identify.ts";

const config = { dModel: 512, numLayers: 8, numHeads: 8, batchSize: 128, learningRate: 1e-3, trainFlops: 1e16 };
const SECRET = "ssh-ed25519 AAAAC3Nza+canary/key== me@host";
const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** A server that answers each request with the next of these; the last one for good. */
async function endpoint(...answers: RequestListener[]) {
  const urls: string[] = [];
  const server = createServer((request, response) => {
    urls.push(request.url as string);
    (answers[Math.min(urls.length, answers.length) - 1] as RequestListener)(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    urls,
    baseUrl,
    open: (options: Partial<HttpOptions> = {}) => httpApi({ baseUrl, apiKey: SECRET, source: "real", ...options }),
  };
}

const json =
  (status: number, body: unknown): RequestListener =>
  (_request, response) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
const reset: RequestListener = (request) => request.socket.destroy();
const silence: RequestListener = () => undefined;
const html: RequestListener = (_request, response) => response.end("<html>sign in</html>");
const answer = json(200, { loss: 5.5, total_flops_used: 1e16 });

describe("the HTTP adapter", () => {
  it("writes budgets in full digits and the key encoded", async () => {
    const { open, urls } = await endpoint(answer);
    await open().loss(config);
    const { searchParams } = new URL(urls[0] as string, "http://x");
    expect(urls[0]).toContain("train_flops=10000000000000000&");
    expect(searchParams.get("api_key")).toBe(SECRET);
  });

  it("asks again after a lost connection, a 500 and a 429", async () => {
    const { open, urls } = await endpoint(reset, json(500, {}), json(429, {}), answer);
    expect(await open({ pauseMs: 1 }).loss(config)).toMatchObject({ status: "ok", loss: 5.5, source: "real" });
    expect(urls).toHaveLength(4);
  });

  it("gives an endpoint that stalls up, after the tries it was allowed", async () => {
    const { open, urls } = await endpoint(silence);
    await expect(open({ timeoutMs: 50, retries: 1, pauseMs: 1 }).loss(config)).rejects.toThrow(EndpointError);
    expect(urls).toHaveLength(2);
  });

  it("does not ask a page of HTML a second time", async () => {
    const { open, urls } = await endpoint(html);
    await expect(open().loss(config)).rejects.toThrow(/answered 200 with something that is not JSON/);
    expect(urls).toHaveLength(1);
  });

  it("follows no redirect", async () => {
    const { open, urls } = await endpoint((_request, response) =>
      response.writeHead(307, { location: "/elsewhere" }).end("{}"),
    );
    await expect(open().loss(config)).rejects.toThrow(EndpointError);
    expect(urls).toHaveLength(1);
  });

  it("takes whatever has a message and no loss for a refusal, and details for an invalid question", async () => {
    const { open } = await endpoint(
      json(422, { message: "no more" }),
      json(422, { detail: [{ loc: ["query"], msg: "bad" }] }),
    );
    expect(await open().loss(config)).toEqual({ status: "refused", message: "no more", source: "real" });
    expect(await open().loss(config)).toEqual({ status: "invalid", message: "query: bad", source: "real" });
  });

  it.each([301, 307, 401, 403, 405])(
    "takes a %i for no answer, whatever it says: who sends it has not looked at the question",
    async (status) => {
      const { open, urls } = await endpoint(json(status, { message: "Forbidden" }));
      await expect(open().loss(config)).rejects.toThrow(`answered ${status}, which is no answer to the question`);
      expect(urls).toHaveLength(1);
    },
  );

  it.each([408, 425])("asks again after a %i", async (status) => {
    const { open } = await endpoint(json(status, { message: "not in time" }), answer);
    expect(await open({ pauseMs: 1 }).loss(config)).toMatchObject({ status: "ok", loss: 5.5 });
  });

  it("takes no answer to one question for that to the next, from an endpoint that is one behind", async () => {
    // Answers on each connection what the question before was owed, as one does that answered twice.
    const owed = new WeakMap<object, number>();
    let losses = 1;
    const behind: RequestListener = (request, response) => {
      const loss = ++losses;
      json(200, { loss: owed.get(request.socket) ?? loss, total_flops_used: 1e16 })(request, response);
      owed.set(request.socket, loss);
    };
    const { open } = await endpoint(behind);
    const api = open();
    const answers = [await api.loss(config), await api.loss(config), await api.loss(config)];
    expect(answers).toMatchObject([{ loss: 2 }, { loss: 3 }, { loss: 4 }]);
  });

  it("refuses answers outside the contract by name", async () => {
    const { open } = await endpoint(
      json(200, { total: 1 }),
      json(200, { used: 1 }),
      json(200, { previous_runs: [{ d_model: "512" }] }),
    );
    await expect(open().loss(config)).rejects.toThrow("answered /loss with neither a loss nor a message");
    await expect(open().totalFlopsUsed()).rejects.toThrow("answered /total_flops_used with 200 and no number");
    await expect(open().previousRuns()).rejects.toThrow("a run whose d_model is not a number");
  });

  it("says in one line why there is no connection", async () => {
    const { baseUrl } = await endpoint(answer);
    const error = await sourceOf(baseUrl.replace("http:", "https:")).catch((reason: unknown) => reason);
    expect((error as Error).message).toMatch(/^nothing answers at https:.*: .*SSL.*[^\s]$/);
  });

  it("quotes neither key, user nor password of an address it cannot ask", async () => {
    const { open } = await endpoint(answer);
    const baseUrl = "http://user:pa55word@127.0.0.1:8000";
    for (const asking of [open({ baseUrl, retries: 0 }).loss(config), sourceOf(baseUrl)]) {
      const error = await asking.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(EndpointError);
      expect(`${error}`).toMatch(/ http:\/\/127\.0\.0\.1:8000\/\S*: Request cannot be constructed/);
      expect(`${(error as Error).stack}`).not.toMatch(/canary|pa55word/);
    }
  });

  it("stops when told to, and never names the key", async () => {
    const { open } = await endpoint(silence);
    const stop = new AbortController();
    const asked = open({ signal: stop.signal }).loss(config);
    stop.abort();
    const error = await asked.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(`${(error as Error).stack}`).not.toContain("canary");
  });
});
