import { type Request, type Response, Router } from "express";
import { ASSETS, assetFolder } from "../src/report/assets.ts";
import { MOCK_HEADER } from "../src/training-api/proof.ts";
import { refuseMethod } from "./refusals.ts";
import { ANSWER_HEADER, PAGE_HEADERS, VERSION } from "./send.ts";

const STYLE = `
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 44rem; padding: 0 1rem; }
pre { overflow-wrap: anywhere; white-space: pre-wrap; padding: 0.75rem; border: 1px solid #8888; border-radius: 4px; }
`;

/** What the start page says. */
export interface StartPage {
  /** The world's. */
  readonly name: string;
  readonly description: string;
  readonly recordedAnswers?: readonly unknown[];
  /** A command for a first run. */
  readonly example: (address: string) => string;
  readonly hasDashboard: boolean;
}

/** `/` for a browser: what this server is, and where everything is. Other clients get the API's 404. */
export function startPage({ name, description, recordedAnswers = [], example, hasDashboard }: StartPage): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.get("/docs/start.css", (_request, response) => page(response).type("css").send(STYLE));
  router.all("/docs/start.css", (_request, response) => refuseMethod(response));
  // Not `get`: for that, Express would answer HEAD and OPTIONS by itself, which are the 404 here.
  router.all("/", (request: Request, response: Response, next) => {
    if (request.method !== "GET" || !request.headers.accept?.includes("text/html")) return next();
    const address = `http://${request.headers.host}`;
    const dashboard = hasDashboard
      ? '<li><a href="/dashboard">Dashboard</a>: watch and ask for runs, see the budget, change the world</li>'
      : "";
    page(response)
      .type("html")
      .send(
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
<p>This server mocks the training API of Stanford's CS336. It answers from the world <strong>${escaped(name)}</strong>: ${escaped(description)}</p>
<p>Its answers are simulated, not measured${recordedText(recordedAnswers)}.</p>
<ul>
${dashboard}
<li><a href="/docs">API documentation</a>, with every route to try; as <a href="/openapi.json">OpenAPI</a></li>
<li>Other worlds: <code>isoflop worlds</code> lists them, <code>isoflop serve --world NAME</code> serves one</li>
</ul>
<p>A first run:</p>
<pre>${escaped(example(address))}</pre>
<p>An unchanged client needs nothing but the base URL <code>${escaped(address)}</code>.</p>
</body>
</html>
`,
      );
  });
  return router;
}

function recordedText(recordedAnswers: readonly unknown[]): string {
  if (recordedAnswers.length === 0) return "";
  return `, except for ${recordedAnswers.length} recorded from a real API, which carry the header <code>${ANSWER_HEADER}: recorded</code>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

const PAGE = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>isoflop: the training API</title>
<link rel="icon" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="stylesheet" href="/docs/contrast.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/initializer.js"></script>
</body>
</html>
`;

const INITIALIZER = `SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  validatorUrl: null,
  tryItOutEnabled: true,
  syntaxHighlight: { theme: "obsidian" },
});
`;

/** Darkens colors with too little contrast (WCAG 2.2, 1.4.3), and lets long lines wrap. */
const CONTRAST = `
.swagger-ui .info .title small { background: #5b6270; }
.swagger-ui .info .title small.version-stamp { background: #4a6b00; }
.swagger-ui .info .url { color: #1f5fa8; }
.swagger-ui .opblock.opblock-get .opblock-summary-method { background: #1c6bb0; }
.swagger-ui .btn.execute { background: #1c6bb0; border-color: #1c6bb0; }
.swagger-ui .btn.cancel { border-color: #b3261e; color: #b3261e; }
.swagger-ui .parameter__in { color: #5b6270; }
.swagger-ui .download-contents { background: #5b6270; }
.swagger-ui .json-schema-2020-12-expand-deep-button { color: #4d4d4d; }
.swagger-ui pre.curl, .swagger-ui .curl span { overflow: visible; white-space: pre-wrap !important; overflow-wrap: anywhere; }
`;

const FILES = ASSETS.swagger.files.map((file) => `/docs/${file}`);

/** `/docs`: the page of the API, from local files only. */
export function docsRoutes(): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.get("/docs", (_request, response) => page(response).type("html").send(PAGE));
  router.get("/docs/initializer.js", (_request, response) => page(response).type("js").send(INITIALIZER));
  router.get("/docs/contrast.css", (_request, response) => page(response).type("css").send(CONTRAST));
  const folder = assetFolder("swagger");
  router.get(FILES, (request, response) =>
    page(response).sendFile(request.path.slice("/docs/".length), { root: folder }),
  );
  router.all(["/docs", "/docs/initializer.js", "/docs/contrast.css", ...FILES], (_request, response) =>
    refuseMethod(response),
  );
  return router;
}

function page(response: Response): Response {
  return response.set(MOCK_HEADER, VERSION).set("x-content-type-options", "nosniff").set(PAGE_HEADERS);
}
