import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JournalError, openJournal } from "../../src/flight/journal/journal.ts";
import { readJournal } from "../../src/flight/journal/read.ts";
import { FIRST_SEAL, journalLine } from "../../src/flight/journal/record.ts";
import { UserError } from "../../src/task/errors.ts";
import { folder, header, writeFast } from "./flight.ts";
import { ENTRIES, kinds, written } from "./journal-file.ts";

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

  it("cut short is resumed with its whole lines, and with a bit turned in any line refused by that line", () => {
    const { file, bytes, headEnd } = written();
    for (const [cut, ...expected] of [
      [bytes.length - 9, "account", "ask", "no-answer", "ask", "answer", "torn"],
      [bytes.length - 1, "account", "ask", "no-answer", "ask", "answer", "done"],
      [headEnd + 1],
      [headEnd],
      [headEnd + 9, "torn"],
    ] as const) {
      writeFileSync(file, bytes.subarray(0, cut));
      const journal = openJournal(file, header, { write: writeFast });
      journal.append({ kind: "stopped", reason: "again" });
      expect(journal.records.at(-1)).toMatchObject({ kind: "stopped" });
      journal.close();
      expect(kinds(file)).toEqual([...expected, "stopped"]);
    }
    for (const cut of [0, headEnd - 1]) {
      writeFileSync(file, bytes.subarray(0, cut));
      expect(() => readJournal(file)).toThrow("does not begin with the whole first line");
    }
    const ends = [...bytes.keys()].filter((at) => bytes[at] === 0x0a);
    for (const [line, end] of ends.entries())
      for (const at of [end, end - 1, end - 40, end - 90]) {
        const turned = Buffer.from(bytes);
        turned[at] = turned[at]! ^ 4;
        writeFileSync(file, turned);
        expect(() => readJournal(file)).toThrow(`journal "${file}" is damaged at line ${line + 1}: `);
      }
    expect(readJournal(`${file}.missing`)).toBeUndefined();
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
    for (const _ of ["once", "and again: its lock was given back"])
      expect(() => openJournal(file, header)).toThrow(/is damaged at line 1/);
    expect(readFileSync(file, "utf8")).toBe("my notes\n");
  });

  it.each([
    { kind: "journal", schema: 2 },
    { kind: "ledger", schema: 1 },
  ])("is refused when its first line says %j", (first) => {
    const file = join(folder(), "journal.jsonl");
    writeFileSync(file, journalLine({ ...header, at: "", ...first } as never, FIRST_SEAL).line);
    expect(() => readJournal(file)).toThrow(UserError);
    expect(() => readJournal(file)).toThrow(`journal "${file}" is of another kind or version`);
  });

  it("makes its folder, and is refused in one line where a folder has its name or a file that of its folder", () => {
    const home = folder();
    const file = join(home, "a", "b", "journal.jsonl");
    openJournal(file, header).close();
    expect(readJournal(file)!.header).toMatchObject(header);
    expect(() => readJournal(home)).toThrow(UserError);
    expect(() => readJournal(home)).toThrow(`journal "${home}": EISDIR`);
    for (const name of [join(home, "a"), join(file, "journal.jsonl")]) {
      expect(() => openJournal(name, header)).toThrow(UserError);
      expect(() => openJournal(name, header)).toThrow(name);
    }
  });
});
