import { defineConfig, type ViteUserConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { countOnce } from "./count-once.ts";

/** Parts of a fit first, whole fits and servers last: what is wrong in a part is seen soonest by the tests of that part. */
const LATER = [
  /fit\/(laws|uncertainty|formula)\.test\.ts$/,
  /training-api\//,
  /ledger\/sqlite/,
  /ledger\/damage/,
  /flight\/killed/,
];

class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => LATER.findIndex((pattern) => pattern.test(moduleId));
    return files.toSorted((a, b) => place(a) - place(b) || a.moduleId.localeCompare(b.moduleId));
  }
}

/** The tests of the room that is mutated, by scripts/mutation.js; those after a "!" are left out. */
const tests = (process.env.MUTATION_TESTS ?? "test/**/*.test.ts").split(" ");

const config: ViteUserConfig = defineConfig({
  plugins: [countOnce],
  test: {
    include: tests.filter((pattern) => !pattern.startsWith("!")),
    exclude: tests.flatMap((pattern) => (pattern.startsWith("!") ? [pattern.slice(1)] : [])),
    isolate: false,
    sequence: { sequencer: QuickFirst },
    setupFiles: ["./test/mutation/setup.ts"],
    testTimeout: 60_000,
  },
});

export default config;
