import { createRequire } from "node:module";
import { dirname } from "node:path";
import { type Response, Router } from "express";
import { MOCK_HEADER } from "../src/training-api/proof.ts";
import { PAGE_HEADERS } from "./page-policy.ts";
import { refuseMethod } from "./refusals.ts";
import { VERSION } from "./send.ts";

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

const ASSETS = ["/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js", "/docs/favicon-32x32.png"];

/** `/docs`: the page of the API, from local files only. */
export function docsRoutes(): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.get("/docs", (_request, response) => page(response).type("html").send(PAGE));
  router.get("/docs/initializer.js", (_request, response) => page(response).type("js").send(INITIALIZER));
  router.get("/docs/contrast.css", (_request, response) => page(response).type("css").send(CONTRAST));
  const folder = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
  router.get(ASSETS, (request, response) =>
    page(response).sendFile(request.path.slice("/docs/".length), { root: folder }),
  );
  router.all(["/docs", "/docs/initializer.js", "/docs/contrast.css", ...ASSETS], (_request, response) =>
    refuseMethod(response),
  );
  return router;
}

function page(response: Response): Response {
  return response.set(MOCK_HEADER, VERSION).set("x-content-type-options", "nosniff").set(PAGE_HEADERS);
}
