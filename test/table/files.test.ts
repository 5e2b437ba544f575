import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { makeFolder, makeFolderOf, readJsonFile, readTableFile, readTextFile } from "../../src/table/files.ts";
import { UserError } from "../../src/task/errors.ts";
import { temporaryFolder } from "../ledger/temporary.ts";

const folder = temporaryFolder();
const written = (name: string, bytes: string | Buffer) => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};

describe("a file that a user names", () => {
  it("is read as text or JSON", () => {
    expect(readTextFile(written("a.txt", "é"), "list")).toBe("é");
    expect(readJsonFile(written("a.json", "[1]"), "world")).toEqual([1]);
    expect(() => readJsonFile(written("b.json", "[1"), "world")).toThrow(/b\.json: not JSON: \S/);
  });

  it("that is not there is named with the nearest beside it, or the folder that is missing", () => {
    written("results.csv", "N");
    mkdirSync(join(folder, "result.csw"));
    expect(() => readTextFile(join(folder, "reslts.csv"), "table")).toThrow(
      `no table "${join(folder, "reslts.csv")}"; did you mean "${join(folder, "results.csv")}"?`,
    );
    expect(() => readTextFile(join(folder, "zzzz"), "table")).toThrow(/zzzz"$/);
    expect(() => readTextFile(join(folder, "gone", "x"), "table")).toThrow(
      `; there is no folder "${join(folder, "gone")}"`,
    );
    expect(() => readTextFile(folder, "table")).toThrow(/it is a folder; name a file$/);
    expect(() => readTextFile(join(written("plain", ""), "x"), "table")).toThrow(/^cannot read table ".*": ENOTDIR/);
  });

  it("may be a table in UTF-8 or UTF-16, packed or not", () => {
    const text = "N,é\n1,2";
    expect(readTableFile(written("a.csv", text), "table")).toEqual({ name: "a.csv", text });
    expect(readTableFile(written("b.csv.gz", gzipSync(text)), "table")).toEqual({
      name: "b.csv.gz",
      text,
      note: "unpacked with gzip",
    });
    const wide = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")]);
    expect(readTableFile(written("c.csv", wide), "table").text).toBe(`\ufeff${text}`);
    for (const bytes of ["\x1fx", "x\x8b"])
      expect(readTableFile(written("d.csv", Buffer.from(bytes, "latin1")), "table").note).toBeUndefined();
    for (const bytes of [
      [0xff, 0x41],
      [0x41, 0xfe],
    ])
      expect(readTableFile(written("e.csv", Buffer.from(bytes)), "table").text).toContain("A");
  });

  it.each<[string, Buffer | string, string]>([
    ["a.xlsx", "PK\x03\x04rest", "a spreadsheet or a ZIP archive"],
    ["a.parquet", "PAR1rest", "a Parquet file"],
    ["a.csv.gz", Buffer.from([0x1f, 0x8b, 1]), "cannot be unpacked with gzip"],
    ["b.csv.gz", gzipSync("PAR1"), "a Parquet file"],
  ])("is refused as a table: %s", (name, bytes, words) => {
    expect(() => readTableFile(written(name, bytes), "table")).toThrow(UserError);
    expect(() => readTableFile(join(folder, name), "table")).toThrow(`${join(folder, name)}: ${words}`);
  });
});

describe("the folder of results", () => {
  it("is made with those it lies in, once", () => {
    const deep = join(folder, "x", "y", "z");
    makeFolderOf(join(deep, "file.json"));
    expect(existsSync(deep)).toBe(true);
    makeFolder(deep);
    expect(() => makeFolderOf(deep)).toThrow(`cannot write "${deep}": it is a folder`);
    const under = join(written("file", ""), "sub");
    expect(() => makeFolder(under)).toThrow(`cannot write to folder "${under}": `);
  });
});
