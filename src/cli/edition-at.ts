import { UserError } from "../task/errors.ts";
import { EndpointError, reasonOf, shownUrl, withRetries } from "../training-api/request.ts";
import { type CliEdition, EDITIONS } from "./editions.ts";

/**
 * The edition that an endpoint speaks: the one whose own path it knows. The requests have no key and no question in them,
 * so that nothing is charged.
 *
 * @throws UserError when it knows the paths of none, EndpointError when nothing answers.
 */
export async function editionAt(baseUrl: string, timeoutMs: number): Promise<CliEdition> {
  for (const edition of Object.values(EDITIONS))
    if (await knows(new URL(edition.path, baseUrl), timeoutMs)) return edition;
  throw new UserError(
    `${baseUrl} does not speak the API of any edition (${Object.keys(EDITIONS).join(", ")}): is it the training API?`,
  );
}

/** Whether an endpoint has a path. One that knows it refuses the missing key with a 401 or 422; one that fails says nothing. */
function knows(url: URL, timeoutMs: number): Promise<boolean> {
  const attempt = async () => {
    const status = await statusOf(url, timeoutMs);
    if (status >= 500) throw new EndpointError(`${shownUrl(url)} answers with status ${status}`, true);
    return status === 200 || status === 401 || status === 422;
  };
  return withRetries(attempt, { retries: 4, pauseMs: 100 });
}

async function statusOf(url: URL, timeoutMs: number): Promise<number> {
  try {
    const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(timeoutMs) });
    await response.body?.cancel();
    return response.status;
  } catch (error) {
    throw new EndpointError(`nothing answers at ${shownUrl(url)}: ${reasonOf(error, url)}`, true);
  }
}
