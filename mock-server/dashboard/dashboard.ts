import express, { type NextFunction, type Request, type Response, Router } from "express";
import { parseDocument } from "../../src/task/document.ts";
import { UserError, unknownName } from "../../src/task/errors.ts";
import { answerQuery } from "../../src/training-api/answer.ts";
import { PAGE_HEADERS } from "../page-policy.ts";
import { refuseMethod } from "../refusals.ts";
import { COMMON_HEADERS, sendEmpty, sendJson, sendMessage } from "../send.ts";
import { readAssets } from "./assets.ts";
import { askBody, resetBody, submissionBody, worldBody } from "./bodies.ts";
import { EventStreams, eventText } from "./event-stream.ts";
import { createGate } from "./gate.ts";
import { LiveRuns } from "./live-runs.ts";
import type { DashboardOptions, Serving } from "./serving.ts";
import type { State } from "./wire.ts";

export interface Dashboard {
  readonly router: Router;
  /** Ends the streams of events, which would otherwise keep a server from stopping. */
  close(): void;
}

/**
 * `/dashboard`: one page, a stream of what happens, and four things to do. Everything but the page itself stands behind
 * the gate.
 *
 * @param onSwitch is told when another world answers from now on.
 */
export function createDashboard(options: DashboardOptions, onSwitch: (serving: Serving) => void): Dashboard {
  const { repetition = 0, worlds, open, grade, adminToken } = options;
  const { page, files } = readAssets();
  const gate = createGate(adminToken);
  let { serving } = options;
  let live = new LiveRuns(serving.ledger);

  const state = (): State => ({
    world: {
      name: serving.world.document.name,
      description: serving.world.document.description,
      accounting: serving.world.document.accounting,
    },
    task: serving.world.task,
    worlds,
    ...(typeof open === "function" ? {} : { fixed: open.refusal }),
    keys: live.all(),
  });
  const streams = new EventStreams({
    news: () => live.changes().map((event) => eventText("runs", event)),
    everything: () => eventText("state", state()),
  });

  const knownKey = (key: string): string => {
    if (serving.ledger.used(key) === undefined) throw new UserError("no such key: it appears with its first run");
    return key;
  };
  const actions: Record<string, (body: unknown) => unknown> = {
    ask(body) {
      const { key, config } = parseDocument(askBody, body, "the request");
      const answer = answerQuery(serving.world, serving.ledger, knownKey(key), config, repetition);
      if (answer.status !== "ok") throw new UserError(answer.message);
      return { loss: answer.loss, used: Number(answer.used) };
    },
    reset(body) {
      serving.ledger.reset(knownKey(parseDocument(resetBody, body, "the request").key));
      return {};
    },
    async world(body) {
      const { name } = parseDocument(worldBody, body, "the request");
      if (typeof open !== "function") throw new UserError(open.refusal);
      if (!worlds.includes(name)) throw unknownName("world", name, worlds);
      serving = await open(name);
      live = new LiveRuns(serving.ledger);
      onSwitch(serving);
      streams.restart();
      return { world: name };
    },
    grade: (body) => grade(serving.world, parseDocument(submissionBody, body, "the request")),
  };

  const router = Router({ caseSensitive: true, strict: true });
  router.use("/dashboard", (_request, response, next) => {
    for (let i = 0; i < COMMON_HEADERS.length; i += 2) response.setHeader(COMMON_HEADERS[i]!, COMMON_HEADERS[i + 1]!);
    // An answer that pages of other origins may read elsewhere is not for them here.
    response.removeHeader("access-control-allow-origin");
    next();
  });
  router.get("/dashboard/", (_request, response) => sendEmpty(response, 307, ["location", "/dashboard"]));
  router.get("/dashboard", (request, response) => {
    response
      .set(PAGE_HEADERS)
      .set("cache-control", "no-store")
      .type("html")
      .send(page.replace(TOKEN, `content="${gate.tokenFor(request)}"`));
  });
  for (const [name, content] of files)
    router.get(`/dashboard/assets/${name}`, (_request, response) => {
      response.set(PAGE_HEADERS).set("cache-control", "public, max-age=31536000, immutable").type(name).send(content);
    });
  router.get("/dashboard/events", gate.guard, (_request, response) => streams.add(response));
  for (const [name, act] of Object.entries(actions))
    router.post(`/dashboard/${name}`, gate.guard, express.json({ limit: "16kb" }), async (request, response) => {
      const result = JSON.stringify(await act(request.body));
      streams.publish();
      sendJson(response, 200, result);
    });
  router.all("/dashboard", (_request, response) => refuseMethod(response));
  router.use("/dashboard", (error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (error instanceof UserError) sendMessage(response, 422, error.message);
    else next(error);
  });
  return { router, close: () => streams.close() };
}

/** Where the page as it is built leaves room for the token. */
const TOKEN = 'content="TOKEN"';
