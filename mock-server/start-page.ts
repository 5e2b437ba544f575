import { type Request, type Response, Router } from "express";
import type { World } from "../src/surface/world.ts";
import { MOCK_HEADER } from "../src/training-api/proof.ts";
import { exampleQuery } from "./example-query.ts";
import { PAGE_HEADERS } from "./page-policy.ts";
import { VERSION } from "./send.ts";

const STYLE = `
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 44rem; padding: 0 1rem; }
pre { overflow-wrap: anywhere; white-space: pre-wrap; padding: 0.75rem; border: 1px solid #8888; border-radius: 4px; }
`;

/** `/` for a browser: what this server is, and where everything is. Other clients get the API's 404. */
export function startPage({ document, task }: World, hasDashboard: boolean): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const send = (response: Response, type: string, text: string) =>
    response.set(MOCK_HEADER, VERSION).set("x-content-type-options", "nosniff").set(PAGE_HEADERS).type(type).send(text);
  router.get("/docs/start.css", (_request, response) => send(response, "css", STYLE));
  router.get("/", (request: Request, response: Response, next) => {
    if (!request.headers.accept?.includes("text/html")) return next();
    const address = `http://${request.headers.host}`;
    const dashboard = hasDashboard
      ? '<li><a href="/dashboard">Dashboard</a>: watch and ask for runs, see the budget, change the world</li>'
      : "";
    send(
      response,
      "html",
      `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>isoflop: a simulated training API</title>
<link rel="icon" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/start.css">
</head>
<body>
<h1>A simulated training API</h1>
<p>This server mocks the training API of Stanford's CS336. It answers from the world <strong>${escaped(document.name)}</strong>: ${escaped(document.description)}</p>
<p>Nothing it says is a measurement.</p>
<ul>
${dashboard}
<li><a href="/docs">API documentation</a>, with every route to try; as <a href="/openapi.json">OpenAPI</a></li>
<li>Other worlds: <code>isoflop worlds</code> lists them, <code>isoflop serve --world NAME</code> serves one</li>
</ul>
<p>A first run, with any text as its key:</p>
<pre>curl '${escaped(`${address}/loss?${exampleQuery(task.searchSpace)}`)}'</pre>
<p>An unchanged client needs nothing but the base URL <code>${escaped(address)}</code>.</p>
</body>
</html>
`,
    );
  });
  return router;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
