import type { RequestListener } from "node:http";
import express, { type NextFunction, type Request, type Response, Router } from "express";
import * as z from "zod";
import { fingerprintOf } from "../../src/ledger/fingerprint.ts";
import type { Fingerprint, Ledger, LedgerEntry } from "../../src/ledger/ledger.ts";
import type { World } from "../../src/surface/world.ts";
import { parseDocument } from "../../src/task/document.ts";
import { UserError, unknownName } from "../../src/task/errors.ts";
import { finite, objectSchema } from "../../src/task/schema.ts";
import type { Score } from "../../src/task/score.ts";
import type { Submission } from "../../src/task/submission.ts";
import { configurationFields } from "../../src/task/task-schema.ts";
import { answerQuery } from "../../src/training-api/answer.ts";
import { holdsPrivateKey, isRegistered, type Registration } from "../api-key.ts";
import { type AppOptions, createApp } from "../app.ts";
import { refuseMethod } from "../refusals.ts";
import { sendJson, sendMessage } from "../send.ts";
import { EventStreams, eventText } from "./event-stream.ts";
import { createGate } from "./gate.ts";
import { LiveRuns } from "./live-runs.ts";
import { servePage } from "./page.ts";
import type { AskAnswer, AskBody, NextAnswer, NextBody, State } from "./wire.ts";

/** A world and its ledger. */
export interface Serving {
  readonly world: World;
  readonly ledger: Ledger;
}

export interface DashboardOptions {
  readonly serving: Serving;
  /** Which fixed draw of the noise the API uses. @defaultValue 0 */
  readonly repetition?: number;
  /** Names of the worlds to choose from. */
  readonly worlds: readonly string[];
  /** Opens a world with its ledger, always the same one per world; or the reason why the world cannot change. */
  readonly open: ((name: string) => Promise<Serving>) | { readonly refusal: string };
  /**
   * Grades a submission; throws a UserError when it is inadmissible. Passed in, since mock-server may not import the
   * scoring.
   */
  readonly grade: (world: World, submission: Submission) => Score;
  /**
   * Plans a key's next runs, without holding up the server; throws a UserError where it cannot. Passed in, since
   * mock-server may not import strategies. @defaultValue the page does not offer it
   */
  readonly next?: (world: World, runs: readonly LedgerEntry[], wanted: Omit<NextBody, "key">) => Promise<NextAnswer>;
  /** Which keys may buy runs. @defaultValue "open" */
  readonly registration?: Registration;
  /**
   * The secret that opens the dashboard. Without one, only this machine can open it, with a token made at each start.
   */
  readonly adminToken?: string | undefined;
}

/** The mock of the training API with its dashboard. */
interface AppWithDashboard {
  readonly listener: RequestListener;
  /** Ends what the dashboard keeps open; to be called before the server stops. */
  close(): void;
}

/** An app whose world can be changed while it serves: requests from then on meet the new world and its ledger. */
export function createAppWithDashboard(
  options: Omit<AppOptions, keyof Serving | "dashboard" | "repetition">,
  dashboardOptions: DashboardOptions,
): AppWithDashboard {
  const { registration = "open" } = options;
  const dashboard = createDashboard({ registration, ...dashboardOptions }, (serving) => {
    app = appOf(serving);
  });
  const appOf = (serving: Serving) =>
    createApp({ ...options, ...serving, repetition: dashboardOptions.repetition ?? 0, dashboard: dashboard.router });
  let app = appOf(dashboardOptions.serving);
  return { listener: (request, response) => app(request, response), close: dashboard.close };
}

interface Dashboard {
  readonly router: Router;
  /** Ends the streams of events, which would otherwise keep a server from stopping. */
  close(): void;
}

/**
 * `/dashboard`: one page, a stream of what happens, and five things to do. Everything but the page itself stands behind
 * the gate.
 *
 * @param onSwitch is told when another world answers from now on.
 */
function createDashboard(options: DashboardOptions, onSwitch: (serving: Serving) => void): Dashboard {
  const { repetition = 0, worlds, open, grade, next, adminToken, registration = "open" } = options;
  const members = registration === "open" ? undefined : new Set(registration);
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
    ...(next ? { plansNext: true as const } : {}),
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
  /** The fingerprint of a key in full, which the API would accept. Nothing here repeats the key. */
  const typedKey = (apiKey: string): Fingerprint => {
    if (holdsPrivateKey(apiKey)) throw new UserError("api_key holds a private key: send the public one");
    const key = fingerprintOf(apiKey);
    if (!isRegistered(apiKey, key, members)) throw new UserError("api_key is not one that this server accepts");
    return key;
  };
  const actions: Record<string, (body: unknown) => unknown> = {
    ask(body): AskAnswer {
      const { config, key: known = "", apiKey } = parseDocument(askBody, body, "the request");
      const key = apiKey === undefined ? knownKey(known) : typedKey(apiKey);
      const answer = answerQuery(serving.world, serving.ledger, key, config, repetition);
      if (answer.status !== "ok") throw new UserError(answer.message);
      return { loss: answer.loss, used: Number(answer.used), key };
    },
    next(body) {
      if (!next) throw new UserError("this server plans no runs");
      const { key, ...wanted } = parseDocument(nextBody, body, "the request");
      return next(serving.world, serving.ledger.entries(knownKey(key)), wanted);
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
  servePage(router, "index.html", gate);
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

/** No SSH key is longer: one of 16,384 bits has 2,800 characters. */
const LONGEST_KEY = 8192;
const MOST_PLANNED = 20;

const fingerprint = z.string().regex(/^[0-9a-f]{64}$/, "must be the SHA-256 of a key");
const config = objectSchema(configurationFields(finite));
const interval = z.strictObject({ level: z.number().gt(0).lt(1), low: z.number(), high: z.number() });

const askBody: z.ZodType<AskBody> = z.strictObject({
  key: fingerprint.exactOptional(),
  apiKey: z.string().max(LONGEST_KEY, "must be shorter").exactOptional(),
  config,
});
const flops = z.number().gt(0);
const nextBody: z.ZodType<NextBody> = z.strictObject({
  key: fingerprint,
  budget: flops,
  target: flops,
  parallel: z.int().min(1).max(MOST_PLANNED),
});
const resetBody: z.ZodType<{ readonly key: string }> = z.strictObject({ key: fingerprint });
const worldBody: z.ZodType<{ readonly name: string }> = z.strictObject({ name: z.string() });
const submissionBody: z.ZodType<Submission> = z.strictObject({
  config,
  predictedLoss: z.number(),
  interval: interval
    .refine(({ low, high }) => low <= high, { path: ["low"], message: "must not be above high" })
    .exactOptional(),
});
