import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "../../src/task/errors.ts";

/** The built page and what it loads. */
export interface Assets {
  /** HTML with an empty token. */
  readonly page: string;
  /** By file name; names change with their content. */
  readonly files: ReadonlyMap<string, Buffer>;
}

/** Reads what `npm run build` has made of a page of `page/`. Throws a UserError when it has not. */
export function readAssets(page: "index.html" | "jobs.html"): Assets {
  const folder = join(packageFolder(), "dist", "dashboard");
  if (!existsSync(join(folder, page))) throw new UserError("the dashboard is not built yet: npm run build");
  const names = readdirSync(join(folder, "assets"));
  return {
    page: readFileSync(join(folder, page), "utf8"),
    files: new Map(names.map((name) => [name, readFileSync(join(folder, "assets", name))])),
  };
}

/** This file lies at different depths in the sources and in the package. */
function packageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return folder;
}
