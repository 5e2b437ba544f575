import { existsSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type JournalContents, readJournal } from "../../flight/journal/read.ts";
import { fingerprintOf } from "../../ledger/fingerprint.ts";
import type { Fingerprint } from "../../ledger/ledger.ts";
import { makeFolder } from "../../table/files.ts";
import { UserError } from "../../task/errors.ts";
import type { Source } from "../../training-api/training-api.ts";
import type { ChecklistItem } from "./checklist.ts";
import { archiveEntries, tryReproduction } from "./code-archive.ts";
import { writeupParts } from "./editions.ts";
import type { Format } from "./formats.ts";
import { replayed } from "./replayed.ts";
import { writeDocument, writtenNames } from "./write-document.ts";
import { type ZipEntry, zipArchive } from "./zip.ts";

/** How a write-up is written. */
export interface WriteupOptions {
  /** Where the files go. @defaultValue `writeup` beside the journal */
  readonly out?: string;
  readonly formats: readonly Format[];
  readonly title?: string;
  readonly author?: string;
  /** In any form. @defaultValue the day of the journal's last line */
  readonly date?: string;
  /** Of figures on paper, in points. */
  readonly figureWidth?: number;
}

/** What was written, as `isoflop writeup --json` prints it. */
export interface WrittenFiles {
  readonly source: Source;
  readonly files: readonly string[];
  readonly submission: object;
  readonly checklist: readonly ChecklistItem[];
}

/**
 * Writes the files of an assignment from the journal of a run, and checks them.
 *
 * @param run the folder of a run, or its journal.
 * @throws UserError when there is no such journal, or it holds no answers of a strategy.
 */
export async function writeWriteup(run: string, options: WriteupOptions): Promise<WrittenFiles> {
  const journal = journalOf(run);
  const contents = readJournal(journal);
  if (!contents) throw new UserError(`there is no journal "${journal}": name the folder of a run, or its journal`);
  const numbers = await replayed(contents);
  const { source } = contents.header.endpoint;
  const parts = writeupParts(numbers);

  const { formats, figureWidth, title, author, date = dayOf(contents) } = options;
  const style = figureWidth === undefined ? {} : { width: figureWidth };
  const folder = options.out ?? join(dirname(journal), "writeup");
  makeFolder(folder);
  const write = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content);
  const entries = await archiveEntries(journal, numbers, parts, source);
  write("submission.json", `${JSON.stringify(parts.submission, null, 2)}\n`);
  write("code.zip", zipArchive(entries));
  const checked = [
    ...parts.checks,
    { item: "code.zip reproduces every number", ...(await tryReproduction(entries)) },
    noKey(entries, contents.header.key),
  ];
  const about = {
    date,
    ...(title === undefined ? {} : { title }),
    ...(author === undefined ? {} : { author }),
  };
  const draft = { ...parts.document(checked), ...about };
  const names = [...writtenNames(draft, formats, style), "submission.json", "code.zip"];
  // The write-up shows this item before its files exist; it is checked once they are written.
  const files: ChecklistItem = { item: "all files are present", passed: true, detail: namesText(names) };
  await writeDocument(folder, { ...parts.document([...checked, files]), ...about }, formats, style);
  const missing = names.filter((name) => !existsSync(join(folder, name)) || statSync(join(folder, name)).size === 0);
  return {
    source,
    files: names.map((name) => join(folder, name)),
    submission: parts.submission,
    checklist: [...checked, { ...files, passed: missing.length === 0 }],
  };
}

/** The names of files, those of figures counted. */
function namesText(names: readonly string[]): string {
  const figures = names.filter((name) => name.startsWith("figures/")).length;
  const own = names.filter((name) => !name.startsWith("figures/"));
  return [...own, ...(figures > 0 ? [`${figures} files of figures`] : [])].join(", ");
}

/** The day on which the run was last written to. */
function dayOf({ header, records }: JournalContents): string {
  return (records.at(-1) ?? header).at.slice(0, 10);
}

/** The journal named, or the one of the usual name in a folder. */
function journalOf(run: string): string {
  if (!existsSync(run)) throw new UserError(`there is no run "${run}": name the folder that isoflop run wrote`);
  return statSync(run).isDirectory() ? join(run, "journal.jsonl") : run;
}

/** Searches the archive for the key of the run, by its fingerprint, and for anything like an SSH key. */
function noKey(entries: readonly ZipEntry[], key: Fingerprint): ChecklistItem {
  const found = entries.find(({ name, content }) => {
    // The program is the same for every run, and too long to look at word by word.
    if (name === "reproduce.js") return false;
    const text = Buffer.from(content).toString("latin1");
    return (
      SSH_KEY.test(text) || [...new Set(text.match(/[^\s"',;:=(){}[\]]+/g))].some((word) => fingerprintOf(word) === key)
    );
  });
  return {
    item: "code.zip holds no key",
    passed: !found,
    detail: found ? `${found.name} seems to hold one` : "none found",
  };
}

const SSH_KEY = /(?:ssh-(?:rsa|ed25519|dss)|ecdsa-sha2-\w+|sk-ssh-\w+)[ +%]\S*AAAA|PRIVATE KEY/;
