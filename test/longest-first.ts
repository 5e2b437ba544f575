import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files whose tests take longest, longest first: one that begins last would keep one core busy and the others idle. */
const LONGEST = [
  "docs/commands",
  "testing/gauntlet",
  "cli/canary",
  "cli/compare",
  "site/playground",
  "fuzz/fuzz",
  "cli/writeup",
  "site/site",
  "browser/dashboard",
  "strategies/laws",
  "surface/replay/replay",
  "tournament/bullmq",
  "docs/package",
  "mock-server/dashboard-page",
  "report/writeup",
  "browser/jobs",
  "mock-server/connections",
  "strategies/clock",
  "cli/rehearsal",
  "surface/calibration/calibration",
  "browser/docs",
  "cli/program",
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const found = LONGEST.findIndex((file) => moduleId.endsWith(`/${file}.test.ts`));
      return found < 0 ? LONGEST.length : found;
    };
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b));
  }
}
