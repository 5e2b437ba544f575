import type { Express, NextFunction, Request, Response } from "express";
import type { PythonValue } from "../../src/task/python/json.ts";
import { integer, type PydanticError } from "../../src/task/python/model.ts";
import { JOB_KEY } from "../../src/task/stanford-2026/budget.ts";
import { configurationText } from "../../src/task/stanford-2026/configuration.ts";
import { readFinalSubmission, readTrainingConfig } from "../../src/task/stanford-2026/read.ts";
import { UnknownKeyError } from "../../src/training-api/request.ts";
import type { ProxiedJobs, StoredFinal } from "../../src/training-api/stanford-2026/job-endpoint.ts";
import { ProxyRefusal } from "../../src/training-api/training-api.ts";
import { isSameOrigin } from "../guard.ts";
import { refuseMethod } from "../refusals.ts";
import { sendDetail, sendJson } from "../send.ts";
import { newApp } from "../shell.ts";
import { budgetText, experimentText } from "./answers.ts";
import { bodyOf, refuseErrors, takeBody } from "./body.ts";

export interface JobsProxyOptions {
  /** The upstream as this key sees it, behind a journal. Rejects with a ProxyRefusal for a key that is not served. */
  readonly open: (apiKey: string) => Promise<ProxiedJobs>;
  /** Seconds that clients are told they have in all. */
  readonly cap: number;
  /** Whether the upstream proved to be a simulation; only then does the proxy prove it too. */
  readonly simulated: boolean;
  /** Called for every failed request; the message never holds a key. */
  readonly onFailure: (message: string) => void;
}

/**
 * The 2026 API in front of another one that costs seconds. Requests are parsed and checked here: only valid ones are sent
 * on, and jobs that the journal knows or that exceed the cap are not sent at all.
 */
export function createJobsProxy({ open, cap, simulated, onFailure }: JobsProxyOptions): Express {
  const app = newApp({ paths: new Set(), allowedHosts: [], corsOrigins: [], simulated });
  // A page of another origin cannot read the answer, but its request would be charged.
  app.use((request: Request, response: Response, next: NextFunction) => {
    if (isSameOrigin(request)) next();
    else sendDetail(response, 403, "The proxy does not serve web pages");
  });

  /** The student's jobs; undefined when the key was refused. */
  const jobsOf = async (request: Request, response: Response): Promise<ProxiedJobs | undefined> => {
    const given = request.headers["x-api-key"];
    if (typeof given !== "string" || given === "") sendDetail(response, 401, "missing X-API-Key");
    else if (!JOB_KEY.test(given)) sendDetail(response, 401, "invalid API key");
    else return open(given);
    return undefined;
  };
  const asked =
    (answer: (jobs: ProxiedJobs, request: Request, response: Response) => Promise<void>) =>
    async (request: Request, response: Response) => {
      const jobs = await jobsOf(request, response);
      if (jobs) await answer(jobs, request, response);
    };
  const posted =
    (answer: (jobs: ProxiedJobs, body: PythonValue, response: Response) => Promise<void>) =>
    async (request: Request, response: Response) => {
      const body = bodyOf(request, response);
      const jobs = body === undefined ? undefined : await jobsOf(request, response);
      if (body !== undefined && jobs) await answer(jobs, body, response);
    };

  const submit = posted(async (jobs, body, response) => {
    const read = readTrainingConfig(body);
    if ("errors" in read) return refuseErrors(response, read.errors);
    const submitted = await jobs.submit(read.value);
    if (submitted.outcome === "duplicate")
      return sendDetail(response, 409, "experiment already exists for this training config");
    if (submitted.outcome === "invalid") return sendDetail(response, 422, submitted.message);
    const summary = budgetText(submitted.used, undefined, cap);
    if (submitted.outcome === "accepted")
      sendJson(response, 200, `{"experiment_id":${submitted.id},"budget_summary":${summary}}`);
    else sendJson(response, 400, `{"detail":{"message":"insufficient budget","budget_summary":${summary}}}`);
  });
  const experiment = asked(async (jobs, request, response) => {
    const errors: PydanticError[] = [];
    const id = integer()(String(request.params.id), ["path", "experiment_id"], errors);
    if (errors.length > 0) return refuseErrors(response, errors);
    const found = (await jobs.experiments()).find((each) => each.id === Number(id));
    if (found) sendJson(response, 200, experimentText(found));
    else sendDetail(response, 404, "not found");
  });
  const submitFinal = posted(async (jobs, body, response) => {
    const read = readFinalSubmission(body);
    if ("errors" in read) return refuseErrors(response, read.errors);
    sendJson(response, 200, storedText(await jobs.submitFinal(read.value)));
  });

  const routes: Readonly<Record<string, Readonly<Record<string, ReturnType<typeof asked>>>>> = {
    "/submit": { POST: submit },
    "/budget": {
      GET: asked(async (jobs, _, response) => sendJson(response, 200, budgetText(await jobs.used(), undefined, cap))),
    },
    "/experiments": {
      GET: asked(async (jobs, _, response) =>
        sendJson(response, 200, `[${(await jobs.experiments()).map(experimentText).join(",")}]`),
      ),
    },
    "/experiment/:id": { GET: experiment },
    "/final_submission": {
      GET: asked(async (jobs, _, response) => {
        const stored = await jobs.finalSubmission();
        sendJson(response, 200, stored ? storedText(stored) : "null");
      }),
      POST: submitFinal,
    },
  };
  for (const [path, methods] of Object.entries(routes)) {
    app.post(path, takeBody);
    app.all(path, async (request: Request, response: Response) => {
      const answer = methods[request.method];
      if (answer) await answer(request, response);
      else refuseMethod(response, Object.keys(methods)[0]);
    });
  }
  app.use((_request: Request, response: Response) => sendDetail(response, 404, "Not Found"));
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    const message = error instanceof Error ? error.message : String(error);
    onFailure(message);
    if (response.headersSent) response.destroy();
    else if (error instanceof UnknownKeyError) sendDetail(response, 401, "invalid API key");
    else sendDetail(response, error instanceof ProxyRefusal ? error.status : 502, message);
  });
  return app;
}

function storedText({ submitted_at, ...submission }: StoredFinal): string {
  return `${configurationText(submission).slice(0, -1)},"submitted_at":${JSON.stringify(submitted_at)}}`;
}
