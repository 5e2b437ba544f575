import { JOB_KEY } from "../../task/stanford-2026/budget.ts";
import { configurationText } from "../../task/stanford-2026/configuration.ts";
import { proveSimulated } from "../endpoint.ts";
import type { HttpOptions } from "../http.ts";
import {
  type Answer,
  EndpointError,
  isRecord,
  messageOf,
  printable,
  requestOnce,
  UnknownKeyError,
  withRetries,
} from "../request.ts";
import { holdsKey } from "../secret.ts";
import type { JobEndpoint } from "./job-endpoint.ts";
import {
  readAccepted,
  readBudget,
  readExperiment,
  readExperiments,
  readFinal,
  readInsufficient,
} from "./read-answers.ts";

/** Sent by a gateway that has not looked at the question, as are redirects. */
const GATEWAY_STATUSES = new Set([403, 405, 407]);
const otherwise = "the endpoint does not speak the API of 2026 (that of 2025 answers losses at /loss)";

/**
 * The 2026 API over HTTP. Reading is retried with growing pauses. A submission of a job is one attempt: whether one
 * without an answer may be sent again is for the caller to find out.
 *
 * @throws EndpointError from every method when no answer could be had, or when it is not one of the contract's.
 */
export function httpJobs(options: HttpOptions): JobEndpoint {
  const { baseUrl, apiKey, source, timeoutMs = 30_000, retries = 4, pauseMs = 200, signal } = options;
  if (!JOB_KEY.test(apiKey)) throw new EndpointError("the key of the 2026 API is eight digits: nothing was sent");
  const asking = { source, timeoutMs, signal, gatewayStatuses: GATEWAY_STATUSES, otherwise };
  let date: number | undefined;

  const once = async (path: string, body?: string): Promise<Answer> => {
    const url = new URL(path, baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/`);
    const type = body === undefined ? {} : { "content-type": "application/json" };
    const sent = { headers: { "x-api-key": apiKey, ...type }, ...(body === undefined ? {} : { body }) };
    const answer = await requestOnce(url, asking, sent);
    date = answer.date ?? date;
    if (answer.status === 401) throw new UnknownKeyError(baseUrl);
    return answer;
  };
  const patiently = (path: string, body?: string): Promise<Answer> =>
    withRetries(() => once(path, body), { retries, pauseMs, ...(signal ? { signal } : {}) });
  const read = async <T>(path: string, reading: (answer: Answer, origin: string) => T): Promise<T> => {
    const answer = await patiently(path);
    if (answer.status !== 200) throw unexpected(answer, path);
    return reading(answer, originOf(path));
  };
  const originOf = (path: string) => `${baseUrl}: the answer to /${path}`;
  const unexpected = (answer: Answer, path: string) => {
    const message = refusalOf(answer);
    const said = message === undefined ? "no message" : `"${message}"`;
    return new EndpointError(`${baseUrl} answered /${path} with ${answer.status} and ${said}`);
  };
  const refusalOf = ({ body }: Answer): string | undefined => {
    const message = messageOf(body) ?? (isRecord(body) ? messageOf(body.detail) : undefined);
    return message === undefined || holdsKey(message, apiKey) ? undefined : printable(message);
  };

  return {
    async submit(config) {
      const answer = await once("submit", configurationText(config));
      if (answer.status === 200) return { outcome: "accepted", id: readAccepted(answer, originOf("submit")) };
      if (answer.status === 409) return { outcome: "duplicate" };
      const used = answer.status === 400 ? readInsufficient(answer) : undefined;
      if (used !== undefined) return { outcome: "insufficient", used };
      const message = refusalOf(answer);
      if (answer.status === 422 && message !== undefined) return { outcome: "invalid", message };
      throw unexpected(answer, "submit");
    },
    used: () => read("budget", readBudget),
    experiments: () => read("experiments", readExperiments),
    async experiment(id) {
      const answer = await patiently(`experiment/${id}`);
      if (answer.status === 404) return undefined;
      if (answer.status !== 200) throw unexpected(answer, `experiment/${id}`);
      return readExperiment(answer, originOf(`experiment/${id}`));
    },
    finalSubmission: () => read("final_submission", readFinal),
    async submitFinal(submission) {
      // It replaces the one before, so that sending it twice does no harm.
      const answer = await patiently("final_submission", configurationText(submission));
      const stored = answer.status === 200 ? readFinal(answer, originOf("final_submission")) : null;
      if (stored === null) throw unexpected(answer, "final_submission");
      return stored;
    },
    now: () => date,
  };
}

/**
 * Wraps a simulated endpoint: before every request that holds a key, it must prove again that it is simulated.
 *
 * @throws EndpointError when it no longer proves to be one, before anything was sent.
 */
export function stillSimulatedJobs(
  api: JobEndpoint,
  url: string,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): JobEndpoint {
  const proved = async <T>(ask: () => Promise<T>): Promise<T> => {
    await proveSimulated(url, timeoutMs, signal);
    return ask();
  };
  return {
    submit: (config) => proved(() => api.submit(config)),
    used: () => proved(() => api.used()),
    experiments: () => proved(() => api.experiments()),
    experiment: (id) => proved(() => api.experiment(id)),
    finalSubmission: () => proved(() => api.finalSubmission()),
    submitFinal: (submission) => proved(() => api.submitFinal(submission)),
    now: () => api.now(),
  };
}
