import { existsSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readJournal } from "../../flight/journal/read.ts";
import { reconstruct } from "../../flight/reconstruct.ts";
import { strategyOf } from "../../flight/strategy-of.ts";
import { submissionDocument } from "../../flight/submission-document.ts";
import { type ChecklistItem, checkNumbers } from "../../report/writeup/checklist.ts";
import { archiveEntries, tryReproduction } from "../../report/writeup/code-archive.ts";
import { writeupDocument } from "../../report/writeup/document.ts";
import { writeupNumbers } from "../../report/writeup/numbers.ts";
import { writeupPage } from "../../report/writeup/page.ts";
import { writeupPdf } from "../../report/writeup/pdf.ts";
import { type ZipEntry, zipArchive } from "../../report/writeup/zip.ts";
import { makeFolder } from "../../table/files.ts";
import { UserError } from "../../task/errors.ts";
import type { CommonOptions, Terminal } from "../command.ts";

/** The options of `isoflop writeup`, parsed. */
export interface WriteupOptions extends CommonOptions {
  readonly out?: string;
}

const FILES = ["writeup.pdf", "writeup.html", "submission.json", "code.zip"] as const;

/** Writes the four files of a hand-in from the journal of a run, and carries out the checklist on them. */
export async function runWriteup(run: string, options: WriteupOptions, terminal: Terminal): Promise<void> {
  const journal = journalOf(run);
  const contents = readJournal(journal);
  if (!contents) throw new UserError(`there is no journal "${journal}": name the folder of a run, or its journal`);
  const { plan } = contents.header;
  if (!plan)
    throw new UserError(`journal "${journal}" is of a proxy: it has no strategy whose run could be written up`);
  const replay = await reconstruct(contents, await strategyOf(plan.strategy));
  if (replay.runs.length === 0) throw new UserError(`journal "${journal}" has no answers yet: run the plan first`);
  const numbers = writeupNumbers(contents.header, plan, replay);

  const out = options.out ?? join(dirname(journal), "writeup");
  makeFolder(out);
  const write = (name: (typeof FILES)[number], content: string | Uint8Array) => writeFileSync(join(out, name), content);
  const entries = await archiveEntries(journal, plan, numbers);
  write("submission.json", `${JSON.stringify(submissionDocument(numbers.submission), null, 2)}\n`);
  write("code.zip", zipArchive(entries));
  const checked = [
    ...checkNumbers(numbers),
    { item: "code.zip reproduces every number", ...(await tryReproduction(entries)) },
    noKey(entries),
  ];
  // The last line stands in the files that it is about; they are looked for when they are written.
  const files: ChecklistItem = { item: "all files are present", passed: true, detail: FILES.join(", ") };
  const document = writeupDocument(numbers, [...checked, files]);
  write("writeup.html", writeupPage(document));
  write("writeup.pdf", writeupPdf(document));
  const missing = FILES.filter((name) => !existsSync(join(out, name)) || statSync(join(out, name)).size === 0);
  const checklist = [...checked, { ...files, passed: missing.length === 0 }];

  const summary = {
    source: numbers.source,
    files: FILES.map((name) => join(out, name)),
    submission: submissionDocument(numbers.submission),
    checklist,
  };
  terminal.out(options.json ? `${JSON.stringify(summary)}\n` : text(summary));
  if (checklist.some(({ passed }) => !passed)) process.exitCode = 1;
}

/** The journal named, or the one of the usual name in a folder. */
function journalOf(run: string): string {
  if (!existsSync(run)) throw new UserError(`there is no run "${run}": name the folder that isoflop run wrote`);
  return statSync(run).isDirectory() ? join(run, "journal.jsonl") : run;
}

/** Looks for anything like a key in what is handed in. */
function noKey(entries: readonly ZipEntry[]): ChecklistItem {
  const found = entries.find(
    ({ name, content }) => name !== "reproduce.js" && KEY.test(Buffer.from(content).toString("latin1")),
  );
  return {
    item: "code.zip holds no key",
    passed: !found,
    detail: found ? `${found.name} looks as if it did` : "none found",
  };
}

const KEY = /(?:ssh-(?:rsa|ed25519|dss)|ecdsa-sha2-\w+|sk-ssh-\w+)[ +%]\S*AAAA|PRIVATE KEY/;

function text({
  source,
  files,
  checklist,
}: {
  readonly source: string;
  readonly files: readonly string[];
  readonly checklist: readonly ChecklistItem[];
}): string {
  const lines = checklist.map(({ item, passed, detail }) => `  ${passed ? "ok  " : "FAIL"}  ${item}: ${detail}`);
  return `${source} numbers\n${lines.join("\n")}\n${files.map((file) => `${file}\n`).join("")}`;
}
