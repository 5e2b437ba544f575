import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { sourceOf } from "../../src/training-api/endpoint.ts";
import { type HttpOptions, httpApi } from "../../src/training-api/http.ts";
import { NONCE_HEADER, PROOF_HEADER, proofOf } from "../../src/training-api/proof.ts";
import { EndpointError, reasonOf, shownUrl } from "../../src/training-api/request.ts";
import { naming } from "../naming.ts";

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

  it("retries after a lost connection, a 500 and a 429", async () => {
    const { open, urls } = await endpoint(reset, json(500, {}), json(429, {}), answer);
    expect(await open({ pauseMs: 1 }).loss(config)).toMatchObject({ status: "ok", loss: 5.5, source: "real" });
    expect(urls).toHaveLength(4);
  });

  it("gives up on a stalled endpoint after its retries", async () => {
    const { open, urls } = await endpoint(silence);
    await expect(open({ timeoutMs: 2000, retries: 1, pauseMs: 1 }).loss(config)).rejects.toThrow(EndpointError);
    expect(urls).toHaveLength(2);
  });

  it("does not retry after a page of HTML", async () => {
    const { open, urls } = await endpoint(html);
    await expect(open().loss(config)).rejects.toThrow(naming("200", "not JSON"));
    expect(urls).toHaveLength(1);
  });

  it("follows no redirect", async () => {
    const { open, urls } = await endpoint((_request, response) =>
      response.writeHead(307, { location: "/elsewhere" }).end("{}"),
    );
    await expect(open().loss(config)).rejects.toThrow(EndpointError);
    expect(urls).toHaveLength(1);
  });

  it("reads a message without a loss as a refusal, and details as an invalid question", async () => {
    const { open } = await endpoint(
      json(422, { message: "no more" }),
      json(422, { detail: [{ loc: ["query"], msg: "bad" }] }),
    );
    expect(await open().loss(config)).toEqual({ status: "refused", message: "no more", source: "real" });
    expect(await open().loss(config)).toEqual({ status: "invalid", message: "query: bad", source: "real" });
  });

  it.each([300, 301, 307, 401, 403, 405])(
    "takes a %i for no answer, whatever it says: who sends it has not looked at the question",
    async (status) => {
      const { open, urls } = await endpoint(json(status, { message: "Forbidden" }));
      await expect(open().loss(config)).rejects.toThrow(naming(status));
      expect(urls).toHaveLength(1);
    },
  );

  it.each([408, 425])("asks again after a %i", async (status) => {
    const { open } = await endpoint(json(status, { message: "not in time" }), answer);
    expect(await open({ pauseMs: 1 }).loss(config)).toMatchObject({ status: "ok", loss: 5.5 });
  });

  it("does not take the answer to one question for the next one, from an endpoint that lags by one", async () => {
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
    await expect(open().loss(config)).rejects.toThrow(naming("/loss", "a loss", "a message"));
    await expect(open().totalFlopsUsed()).rejects.toThrow(naming("/total_flops_used", "200", "number"));
    await expect(open().previousRuns()).rejects.toThrow(naming("d_model", "not a number"));
  });

  it("reports a failed connection in one line", async () => {
    const { baseUrl } = await endpoint(answer);
    const error = await sourceOf(baseUrl.replace("http:", "https:")).catch((reason: unknown) => reason);
    expect((error as Error).message).toMatch(naming("https:", "SSL"));
  });

  it("quotes neither key, user nor password of an address that fails", async () => {
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

describe("the address", () => {
  it.each(["", "/", "/v1", "/v1/"])("keeps a path that ends in %j, and asks for what it should", async (path) => {
    const { open, baseUrl, urls } = await endpoint(answer, json(200, 5), json(200, { previous_runs: [] }));
    const api = open({ baseUrl: `${baseUrl}${path}` });
    await api.loss(config);
    await api.totalFlopsUsed();
    await api.previousRuns();
    const prefix = path.replace(/\/$/, "");
    expect(urls.map((url) => new URL(url, "http://x").pathname)).toEqual(
      ["/loss", "/total_flops_used", "/previous_runs"].map((name) => `${prefix}${name}`),
    );
    expect(new URL(urls[0] as string, "http://x").searchParams.size).toBe(7);
    for (const url of urls) expect(new URL(url, "http://x").searchParams.get("api_key")).toBe(SECRET);
  });

  it("is shown without user, password and query", () => {
    expect(shownUrl(new URL("https://me:pa55@host:8000/v1/loss?api_key=k#x"))).toBe("https://host:8000/v1/loss");
  });
});

describe("the reason of a failed fetch", () => {
  const url = new URL("http://host/loss?api_key=canary");

  it.each([
    [
      "the cause one level down",
      new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") }),
      "connect ECONNREFUSED",
    ],
    ["the error's own words where nothing is below", new Error("timed out"), "timed out"],
    ["the name of an error without words", new TypeError(""), "TypeError"],
    ["whatever was thrown", "no error at all", "no error at all"],
    [
      "one line, without what is secret in the address",
      new Error(` cannot\n\t reach ${url.href} `),
      "cannot reach http://host/loss",
    ],
  ])("is %s", (_, error, reason) => expect(reasonOf(error, url)).toBe(reason));
});

describe("an account", () => {
  const row = { d_model: 512, num_layers: 8, num_heads: 8, batch_size: 128, learning_rate: 1e-3, train_flops: 1e16 };

  it("may have spent nothing yet", async () => {
    const { open } = await endpoint(json(200, 0));
    expect(await open().totalFlopsUsed()).toBe(0);
  });

  it("is empty for a key that a 422 says has no runs", async () => {
    const { open } = await endpoint(json(422, { message: "no runs" }));
    expect([await open().totalFlopsUsed(), await open().previousRuns()]).toEqual([0, []]);
  });

  it("lists the paid runs under our names, without other columns", async () => {
    const { open } = await endpoint(
      json(200, 3e16),
      json(200, { previous_runs: [{ ...row, loss: 4.5, when: "today" }] }),
    );
    expect(await open().totalFlopsUsed()).toBe(3e16);
    expect(await open().previousRuns()).toEqual([{ ...config, status: "ok", loss: 4.5 }]);
  });

  it.each([
    ["a total that is no whole number", json(200, 1.5), json(200, 1.5)],
    ["a negative total", json(200, -1), json(200, -1)],
    ["a total in words", json(200, "0"), json(200, "0")],
    ["a null", json(200, null), json(200, null)],
  ])("is not taken from %s", async (_, total, list) => {
    const { open, baseUrl } = await endpoint(total, list);
    await expect(open().totalFlopsUsed()).rejects.toThrow(
      `${baseUrl} answered /total_flops_used with 200 and no number`,
    );
    await expect(open().previousRuns()).rejects.toThrow(naming(baseUrl, "/previous_runs", "200", "list"));
  });

  it.each([
    [null, "d_model"],
    [{ ...row }, "loss"],
    [{ ...row, loss: -1 }, "loss"],
    [{ ...row, loss: 3, train_flops: null }, "train_flops"],
  ])("does not take %j for a run", async (run, missing) => {
    const { open, baseUrl } = await endpoint(json(200, { previous_runs: [run] }));
    await expect(open().previousRuns()).rejects.toThrow(
      `${baseUrl} answered /previous_runs with a run whose ${missing} is not a number`,
    );
  });
});

describe("what is no run", () => {
  it.each([
    [422, { message: "over budget" }, { status: "refused", message: "over budget" }],
    [200, { message: "over budget" }, { status: "refused", message: "over budget" }],
    [404, { message: "no such width" }, { status: "invalid", message: "no such width" }],
    [400, { detail: "malformed" }, { status: "invalid", message: "malformed" }],
    [
      422,
      { detail: [{ loc: ["query", "d_model"], msg: "too wide" }, { msg: "and deep" }] },
      { status: "invalid", message: "query,d_model: too wide" },
    ],
    [422, { message: "two\nlines\u001b[2J" }, { status: "refused", message: "two lines [2J" }],
    [422, { message: "x".repeat(500) }, { status: "refused", message: "x".repeat(400) }],
    [
      422,
      { message: "who? Invalid API key is not how this begins" },
      { status: "refused", message: "who? Invalid API key is not how this begins" },
    ],
  ])("is a %i with %j", async (status, body, expected) => {
    const { open } = await endpoint(json(status, body));
    expect(await open().loss(config)).toEqual({ ...expected, source: "real" });
  });

  it.each([
    ["a loss that is no number", { loss: "5", total_flops_used: 1, message: "fine" }],
    ["a negative loss", { loss: -1, total_flops_used: 1 }],
    ["a loss without what it cost", { loss: 5 }],
    ["a total that is no whole number", { loss: 5, total_flops_used: 0.5 }],
    ["no record", [1]],
    ["a null", null],
    ["a message that is no text", { message: 5 }],
    ["details that are none", { detail: [] }],
    ["details without words", { detail: [{ loc: ["query"] }] }],
    ["details of another kind", { detail: 5 }],
  ])("is not told from %s", async (_, body) => {
    const { open, baseUrl, urls } = await endpoint(json(200, body));
    await expect(open().loss(config)).rejects.toThrow(naming(baseUrl, "/loss", "a loss", "a message"));
    expect(urls).toHaveLength(1);
  });

  it.each([["Invalid API key"], ["invalid api key: unknown"], [`nobody has AAAAC3Nza+canary/key==`]])(
    "is a key that is not known: %s",
    async (message) => {
      const { open, baseUrl } = await endpoint(json(422, { message }));
      await expect(open().loss(config)).rejects.toThrow(
        `${baseUrl} does not know the API key: is it the one that was registered?`,
      );
    },
  );
});

describe("asking again", () => {
  const busy =
    (status: number, retryAfter: string, onSent: () => void = () => undefined): RequestListener =>
    (_request, response) =>
      response.writeHead(status, { "retry-after": retryAfter }).end(onSent);

  it("gives up after the attempts allowed, with the last answer", async () => {
    const { open, urls } = await endpoint(json(503, {}));
    const error = await open({ retries: 2, pauseMs: 1 })
      .loss(config)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      name: "EndpointError",
      mayRetry: true,
      message: expect.stringMatching(/\/loss answered 503$/),
    });
    expect(urls).toHaveLength(3);
  });

  it.each(["0", " 0 ", new Date(0).toUTCString(), "soon"])(
    "follows a Retry-After of %j, which is at once",
    async (wait) => {
      const { open, urls } = await endpoint(busy(429, wait), answer);
      expect(await open({ pauseMs: 1 }).loss(config)).toMatchObject({ loss: 5.5 });
      expect(urls).toHaveLength(2);
    },
  );

  it.each(["60", "120"])(
    "is not done before a pause of %s s is over, nor after being told to stop in it",
    async (wait) => {
      const stop = new AbortController();
      const stopSoon = () => void setTimeout(() => stop.abort(), 100);
      const { open, urls } = await endpoint(busy(503, wait, stopSoon), answer);
      await expect(open({ pauseMs: 1, signal: stop.signal }).loss(config)).rejects.toThrow("aborted");
      expect(urls).toHaveLength(1);
    },
  );

  it("is not waited for when no retry follows", async () => {
    const { open } = await endpoint(busy(503, "60"));
    const stop = new AbortController();
    const waiting = setTimeout(() => stop.abort(), 30_000);
    stops.push(() => clearTimeout(waiting));
    await expect(open({ retries: 0, signal: stop.signal }).loss(config)).rejects.toThrow(/503.* 60 s$/);
  });

  it.each([
    ["121", 121],
    [new Date(Date.now() + 3_600_000).toUTCString(), 3600],
  ])("reports a Retry-After of %s instead of waiting", async (wait, seconds) => {
    const { open, urls } = await endpoint(busy(503, wait));
    const error = (await open({ pauseMs: 1 })
      .loss(config)
      .catch((reason: unknown) => reason)) as EndpointError;
    expect(error).toMatchObject({ name: "EndpointError", mayRetry: false });
    const said = /503.* (\d+) s$/.exec(error.message)?.[1];
    // A date draws nearer while a busy machine gets to this test.
    expect(Number(said)).toBeLessThanOrEqual(seconds);
    expect(Number(said)).toBeGreaterThan(seconds === 121 ? 120 : 1800);
    expect(urls).toHaveLength(1);
  });

  it("names the request that was aborted", async () => {
    const { open, baseUrl } = await endpoint(silence);
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 20);
    await expect(open({ signal: stop.signal }).loss(config)).rejects.toThrow("aborted");
    await expect(open({ retries: 0, timeoutMs: 20 }).loss(config)).rejects.toThrow(naming(`${baseUrl}/loss`));
  });
});

