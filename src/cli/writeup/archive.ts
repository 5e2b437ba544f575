import { readFileSync } from "node:fs";
import { planText } from "../../flight/load-plan.ts";
import { moduleFiles } from "../../flight/module-files.ts";
import type { Plan } from "../../flight/plan.ts";
import { submissionDocument } from "../../flight/submission-document.ts";
import type { WriteupNumbers } from "../../report/writeup/numbers.ts";
import type { ZipEntry } from "../../report/writeup/zip.ts";
import { archivedModule } from "./flown-strategy.ts";
import { reproductionProgram } from "./reproduction.ts";

/** The files of code.zip: the program, the journal, the plan, every number, and the strategy where it is the user's. */
export async function archiveEntries(journal: string, plan: Plan, numbers: WriteupNumbers): Promise<ZipEntry[]> {
  const { module } = plan.strategy;
  const own = module === undefined ? [] : archivedModule(moduleFiles(module));
  const text = (name: string, content: string): ZipEntry => ({ name, content: Buffer.from(content) });
  return [
    text("README.md", readme(plan, numbers)),
    { name: "reproduce.js", content: await reproductionProgram() },
    { name: "journal.jsonl", content: readFileSync(journal) },
    text("plan.json", planText(plan)),
    text("numbers.json", `${JSON.stringify(numbers, null, 1)}\n`),
    text("submission.json", `${JSON.stringify(submissionDocument(numbers.submission), null, 2)}\n`),
    text("package.json", '{ "type": "module", "private": true }\n'),
    ...(own[0] ? [text("strategy.json", `${JSON.stringify({ entry: own[0].name })}\n`)] : []),
    ...own.map(({ file, name }) => ({ name, content: readFileSync(file) })),
  ];
}

function readme(plan: Plan, { source, spent }: WriteupNumbers): string {
  return `# ${plan.strategy.name}

\`node reproduce.js\` (Node 22.18 or newer, nothing to install, no key, no network) drives the strategy over the answers in
journal.jsonl, fits the laws again and compares every number of the write-up with numbers.json.

The answers are ${source === "real" ? "those of the real training API" : `${source}: none is of a trained model`}; ${spent} FLOPs were spent.

| file | what it is |
|---|---|
| journal.jsonl | every question with its answer in order, a checksum on each line |
| plan.json | what was flown: strategy, code, seed, task, and the fingerprint over them |
| numbers.json | every number of the write-up |
| submission.json | the values of the form |
${plan.strategy.module === undefined ? "" : "| strategy/ | the strategy |\n"}`;
}
