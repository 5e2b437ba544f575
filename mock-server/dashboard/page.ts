import type { Router } from "express";
import { COMMON_HEADERS, PAGE_HEADERS, sendEmpty } from "../send.ts";
import { readAssets } from "./assets.ts";
import type { Gate } from "./gate.ts";

/** Where a page as it is built leaves room for the token. */
const TOKEN = 'content="TOKEN"';

/** Serves a built page at `/dashboard`, with its files and the token of its gate. */
export function servePage(router: Router, name: Parameters<typeof readAssets>[0], gate: Gate): void {
  const { page, files } = readAssets(name);
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
}
