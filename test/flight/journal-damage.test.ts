import { writeFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openJournal } from "../../src/flight/journal/journal.ts";
import { readJournal } from "../../src/flight/journal/read.ts";
import { header, writeFast } from "./flight.ts";
import { ENTRIES, kinds, written } from "./journal-file.ts";

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
