import { defineConfig, type ViteUserConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { countOnce } from "./count-once.ts";

/** Whole fits; whatever is wrong in a part of one, the tests of that part see sooner. */
const SLOW = /fit\/(laws|uncertainty|formula)\.test\.ts$/;

class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const slow = ({ moduleId }: TestSpecification) => Number(SLOW.test(moduleId));
    return files.toSorted((a, b) => slow(a) - slow(b) || b.moduleId.localeCompare(a.moduleId));
  }
}

/** The tests that judge a mutant: those of the rooms that are mutated, but for what is slow and adds little to the others. */
const config: ViteUserConfig = defineConfig({
  plugins: [countOnce],
  test: {
    include: ["test/{task,training-api,fit}/**/*.test.ts"],
    exclude: ["test/training-api/strategies-over-http.test.ts", "test/fit/{golden,methods,recovery}.test.ts"],
    isolate: false,
    sequence: { sequencer: QuickFirst },
    setupFiles: ["./test/mutation/setup.ts"],
    testTimeout: 60_000,
  },
});

export default config;
