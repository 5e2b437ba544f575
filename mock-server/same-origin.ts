import type { Request } from "express";

/** Whether a request comes from a page of this server or from a program, and not from a page of another origin. */
export function isSameOrigin({ headers }: Request): boolean {
  const site = headers["sec-fetch-site"];
  // "none": a typed address or a bookmark.
  if (site !== undefined && site !== "same-origin" && site !== "none") return false;
  const { origin, host } = headers;
  return origin === undefined || origin === `http://${host}` || origin === `https://${host}`;
}
