import { UserError } from "../task/errors.ts";

/**
 * The address of an endpoint in one spelling, ending in `/`.
 *
 * @throws UserError for a text that is no http address, or has more than host, port and path. The message quotes nothing
 * of it, since it may hold a secret.
 */
export function endpointUrl(text: string, option: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new UserError(`${option} must be an address such as http://127.0.0.1:8000`);
  if (url.username || url.password || url.search || url.hash)
    throw new UserError(
      `${option} must be host, port and path alone: no user, no password, no query; put the key into --key-file`,
    );
  return url.href.endsWith("/") ? url.href : `${url.href}/`;
}
