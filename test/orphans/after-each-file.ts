// Runs before every test file: a process that its tests leave running, because one failed or hung, is killed at its end.
// Not after each test: tests of a file share browsers, servers and workers that the first of them starts.
import { stop } from "esbuild";
import { afterAll } from "vitest";
import { killChildren } from "./process-tree.ts";

afterAll(async () => {
  // Else the next build of this worker finds its process killed.
  await stop();
  killChildren();
});
