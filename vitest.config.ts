import { availableParallelism } from "node:os";
import { defineConfig, type ViteUserConfig } from "vitest/config";
import { LongestFirst } from "./test/longest-first.ts";

/** Only a test that hangs takes this long: a slow machine with much else to do is no failure. */
const LIMIT_MS = 900_000;

const config: ViteUserConfig = defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Starting a process and loading everything for each of 140 files would take longer than most of them.
    isolate: false,
    globalSetup: ["./test/environment.ts", "./test/temporary-folder.ts", "./test/orphans/after-the-run.ts"],
    setupFiles: ["./test/orphans/after-each-file.ts"],
    reporters: ["default", "./test/reporter.ts"],
    // Two more than cores, since some tests mostly wait.
    maxWorkers: availableParallelism() + 2,
    sequence: { sequencer: LongestFirst },
    testTimeout: LIMIT_MS,
    expect: { poll: { timeout: 60_000 } },
    hookTimeout: LIMIT_MS,
  },
});

export default config;
