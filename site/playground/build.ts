// The playground: the whole simulator in one page that loads nothing.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build } from "esbuild";

/**
 * The page as HTML. Script, worker, styles and worlds are inside; its policy lets no request leave. It links to
 * `index.html` and the playground of 2026 beside it.
 */
export function buildPlayground(): Promise<string> {
  return selfContained(readFileSync(path("page/index.html"), "utf8"), "engine/engine.worker.ts", "page/main.ts");
}

/** The dashboard of 2026 as such a page: its calls are answered by a worker inside. */
export function buildPlayground2026(): Promise<string> {
  const parts = readFileSync(path("stanford-2026/parts.html"), "utf8");
  const server = readFileSync(path("../../mock-server/dashboard/page/jobs.html"), "utf8");
  const html = Object.entries(REPLACED).reduce((text, [name, pattern]) => {
    const part = new RegExp(`<!-- part: ${name} -->\\n([\\s\\S]*?)\\n(?=<!-- part:|$)`).exec(parts)?.[1];
    if (part === undefined || !pattern.test(text)) throw new Error(`the playground of 2026 misses its ${name}`);
    return text.replace(pattern, () => part);
  }, server);
  return selfContained(html, "stanford-2026/engine.worker.ts", "stanford-2026/main.ts");
}

/** What of the dashboard's page belongs to a server; `stanford-2026/parts.html` has what stands there instead. */
const REPLACED: Readonly<Record<string, RegExp>> = {
  policy: /<meta name="isoflop-token".*>/,
  title: /<title>.*<\/title>/,
  style: /<link rel="stylesheet".*>\n<script.*><\/script>/,
  brand: /(?<=<\/svg>\n) {4}isoflop$/m,
  live: / {2}<span class="live".*<\/span>\n/,
  links: / {2}<a href="\/docs">API<\/a>/,
  world: / {4}<section class="card" aria-labelledby="key-title">[\s\S]*?<\/section>/,
  script: /(?=<\/body>)/,
};

/** Puts script, worker and styles into a page, and a policy that lets no request leave. */
async function selfContained(html: string, engineEntry: string, scriptEntry: string): Promise<string> {
  const [engine, script, style] = await Promise.all([
    bundled(engineEntry, { define: EXACT, inject: [path("engine/exact-math.ts")] }),
    bundled(scriptEntry),
    bundled("page/style.css"),
  ]);
  for (const text of [engine, script])
    if (/<\/script|<!--/i.test(text)) throw new Error("the playground's script would end its own element");
  const policy = [
    "default-src 'none'",
    `script-src '${sha256(script)}' blob:`,
    "worker-src blob:",
    `style-src '${sha256(style)}'`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const parts: Readonly<Record<string, string>> = {
    STYLE: `<style>${style}</style>`,
    ENGINE: `<script type="text/plain" id="engine">${engine}</script>`,
    SCRIPT: `<script>${script}</script>`,
  };
  return html
    .replace("POLICY", policy)
    .replace(/<!-- biome-ignore.*-->\n/g, "")
    .replace(/<!-- ([A-Z]+) -->/g, (_, name) => parts[name]!);
}

/** What the simulator computes with instead of the browser's own, which differs from Node in the last bit. */
const EXACT: Readonly<Record<string, string>> = {
  "Math.exp": "exactExp",
  "Math.expm1": "exactExpm1",
  "Math.log": "exactLog",
  "Math.log1p": "exactLog1p",
  "Math.cosh": "exactCosh",
  "Math.cos": "exactCos",
  "Math.sin": "exactSin",
  "Math.cbrt": "exactCbrt",
};

async function bundled(entry: string, more: BuildOptions = {}): Promise<string> {
  const options: BuildOptions = {
    entryPoints: [path(entry)],
    bundle: true,
    minify: true,
    format: "iife",
    target: ["es2024", "chrome123", "firefox120", "safari17.5"],
    charset: "utf8",
    write: false,
    logLevel: "warning",
    ...more,
  };
  const { outputFiles } = await build(options);
  return outputFiles![0]!.text.trim();
}

function path(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

function sha256(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
