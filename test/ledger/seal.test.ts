import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fingerprintOf } from "../../src/ledger/fingerprint.ts";
import { lockFile } from "../../src/ledger/lock.ts";
import { sealedLine, unsealed } from "../../src/ledger/seal.ts";
import { temporaryFolder } from "./temporary.ts";

const folder = temporaryFolder();

test("a sealed line is read back, and refused once any bit of it or its context is changed", () => {
  const record = fc.record({ text: fc.string({ unit: "binary", maxLength: 9 }), number: fc.integer() });
  fc.assert(
    fc.property(
      record,
      fc.string(),
      fc.constantFrom(8, 16),
      fc.nat(),
      fc.nat({ max: 6 }),
      (value, context, digits, at, bit) => {
        const { line, seal } = sealedLine(value, context, digits);
        expect(line).toMatch(/^[\x20-\x7e]+$/);
        expect(seal).toMatch(digits === 8 ? /^[0-9a-f]{8}$/ : /^[0-9a-f]{16}$/);
        expect(unsealed(line, context, digits)).toEqual({ record: value, seal });
        const bytes = Buffer.from(line);
        const place = at % bytes.length;
        bytes[place] = bytes[place]! ^ (1 << bit);
        expect(unsealed(bytes.toString("latin1"), context, digits)).toBeUndefined();
        expect(unsealed(line, `${context}x`, digits)).toBeUndefined();
        expect(unsealed(`${line} `, context, digits)).toBeUndefined();
      },
    ),
  );
  expect(unsealed("{}", "", 8)).toBeUndefined();
});

test("a fingerprint is the SHA-256 of the key", () => {
  expect(fingerprintOf("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

test("a locked file is refused until it is released, and one that cannot be locked says why", () => {
  const file = join(folder, "mine");
  const lock = lockFile(file, "journal");
  expect(() => lockFile(file, "journal")).toThrow(`journal "${file}" is in use by another process`);
  lock.release();
  lockFile(file, "journal").release();
  const nowhere = join(folder, "missing", "mine");
  expect(() => lockFile(nowhere, "plan")).toThrow(/^cannot lock plan ".*mine": \S.*; give --plan a file/);
});
