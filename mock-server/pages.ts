import { type Request, type Response, Router } from "express";
import { ASSETS, assetFolder } from "../src/report/assets.ts";
import { MOCK_HEADER } from "../src/training-api/proof.ts";
import { refuseMethod } from "./refusals.ts";
import { ANSWER_HEADER, PAGE_HEADERS, VERSION } from "./send.ts";

const STYLE = `
:root { color-scheme: light dark; background: light-dark(#f3f5f8, #0e1218); color: light-dark(#18202c, #e8ebf1); }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 44rem; padding: 0 1rem; }
main { padding: 0.5rem 1.5rem 1.5rem; border: 1px solid light-dark(#dfe4eb, #2a323f); border-radius: 12px; background: light-dark(#ffffff, #171c25); }
h1 { font-size: 1.5rem; letter-spacing: -0.01em; }
a { color: light-dark(#0b6e99, #58b8e6); }
.open { display: inline-block; padding: 0.5rem 1.1rem; border-radius: 8px; background: light-dark(#0b6e99, #58b8e6); color: light-dark(#ffffff, #06141c); font-weight: 600; text-decoration: none; }
pre { overflow-wrap: anywhere; white-space: pre-wrap; padding: 0.75rem; border: 1px solid light-dark(#dfe4eb, #2a323f); border-radius: 8px; background: light-dark(#f3f5f8, #0e1218); }
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
      ? '<p><a class="open" href="/dashboard">Open the dashboard</a> to start here in the browser.</p>'
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
<main>
<h1>A simulated training API</h1>
<p>This server mocks the training API of Stanford's CS336. It answers from the world <strong>${escaped(name)}</strong>: ${escaped(description)}</p>
<p>Its answers are simulated, not measured${recordedText(recordedAnswers)}.</p>
${dashboard}
<ul>
<li><a href="/docs">API documentation</a>, with every route to try; as <a href="/openapi.json">OpenAPI</a></li>
<li>Other worlds: <code>isoflop worlds</code> lists them, <code>isoflop serve --world NAME</code> serves one</li>
</ul>
<p>From a program, first:</p>
<pre>${escaped(example(address))}</pre>
<p>An unchanged client needs nothing but the base URL <code>${escaped(address)}</code>.</p>
</main>
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

const INITIALIZER = `const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();
// What Swagger UI leaves out for keyboards and screen readers.
new MutationObserver(() => {
  for (const area of document.querySelectorAll("textarea:not([aria-label])")) area.setAttribute("aria-label", "Request body");
  for (const pre of document.querySelectorAll("pre.microlight:not([tabindex])")) pre.tabIndex = 0;
}).observe(document.body, { childList: true, subtree: true });
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  validatorUrl: null,
  tryItOutEnabled: true,
  syntaxHighlight: { theme: "obsidian" },
});
`;

/** Mends colors with too little contrast (WCAG 2.2, 1.4.3), and lets long lines wrap. */
const CONTRAST = `
.swagger-ui .opblock.opblock-post .opblock-summary-method { background: #1d7a4c; }
.swagger-ui .btn.authorize { border-color: #1d7a4c; color: #1d7a4c; }
.swagger-ui .btn.authorize svg { fill: #1d7a4c; }
.swagger-ui .info .title small { background: #5b6270; }
.swagger-ui .info .title small.version-stamp { background: #4a6b00; }
.swagger-ui .info .url { color: #1f5fa8; }
.swagger-ui .opblock.opblock-get .opblock-summary-method { background: #1c6bb0; }
.swagger-ui .btn.execute { background: #1c6bb0; border-color: #1c6bb0; }
.swagger-ui .btn.cancel { border-color: #b3261e; color: #b3261e; }
html.dark-mode .swagger-ui .info .url { color: #58b8e6; }
html.dark-mode .swagger-ui .opblock .opblock-section-header .try-out__btn.cancel { border-color: #ff9d94; color: #ff9d94; }
html.dark-mode .swagger-ui .btn.authorize { border-color: #3fd0a0; color: #3fd0a0; }
html.dark-mode .swagger-ui .btn.authorize svg { fill: #3fd0a0; }
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
