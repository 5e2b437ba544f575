// `npm run site`: the documentation and the playground as one folder, dist/site, for any static host or the disk.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { readGlossary } from "./glossary.ts";
import { type Frame, missingPageHtml, PLAYGROUND, pageHtml } from "./layout.ts";
import { renderPage } from "./markdown.ts";
import { ROOT, siteGroups } from "./pages.ts";
import { buildPlayground, buildPlayground2026 } from "./playground/build.ts";
import { searchScript } from "./search-entries.ts";

/** Writes the site into a folder, which is emptied first; says how many pages it has. */
export async function buildSite(folder: string): Promise<number> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const { repository } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const groups = siteGroups();
  const pages = groups.flatMap((group) => group.pages);
  const links = {
    pages,
    glossary: readGlossary(pages.find(({ name }) => name === "glossary.html")!.markdown),
    repository: webAddress(typeof repository === "string" ? repository : repository?.url),
  };
  const frame: Frame = { groups, repository: links.repository };

  const rendered = pages.map((page) => ({ page, ...renderPage(page, links) }));
  for (const { page, ...content } of rendered) {
    write(page.name, pageHtml(page, content, frame));
    for (const [name, path] of content.files) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      copyFileSync(join(ROOT, path), join(folder, name));
    }
  }
  write("search-index.js", searchScript(rendered, links.glossary));
  const [style, script, missing] = await Promise.all(
    ["site/page/style.css", "site/page/main.ts", "site/page/missing.ts"].map(bundled),
  );
  write("site.css", style!);
  write("site.js", script!);
  write("404.html", missingPageHtml(frame, style!, missing!));
  write(PLAYGROUND, await buildPlayground());
  write("playground-2026.html", await buildPlayground2026());
  return pages.length;
}

async function bundled(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, entry)],
    bundle: true,
    minify: true,
    format: "iife",
    target: ["es2022", "chrome123", "firefox120", "safari17.5"],
    write: false,
    logLevel: "warning",
  });
  return outputFiles[0]!.text.trimEnd();
}

/** The address of a repository in a browser, from what package.json has. */
function webAddress(repository: string | undefined): string | undefined {
  return repository?.replace(/^git\+/, "").replace(/\.git$/, "");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = join(ROOT, "dist/site");
  console.log(`${await buildSite(folder)} pages in dist/site; open dist/site/index.html`);
}
