import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * Hands over a function that imports a module as it was at an earlier commit, to measure both in one run. A clone without
 * the commit has nothing to compare with: then git's message is thrown.
 */
export async function withEarlier(
  commit: string,
  // biome-ignore lint/suspicious/noExplicitAny: modules of another commit have types of their own.
  use: (from: (file: string) => Promise<any>) => Promise<void>,
): Promise<void> {
  // Beside the sources, so that the loader takes it for one of them.
  const folder = mkdtempSync(resolve("earlier-"));
  try {
    const archive = execFileSync("git", ["archive", commit, "src", "strategies", "package.json"], { maxBuffer: 1e9 });
    execFileSync("tar", ["-x", "-C", folder], { input: archive });
    symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
    await use((file) => import(pathToFileURL(join(folder, file)).href));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
