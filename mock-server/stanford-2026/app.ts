import { randomUUID } from "node:crypto";
import { type Express, type NextFunction, type Request, type Response, Router } from "express";
import type { Logger } from "pino";
import { fingerprintOf } from "../../src/ledger/fingerprint.ts";
import type { Fingerprint } from "../../src/ledger/ledger.ts";
import type { JobWorld } from "../../src/surface/stanford-2026/build-world.ts";
import type { PythonValue } from "../../src/task/python/json.ts";
import { integer, type PydanticError } from "../../src/task/python/model.ts";
import { JOB_KEY } from "../../src/task/stanford-2026/budget.ts";
import type { JobFaults } from "../../src/training-api/stanford-2026/course.ts";
import { NO_JOB_FAULTS } from "../../src/training-api/stanford-2026/course.ts";
import { type JobLedger, TrainingJobs } from "../../src/training-api/stanford-2026/jobs.ts";
import type { Registration } from "../api-key.ts";
import { createGate, secretCheck } from "../dashboard/gate.ts";
import { servePage } from "../dashboard/page.ts";
import type { FaultsMiddleware } from "../faults/middleware.ts";
import { docsRoutes, startPage } from "../pages.ts";
import { refuseMethod } from "../refusals.ts";
import { sendDetail, sendJson } from "../send.ts";
import { answerErrors, answerUnknown, newApp } from "../shell.ts";
import { adminRoutes } from "./admin.ts";
import { budgetText, experimentText } from "./answers.ts";
import { bodyOf, refuseErrors, sendReply, takeBody } from "./body.ts";
import type { VirtualClock } from "./clock.ts";
import { type Cluster, finalText, submitFinalReply, submitReply } from "./cluster.ts";
import { cors } from "./cors.ts";
import { workerEvent, workerFinish } from "./internal.ts";
import { OPENAPI } from "./openapi.ts";

export interface JobsAppOptions {
  readonly world: JobWorld;
  readonly ledger: JobLedger;
  readonly clock: VirtualClock;
  /** Which frozen draw of the noise. @defaultValue 0 */
  readonly repetition?: number;
  /** Every job has ended by the next request. @defaultValue false */
  readonly instant?: boolean;
  /** @defaultValue "open": any eight digits */
  readonly registration?: Registration;
  readonly allowedHosts?: readonly string[];
  /** Origins whose pages may read answers, besides those the real server lists. */
  readonly corsOrigins?: readonly string[];
  /** Opens the admin routes, and is what workers report with. Without one, only pages of this machine may. */
  readonly adminToken?: string | undefined;
  readonly jobFaults?: JobFaults | undefined;
  readonly faults?: FaultsMiddleware | undefined;
  /** Serve the dashboard, which must be built. @defaultValue false */
  readonly dashboard?: boolean;
  /** @defaultValue no log */
  readonly logger?: Logger | undefined;
}

/** Never registered, so that a client can be shown what becomes of an unknown key. */
const UNKNOWN_KEY = "99999999";

type Handler = (request: Request, response: Response) => void;

