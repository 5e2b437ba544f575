import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JournalError, openJournal } from "../../src/flight/journal/journal.ts";
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
  it("is read back as it was written", () => {
    const { file } = written();
    const { records, header: read } = readJournal(file)!;
    expect(records.map(({ at: _, ...entry }) => entry)).toEqual(ENTRIES);
    expect(read).toMatchObject(header);
  });

  it("under two names has one lock", () => {
    const { file } = written();
    const other = `${file}.link`;
    symlinkSync(file, other);
    const journal = openJournal(file, header);
    expect(() => openJournal(other, header)).toThrow(/is in use by another process/);
    journal.close();
    openJournal(other, header).close();
  });

  it("that cannot be locked is refused in one line", () => {
    const file = join(folder(), "journal.jsonl");
    mkdirSync(`${file}.lock`);
    expect(() => openJournal(file, header)).toThrow(/^cannot lock journal ".*": .*; give --journal a file in a folder/);
  });

  it("that could not be written to, or is closed, takes nothing more until it is opened again", () => {
    const file = join(folder(), "journal.jsonl");
    let full = false;
    const write = (descriptor: number, bytes: Buffer) => {
      writeFast(descriptor, full ? bytes.subarray(0, 9) : bytes);
      if (full) throw Object.assign(new Error("no space"), { code: "ENOSPC" });
    };
    const journal = openJournal(file, header, { write });
    full = true;
    expect(() => journal.append(ENTRIES[0]!)).toThrow(/cannot be written to: ENOSPC/);
    full = false;
    expect(() => journal.append(ENTRIES[0]!)).toThrow(JournalError);
    journal.close();
    const again = openJournal(file, header, { write });
    again.append(ENTRIES[1]!);
    again.close();
    expect(() => again.append(ENTRIES[1]!)).toThrow(JournalError);
    expect(kinds(file)).toEqual(["torn", "ask"]);
  });

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

  it("with a line lost or moved is refused", () => {
    const { file, bytes } = written();
    const lines = bytes.toString("latin1").split("\n");
    fc.assert(
      fc.property(fc.nat({ max: lines.length - 3 }), (at) => {
        writeFileSync(file, lines.toSpliced(at, 1).join("\n"), "latin1");
        expect(() => readJournal(file)).toThrow("is damaged at line");
        if (at === 0) return;
        writeFileSync(
          file,
          lines
            .with(at, lines[at + 1]!)
            .with(at + 1, lines[at]!)
            .join("\n"),
          "latin1",
        );
        expect(() => readJournal(file)).toThrow("is damaged at line");
      }),
    );
  });

  it("is open in one process at a time, and again when that has closed it", () => {
    const file = join(folder(), "journal.jsonl");
    const first = openJournal(file, header);
    expect(() => openJournal(file, header)).toThrow(/in use by another process/);
    first.close();
    openJournal(file, header).close();
  });

  it("that could not be written to takes nothing more until it is read again", () => {
    const file = join(folder(), "journal.jsonl");
    let full = false;
    const write = (descriptor: number, bytes: Buffer) => {
      writeFast(descriptor, full ? bytes.subarray(0, 10) : bytes);
      if (full) throw new Error("no space left");
    };
    const journal = openJournal(file, header, { write });
    full = true;
    expect(() => journal.append(ENTRIES[0]!)).toThrow("no space left");
    full = false;
    expect(() => journal.append(ENTRIES[0]!)).toThrow(/must be opened again/);
    journal.close();
    openJournal(file, header, { write }).close();
    expect(kinds(file)).toEqual(["torn"]);
  });

  it("is refused when the file is something else, which is left as it is", () => {
    const file = join(folder(), "notes.txt");
    writeFileSync(file, "my notes\n");
    expect(() => openJournal(file, header)).toThrow(/is damaged at line 1/);
    expect(readFileSync(file, "utf8")).toBe("my notes\n");
  });
});