describe("the proof of an answer", () => {
  const proving: RequestListener = (request, response) =>
    response
      .writeHead(200, { [PROOF_HEADER]: proofOf(String(request.headers[NONCE_HEADER])) })
      .end('{"loss": 5.5, "total_flops_used": 1}');
  const refusing = json(422, { message: "no more" });

  it("is required of a simulation, and refused from a real endpoint", async () => {
    const { open } = await endpoint(proving);
    expect(await open({ source: "simulated" }).loss(config)).toMatchObject({ source: "simulated", loss: 5.5 });
    await expect(open({ source: "real" }).loss(config)).rejects.toThrow(naming("simulation"));
  });

  it("that is missing from a simulation is an error", async () => {
    const { open } = await endpoint(answer);
    await expect(open({ source: "simulated" }).loss(config)).rejects.toThrow(naming("proves"));
  });

  it("is not required of a refusal, which has no number", async () => {
    const { open } = await endpoint(refusing);
    expect(await open({ source: "simulated" }).loss(config)).toMatchObject({ status: "refused" });
  });

  it("tells a simulation from the real one without key or question, and follows no redirect to one", async () => {
    const { baseUrl, urls } = await endpoint(
      proving,
      answer,
      (_request, response) => response.writeHead(302, { location: "/mock" }).end(),
      (_request, response) => response.writeHead(204).end(),
    );
    const sources = [];
    for (let i = 0; i < 4; i++) sources.push(await sourceOf(baseUrl));
    expect(sources).toEqual(["simulated", "real", "real", "real"]);
    expect(urls).toEqual(["/", "/", "/", "/"]);
  });

  it("of a stalled endpoint times out with a retryable error", async () => {
    const { baseUrl } = await endpoint(silence);
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 60);
    for (const asking of [() => sourceOf(baseUrl, 20), () => sourceOf(baseUrl, 60_000, stop.signal)]) {
      const error = await asking().catch((reason: unknown) => reason);
      expect(error).toMatchObject({ name: "EndpointError", mayRetry: true });
      expect((error as Error).message).toMatch(naming(`${baseUrl}/`));
    }
  });
});
