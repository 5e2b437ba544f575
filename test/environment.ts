import { fileURLToPath } from "node:url";

/** What every process and thread of the run inherits. */
export default function setUp(): void {
  // What Node made of a TypeScript file is read, not made again: that is most of a short command's time.
  process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL("../node_modules/.cache/node-compile", import.meta.url));
  // Else esbuild keeps a process for the next build, which is killed at the end of the test file.
  process.env.ESBUILD_WORKER_THREADS = "0";
}
