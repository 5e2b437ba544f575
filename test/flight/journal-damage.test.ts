import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openJournal } from "../../src/flight/journal/journal.ts";
import { readJournal } from "../../src/flight/journal/read.ts";
import type { EntryOf, JournalRecord } from "../../src/flight/journal/record.ts";
import { toWire } from "../../src/task/stanford-2025/wire.ts";
import { folder, header, RUNS, writeFast } from "./flight.ts";

const config = toWire(RUNS[0]!);
const ENTRIES: readonly EntryOf<JournalRecord>[] = [
  { kind: "account", total: 0, runs: [] },
  { kind: "ask", config },
  { kind: "no-answer", config, reason: "Zeit überschritten — 時間切れ\n" },
  { kind: "ask", config },
  { kind: "answer", config, from: "endpoint", status: "ok", loss: 5.25, total: 1e16 },
  { kind: "done", submission: { config: RUNS[0]!, predictedLoss: 3, law: "√C" }, spent: 1e16 },
];

/** A journal of all entries: its file, its bytes, and where its first line ends. */
function written() {
  const file = join(folder(), "journal.jsonl");
  const journal = openJournal(file, header, { write: writeFast });
  for (const entry of ENTRIES) journal.append(entry);
  journal.close();
  const bytes = readFileSync(file);
  return { file, bytes, headEnd: bytes.indexOf(0x0a) };
}

const kinds = (file: string) => readJournal(file)?.records.map(({ kind }) => kind);

describe("a journal", () => {
  it("cut short at any byte resumes with every whole line, or says that its first line is not whole", () => {
    const { file, bytes, headEnd } = written();
    const ends = [...bytes.keys()].filter((at) => bytes[at] === 0x0a);
    for (let cut = 0; cut <= bytes.length; cut++) {
      // Around the ends of lines every byte; within a line one is as good as the other.
      if (cut % 41 !== 0 && !bytes.subarray(Math.max(0, cut - 3), cut + 3).includes(0x0a)) continue;
      writeFileSync(file, bytes.subarray(0, cut));
      if (cut < headEnd) {
        expect(() => openJournal(file, header)).toThrow(/does not begin with the whole first line/);
        continue;
      }
      const whole = ends.filter((end) => end > headEnd && end <= cut).length;
      const atAnEnd = cut === headEnd || bytes[cut] === 0x0a || bytes[cut - 1] === 0x0a;
      const journal = openJournal(file, header, { write: writeFast });
      journal.append({ kind: "stopped", reason: "again" });
      journal.close();
      const expected = [...ENTRIES.slice(0, whole).map(({ kind }) => kind), ...(atAnEnd ? [] : ["torn"]), "stopped"];
      expect(kinds(file)).toEqual(expected);
    }
  });

  it("with any one bit turned is refused, naming file and line", () => {
    const { file, bytes } = written();
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 7 }), (at, bit) => {
        const damaged = Buffer.from(bytes);
        damaged[at] = damaged[at]! ^ (1 << bit);
        writeFileSync(file, damaged);
        expect(() => readJournal(file)).toThrow(`journal "${file}" is damaged at line `);
      }),
      { numRuns: 500 },
    );
    expect(() => openJournal(file, header)).toThrow(`journal "${file}" is damaged at line `);
  });
});
