import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { packageRoot } from "../../flight/code-hash.ts";
import type { ZipEntry } from "../../report/writeup/zip.ts";

/** The program of code.zip in one file: built with the package, or from the sources when those run. */
export async function reproductionProgram(): Promise<Uint8Array> {
  const here = fileURLToPath(import.meta.url);
  const root = packageRoot(here);
  if (relative(root, here).split(sep)[0] === "dist") return readFileSync(join(root, "dist", "reproduce.js"));
  const { build } = await import("esbuild");
  const { REPRODUCTION } = await import("./bundle.ts");
  const { outputFiles } = await build({ ...REPRODUCTION, absWorkingDir: root, write: false });
  const [program] = outputFiles ?? [];
  if (!program) throw new Error("esbuild made nothing of the reproduction program");
  return program.contents;
}

/** Unpacks the entries of an archive somewhere and runs its program; returns what it says last, and whether it succeeded. */
export async function tryReproduction(entries: readonly ZipEntry[]): Promise<{ passed: boolean; detail: string }> {
  const folder = mkdtempSync(join(tmpdir(), "isoflop-code-"));
  try {
    for (const { name, content } of entries) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    const { stdout } = await promisify(execFile)(process.execPath, ["reproduce.js"], { cwd: folder });
    return { passed: true, detail: lastLine(stdout) };
  } catch (error) {
    const { stderr, message } = error as Error & { readonly stderr?: string };
    return { passed: false, detail: lastLine(stderr || message) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function lastLine(output: string): string {
  return output.trim().split("\n").at(-1) ?? "";
}
