import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { flown, flownShipped } from "../flight/flown.ts";
import { unzipped } from "../leaks.ts";
import { runCli } from "./run-cli.ts";

describe("a write-up", () => {
  it("has four files, the same bytes each time, and passes every line of the checklist", async () => {
    const folder = await flownShipped("isoflops-parametric", "simulated");
    const [a, b] = [join(folder, "a"), join(folder, "b")];
    const { code, out } = await runCli("writeup", folder, "--out", a, "--json");
    await runCli("writeup", folder, "--out", b);
    expect(code).toBe(0);
    const { checklist, submission } = JSON.parse(out);
    expect(checklist.filter(({ passed }: { passed: boolean }) => !passed)).toEqual([]);
    expect(checklist.map(({ detail }: { detail: string }) => detail)).toContain("every number reproduced");
    for (const name of ["writeup.pdf", "writeup.html", "submission.json", "code.zip"])
      expect([name, readFileSync(join(a, name)).equals(readFileSync(join(b, name)))]).toEqual([name, true]);
    expect(JSON.parse(readFileSync(join(a, "submission.json"), "utf8"))).toEqual(submission);
    expect(readFileSync(join(a, "writeup.pdf")).subarray(0, 5).toString()).toBe("%PDF-");
    const page = readFileSync(join(a, "writeup.html"), "utf8");
    expect(page).toContain("SIMULATED: every loss was answered by an isoflop mock");
    expect(page).toContain(submission.model_size.toLocaleString("en-US"));
    expect(page).not.toMatch(/(?:src|href)="http/);
  });

  it("marks real numbers as real", async () => {
    const folder = await flownShipped("two-stage-isoflops", "real");
    expect(await runCli("writeup", folder, "--format", "html")).toMatchObject({ code: 0 });
    const page = readFileSync(join(folder, "writeup", "writeup.html"), "utf8");
    expect(page).toContain("REAL: every loss was answered by the real training API");
    expect(page).not.toContain("SIMULATED");
  });

  it("of an unfinished run fails that line of the checklist", async () => {
    const folder = await flownShipped("two-stage-isoflops", "simulated", 9);
    const { code, out } = await runCli("writeup", folder, "--format", "md");
    expect(code).toBe(1);
    expect(out).toMatch(/FAIL {2}the run is complete: no/);
    expect(out).toMatch(/ok {4}code\.zip reproduces every number/);
  });

  it("contains the user's strategy with its imports", async () => {
    const folder = mkdtempSync(join(tmpdir(), "isoflop-module-"));
    mkdirSync(join(folder, "lib"));
    writeFileSync(
      join(folder, "lib", "shape.mjs"),
      "export const shape = { dModel: 1024, numLayers: 16, numHeads: 16 };",
    );
    const module = join(folder, "mine.mjs");
    writeFileSync(
      module,
      `import { shape } from "./lib/shape.mjs";
       const run = { ...shape, batchSize: 128, learningRate: 1e-3, trainFlops: 1e16 };
       export default { name: "mine", summary: "one run", *queries() { yield [run]; },
         recommend: (runs) => ({ config: { ...run, trainFlops: 1e19 }, predictedLoss: runs[0]?.loss ?? 9 }) };`,
    );
    const { default: strategy } = await import(module);
    const run = await flown(strategy, "simulated", { name: "mine", kind: "module", module });
    const { code } = await runCli("writeup", run, "--format", "md");
    expect(code).toBe(0);
    const names = unzipped(readFileSync(join(run, "writeup", "code.zip"))).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["strategy/mine.mjs", "strategy/lib/shape.mjs", "reproduce.js"]));
  });

  it("has the given title, author and date; without them no author and the day of the run", async () => {
    const folder = await flownShipped("two-stage-isoflops", "simulated", 5);
    const about = ["--title", "Which size?", "--author", "A. Student & B. Student", "--date", "Fall term"];
    await runCli("writeup", folder, "--format", "html,md,tex", ...about);
    const written = (name: string) => readFileSync(join(folder, "writeup", name), "utf8");
    for (const [name, author] of [
      ["writeup.html", "A. Student &amp; B. Student"],
      ["writeup.md", "A. Student & B. Student"],
      ["writeup.tex", "A. Student \\& B. Student"],
    ] as const)
      for (const text of ["Which size?", author, "Fall term"])
        expect([name, written(name)]).toEqual([name, expect.stringContaining(text)]);
    await runCli("writeup", folder, "--format", "md");
    const [, at] = /"at":"([\d-]{10})T/.exec(readFileSync(join(folder, "journal.jsonl"), "utf8")) ?? [];
    expect(written("writeup.md").split("\n\n")[2]).toBe(at);
  });

  it("refuses a format that it does not have, and a width that is none", async () => {
    for (const [option, value] of [
      ["--format", "pdf,word"],
      ["--figure-width", "3.25"],
      ["--figure-width", "0.2in"],
      ["--figure-width", "-3in"],
    ] as const) {
      const { code, err } = await runCli("writeup", "nothing", `${option}=${value}`);
      expect([value, code, err]).toEqual([
        value,
        2,
        expect.stringMatching(/is none of pdf, html, md, tex, docx|expected a width/),
      ]);
    }
  });

  it("needs a run", async () => {
    const empty = mkdtempSync(join(tmpdir(), "isoflop-writeup-"));
    expect(await runCli("writeup", empty)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/there is no journal/),
    });
    expect(await runCli("writeup", join(empty, "no"))).toMatchObject({
      code: 2,
      err: expect.stringMatching(/there is no run/),
    });
  });
});