/** The mock of the 2026 training API: docs/stanford-2026.md. */
export function createJobsApp(options: JobsAppOptions): Express {
  const { world, ledger, clock, repetition = 0, instant = false, registration = "open", logger, adminToken } = options;
  const { allowedHosts = [], corsOrigins = [], jobFaults = NO_JOB_FAULTS, faults, dashboard = false } = options;
  const members = registration === "open" ? undefined : new Set(registration);
  const jobs = new TrainingJobs({ world, ledger, repetition, faults: jobFaults, now: () => clock.now() });
  const cluster: Cluster = { jobs, clock, world, repetition, ledger, instant };

  const app = newApp({ logger, paths: PATHS, allowedHosts, corsOrigins: [] });
  app.use((request: Request, response: Response, next: NextFunction) => {
    const id = request.headers["x-request-id"];
    response.setHeader("x-request-id", typeof id === "string" && id !== "" ? id : randomUUID().replaceAll("-", ""));
    // The time of day that jobs live in: clients judge by it how long one has been silent.
    response.setHeader("date", new Date(clock.now() / 1000).toUTCString());
    next();
  });
  app.use(cors(corsOrigins));
  if (faults) app.all([...PATHS, "/experiment/:id"], faults);

  /** Whose key a request carries; undefined when it was refused. */
  const student = (request: Request, response: Response): Fingerprint | undefined => {
    const given = request.headers["x-api-key"];
    const key = typeof given === "string" ? fingerprintOf(given) : "";
    if (typeof given !== "string" || given === "") sendDetail(response, 401, "missing X-API-Key");
    else if (!JOB_KEY.test(given) || given === UNKNOWN_KEY || members?.has(key) === false)
      sendDetail(response, 401, "invalid API key");
    else {
      if (instant) clock.advanceTo(jobs.runUntilIdle() ?? 0);
      return key;
    }
    return undefined;
  };
  const asked =
    (answer: (key: Fingerprint, request: Request, response: Response) => void): Handler =>
    (request, response) => {
      const key = student(request, response);
      if (key !== undefined) answer(key, request, response);
    };
  const posted =
    (answer: (key: Fingerprint, body: PythonValue, response: Response) => void): Handler =>
    (request, response) => {
      const body = bodyOf(request, response);
      const key = body === undefined ? undefined : student(request, response);
      if (body !== undefined && key !== undefined) answer(key, body, response);
    };

  const submit = posted((key, body, response) => sendReply(response, submitReply(cluster, key, body)));
  const experiment = asked((key, request, response) => {
    const errors: PydanticError[] = [];
    const id = integer()(String(request.params.id), ["path", "experiment_id"], errors);
    if (errors.length > 0) return refuseErrors(response, errors);
    const found = jobs.experiment(key, Number(id));
    if (found) sendJson(response, 200, experimentText(found));
    else sendDetail(response, 404, "not found");
  });
  const submitFinal = posted((key, body, response) => sendReply(response, submitFinalReply(cluster, key, body)));

  const isWorkerKey = adminToken === undefined ? () => false : secretCheck(adminToken);
  const routes: Readonly<Record<string, Readonly<Record<string, Handler>>>> = {
    "/submit": { POST: submit },
    "/budget": { GET: asked((key, _, response) => sendJson(response, 200, budgetText(jobs.used(key)))) },
    "/experiments": {
      GET: asked((key, _, response) =>
        sendJson(response, 200, `[${jobs.experiments(key).map(experimentText).join(",")}]`),
      ),
    },
    "/experiment/:id": { GET: experiment },
    "/final_submission": {
      GET: asked((key, _, response) => sendJson(response, 200, finalText(cluster, key))),
      POST: submitFinal,
    },
    "/internal/worker/:id/event": { POST: workerEvent(jobs, isWorkerKey) },
    "/internal/worker/:id/finish": { POST: workerFinish(jobs, isWorkerKey) },
    "/openapi.json": { GET: (_, response) => sendJson(response, 200, OPENAPI) },
  };
  for (const [path, methods] of Object.entries(routes)) {
    app.post(path, takeBody);
    app.all(path, (request: Request, response: Response) => {
      const answer = methods[request.method];
      if (answer) answer(request, response);
      else refuseMethod(response, Object.keys(methods)[0]);
    });
  }
  const gate = createGate(adminToken);
  app.use(adminRoutes(cluster, gate));
  app.get("/redoc", (request: Request, _response: Response, next: NextFunction) => {
    request.url = "/docs";
    next();
  });
  app.use(docsRoutes());
  const example = (address: string) => `curl -H 'X-API-Key: 12345678' ${address}/budget`;
  app.use(startPage({ ...world.document, example, hasDashboard: dashboard }));
  if (dashboard) {
    const router = Router({ caseSensitive: true, strict: true });
    servePage(router, "jobs.html", gate);
    router.all("/dashboard", (_request, response) => refuseMethod(response));
    app.use(router);
  }
  app.use((request: Request, response: Response) =>
    answerUnknown(request, response, (path) => KNOWN.test(path), `http://${request.headers.host}`),
  );
  answerErrors(app, logger);
  return app;
}

/** Paths that hold nothing of a student's. */
const PATHS: ReadonlySet<string> = new Set(["/submit", "/budget", "/experiments", "/final_submission"]);
const KNOWN =
  /^\/(?:submit|budget|experiments|experiment\/[^/]+|final_submission|internal\/worker\/[^/]+\/(?:event|finish)|dashboard|docs|redoc|openapi\.json)$/;
