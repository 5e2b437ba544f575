import type { Request } from "express";

/** Whether no page of another origin sent it. A browser names the site that sends; a program, which names none, means it. */
export function isSameOrigin({ headers }: Request): boolean {
  const site = headers["sec-fetch-site"];
  // "none" is a person: an address typed, a bookmark.
  if (site !== undefined && site !== "same-origin" && site !== "none") return false;
  const { origin, host } = headers;
  return origin === undefined || origin === `http://${host}` || origin === `https://${host}`;
}
