import { existsSync, globSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const BUILT = join(ROOT, "dist/isoflop.js");

/**
 * The command line as it was built last: what people run, and quicker to start than its sources. Plans and results of
 * the one count as another version's for the other.
 *
 * @throws Error where it is missing, or older than what it is made of.
 */
export function builtCli(): string {
  const built = existsSync(BUILT) ? statSync(BUILT).mtimeMs : 0;
  const newer = globSync("{src,strategies,mock-server}/**/*.ts", { cwd: ROOT }).find(
    (file) => statSync(join(ROOT, file)).mtimeMs > built,
  );
  if (newer !== undefined) throw new Error(`dist/isoflop.js is older than ${newer}: npm run build`);
  return BUILT;
}
