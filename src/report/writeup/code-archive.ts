import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { programCommand } from "../../experiment/program/command.ts";
import { moduleFiles } from "../../flight/code-hash.ts";
import { planText } from "../../flight/load-plan.ts";
import type { Plan, PlannedStrategy } from "../../flight/plan.ts";
import { UserError } from "../../task/errors.ts";
import type { Source } from "../../training-api/training-api.ts";
import { bundledText } from "../bundles.ts";
import type { WriteupParts } from "./editions.ts";
import type { ReplayedNumbers } from "./replayed.ts";
import type { ZipEntry } from "./zip.ts";

/** The files of code.zip: the program, the journal, the plan, every number, and the strategy where it is the user's. */
export async function archiveEntries(
  journal: string,
  { plan, numbers }: ReplayedNumbers & { readonly plan: Plan },
  { submission, spent }: WriteupParts,
  source: Source,
): Promise<ZipEntry[]> {
  const own = archivedModule(strategyFiles(plan.strategy));
  const text = (name: string, content: string): ZipEntry => ({ name, content: Buffer.from(content) });
  return [
    text("README.md", readme(plan, source, spent)),
    text("reproduce.js", await bundledText("reproduce")),
    { name: "journal.jsonl", content: readFileSync(journal) },
    text("plan.json", planText(plan)),
    text("numbers.json", `${JSON.stringify(numbers, null, 1)}\n`),
    text("submission.json", `${JSON.stringify(submission, null, 2)}\n`),
    text("package.json", '{ "type": "module", "private": true }\n'),
    ...(own[0] && plan.strategy.kind === "module"
      ? [text("strategy.json", `${JSON.stringify({ entry: own[0].name })}\n`)]
      : []),
    ...own.map(({ file, name }) => ({ name, content: readFileSync(file) })),
  ];
}

/**
 * The user's own files behind a strategy; of a program those that are text, since its interpreter may be among them.
 *
 * @throws UserError when a program is not the one that ran.
 */
function strategyFiles({ kind, module, command = "", folder = "", hash }: PlannedStrategy): readonly string[] {
  if (module !== undefined) return moduleFiles(module);
  if (kind !== "program") return [];
  const now = programCommand(command, folder);
  if (now.hash !== hash)
    throw new UserError(
      `program "${command}" has changed since this run: put back the files that ran, then write it up`,
    );
  return now.files.filter((file) => !readFileSync(file).subarray(0, 4096).includes(0));
}

function readme(plan: Plan, source: Source, spent: string): string {
  const { name, kind, command } = plan.strategy;
  const work =
    kind === "program"
      ? `takes the questions of the program and their answers from\njournal.jsonl`
      : "repeats the strategy on the answers in\njournal.jsonl";
  return `# ${name}

\`node reproduce.js\` (Node 22.18 or newer, nothing to install, no key, no network) ${work}, fits the laws again and compares every number of the write-up with numbers.json.

The answers are ${source === "real" ? "those of the real training API" : `${source}: none is of a trained model`}; ${spent} were spent.

| file | what it is |
|---|---|
| journal.jsonl | every query with its answer in order, with a checksum on each line |
| plan.json | the plan: strategy, code, seed, task, and a fingerprint of them |
| numbers.json | every number of the write-up |
| submission.json | the values of the form |
${kind === "module" ? "| strategy/ | the strategy |\n" : ""}${kind === "program" ? `| strategy/ | the program, which ran as \`${command}\` |\n` : ""}`;
}

/** Where in an archive the files of a strategy's module lie, its entry first: relative to the folder they share. */
function archivedModule(files: readonly string[]): { readonly file: string; readonly name: string }[] {
  if (files.length === 0) return [];
  const shared = files.map((file) => dirname(file)).reduce(commonFolder);
  return files.map((file) => ({
    file,
    name: `strategy/${relative(shared, file) || basename(file)}`.replaceAll("\\", "/"),
  }));
}

function commonFolder(a: string, b: string): string {
  let folder = a;
  while (relative(folder, b).startsWith("..")) folder = dirname(folder);
  return folder;
}

/** Unpacks an archive in a temporary folder and runs its program; returns its last line, and whether it succeeded. */
export async function tryReproduction(entries: readonly ZipEntry[]): Promise<{ passed: boolean; detail: string }> {
  const folder = mkdtempSync(join(tmpdir(), "isoflop-code-"));
  try {
    for (const { name, content } of entries) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    const { stdout } = await promisify(execFile)(process.execPath, ["reproduce.js"], { cwd: folder });
    return { passed: true, detail: lastLine(stdout) };
  } catch (error) {
    const { stderr, message } = error as Error & { readonly stderr?: string };
    return { passed: false, detail: lastLine(stderr || message) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function lastLine(output: string): string {
  return output.trim().split("\n").at(-1) ?? "";
}
