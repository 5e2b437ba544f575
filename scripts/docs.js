// Makes a site of the documentation: dist/docs/index.html and a page for each Markdown file, readable from the disk.
import { cpSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { siteName, sitePage } from "./site.ts";

const paths = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "strategies/README.md", ...globSync("docs/*.md").sort()];
const pages = paths.map((path) => ({ path, markdown: readFileSync(path, "utf8") }));
mkdirSync("dist/docs", { recursive: true });
for (const page of pages) writeFileSync(`dist/docs/${siteName(page.path)}`, sitePage(page, pages));
cpSync("docs/pictures", "dist/docs/pictures", { recursive: true });
cpSync("docs/notebook.ipynb", "dist/docs/notebook.ipynb");
console.log(`${pages.length} pages in dist/docs; open dist/docs/index.html`);
