import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files whose tests take longest, longest first: one that begins last would keep one core busy and the others idle. */
const LONGEST = [
  "docs/commands",
  "site/playground",
  "browser/dashboard",
  "cli/canary",
  "cli/compare",
  "testing/gauntlet",
  "site/site",
  "browser/jobs",
  "fuzz/fuzz",
  "tournament/bullmq",
  "strategies/laws",
  "mock-server/crash",
  "mock-server/connections",
  "docs/package",
  "cli/writeup",
  "tournament/tournament",
  "report/tournament-page",
  "cli/serve",
  "browser/docs",
  "surface/replay/replay",
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
