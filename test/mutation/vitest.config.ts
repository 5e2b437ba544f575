import { defineConfig, type ViteUserConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Whole fits; whatever is wrong in a part of one, the tests of that part see sooner. */
const SLOW = /fit\/(methods|formula)\.test\.ts$/;

class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const slow = ({ moduleId }: TestSpecification) => Number(SLOW.test(moduleId));
    return files.toSorted((a, b) => slow(a) - slow(b) || a.moduleId.localeCompare(b.moduleId));
  }
}

/** The tests that judge a mutant: those of the rooms that are mutated, but for two that are slow and say little of them. */
const config: ViteUserConfig = defineConfig({
  test: {
    include: ["test/{task,training-api,fit}/**/*.test.ts"],
    exclude: ["test/training-api/strategies-over-http.test.ts", "test/fit/recovery.test.ts"],
    isolate: false,
    sequence: { sequencer: QuickFirst },
    setupFiles: ["./test/mutation/fixed-seed.ts"],
    testTimeout: 60_000,
  },
});

export default config;
