import { execFile, execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { requires } from "../requires.ts";

const python = pythonWith("requests");
const notebookPython = pythonWith("numpy, pandas, scipy");

/** Whether tests of Python clients are skipped, and the note that says so in their titles. */
export const withPython: ReturnType<typeof requires> = requires("python3 with requests", python !== undefined);

/** The same for notebook cells. */
export const withPandas: ReturnType<typeof requires> = requires(
  "python3 with numpy, pandas and scipy",
  notebookPython !== undefined,
);

function pythonWith(modules: string): string | undefined {
  return ["python3", "/usr/bin/python3"].find((command) => {
    try {
      execFileSync(command, ["-c", `import ${modules}`], { stdio: "ignore" });
      return true;
    } catch {
      return false;
    }
  });
}

/** Runs a notebook cell and returns what it prints. */
export async function runCell(code: string): Promise<string> {
  return (await promisify(execFile)(notebookPython as string, ["-c", code])).stdout;
}

/** Runs a script of test/python and returns what it prints. */
export async function runPython(script: string, argument: string): Promise<string> {
  const file = fileURLToPath(new URL(`../python/${script}`, import.meta.url));
  const env = { ...process.env, no_proxy: "*" };
  return (await promisify(execFile)(python as string, [file, argument], { env })).stdout;
}
