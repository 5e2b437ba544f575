import { existsSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readJournal } from "../../flight/journal/read.ts";
import { journalStrategy, reconstruct } from "../../flight/reconstruct.ts";
import { submissionDocument } from "../../flight/submission-document.ts";
import { makeFolder } from "../../table/files.ts";
import { UserError } from "../../task/errors.ts";
import type { Source } from "../../training-api/training-api.ts";
import { type ChecklistItem, checkNumbers } from "./checklist.ts";
import { archiveEntries, tryReproduction } from "./code-archive.ts";
import { writeupDocument } from "./document.ts";
import { writeupNumbers } from "./numbers.ts";
import { writeupPage } from "./page.ts";
import { writeupPdf } from "./pdf.ts";
import { type ZipEntry, zipArchive } from "./zip.ts";

const FILES = ["writeup.pdf", "writeup.html", "submission.json", "code.zip"] as const;

/** What was written, as `isoflop writeup --json` prints it. */
export interface WrittenFiles {
  readonly source: Source;
  readonly files: readonly string[];
  readonly submission: object;
  readonly checklist: readonly ChecklistItem[];
}

/**
 * Writes the four files of an assignment from the journal of a run, and checks them.
 *
 * @param run the folder of a run, or its journal.
 * @param out where the files go. @defaultValue `writeup` beside the journal
 * @throws UserError when there is no such journal, or it holds no answers of a strategy.
 */
export async function writeWriteup(run: string, out?: string): Promise<WrittenFiles> {
  const journal = journalOf(run);
  const contents = readJournal(journal);
  if (!contents) throw new UserError(`there is no journal "${journal}": name the folder of a run, or its journal`);
  const { plan } = contents.header;
  if (!plan) throw new UserError(`journal "${journal}" belongs to a proxy: there is no strategy to write up`);
  const replay = await reconstruct(contents, await journalStrategy(contents));
  if (replay.runs.length === 0) throw new UserError(`journal "${journal}" has no answers yet: run the plan first`);
  const numbers = writeupNumbers(contents.header, plan, replay);

  const folder = out ?? join(dirname(journal), "writeup");
  makeFolder(folder);
  const write = (name: (typeof FILES)[number], content: string | Uint8Array) =>
    writeFileSync(join(folder, name), content);
  const entries = await archiveEntries(journal, plan, numbers);
  write("submission.json", `${JSON.stringify(submissionDocument(numbers.submission), null, 2)}\n`);
  write("code.zip", zipArchive(entries));
  const checked = [
    ...checkNumbers(numbers),
    { item: "code.zip reproduces every number", ...(await tryReproduction(entries)) },
    noKey(entries),
  ];
  // The PDF and the page show this item before they exist; it is checked once they are written.
  const files: ChecklistItem = { item: "all files are present", passed: true, detail: FILES.join(", ") };
  const document = writeupDocument(numbers, [...checked, files]);
  write("writeup.html", writeupPage(document));
  write("writeup.pdf", writeupPdf(document));
  const missing = FILES.filter((name) => !existsSync(join(folder, name)) || statSync(join(folder, name)).size === 0);
  return {
    source: numbers.source,
    files: FILES.map((name) => join(folder, name)),
    submission: submissionDocument(numbers.submission),
    checklist: [...checked, { ...files, passed: missing.length === 0 }],
  };
}

/** The journal named, or the one of the usual name in a folder. */
function journalOf(run: string): string {
  if (!existsSync(run)) throw new UserError(`there is no run "${run}": name the folder that isoflop run wrote`);
  return statSync(run).isDirectory() ? join(run, "journal.jsonl") : run;
}

/** Searches the archive for anything like a key. */
function noKey(entries: readonly ZipEntry[]): ChecklistItem {
  const found = entries.find(
    ({ name, content }) => name !== "reproduce.js" && KEY.test(Buffer.from(content).toString("latin1")),
  );
  return {
    item: "code.zip holds no key",
    passed: !found,
    detail: found ? `${found.name} seems to hold one` : "none found",
  };
}

const KEY = /(?:ssh-(?:rsa|ed25519|dss)|ecdsa-sha2-\w+|sk-ssh-\w+)[ +%]\S*AAAA|PRIVATE KEY/;
