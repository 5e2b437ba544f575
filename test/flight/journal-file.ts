import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openJournal } from "../../src/flight/journal/journal.ts";
import { readJournal } from "../../src/flight/journal/read.ts";
import type { EntryOf, JournalRecord } from "../../src/flight/journal/record.ts";
import { toWire } from "../../src/task/stanford-2025/wire.ts";
import { folder, header, RUNS, writeFast } from "./flight.ts";

const config = toWire(RUNS[0]!);
/** Entries of every kind. */
export const ENTRIES: readonly EntryOf<JournalRecord>[] = [
  { kind: "account", total: 0, runs: [] },
  { kind: "ask", config },
  { kind: "no-answer", config, reason: "Zeit überschritten — 時間切れ\n" },
  { kind: "ask", config },
  { kind: "answer", config, from: "endpoint", status: "ok", loss: 5.25, total: 1e16 },
  { kind: "done", submission: { config: RUNS[0]!, predictedLoss: 3, law: "√C" }, spent: 1e16 },
];

/** A journal of all entries: its file, its bytes, and where its first line ends. */
export function written(): { file: string; bytes: Buffer; headEnd: number } {
  const file = join(folder(), "journal.jsonl");
  const journal = openJournal(file, header, { write: writeFast });
  for (const entry of ENTRIES) journal.append(entry);
  journal.close();
  const bytes = readFileSync(file);
  return { file, bytes, headEnd: bytes.indexOf(0x0a) };
}

export const kinds = (file: string): readonly string[] | undefined =>
  readJournal(file)?.records.map(({ kind }) => kind);
