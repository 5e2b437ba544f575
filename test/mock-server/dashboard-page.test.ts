import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { curlCall, pythonCall, runsAsCsv, runsAsJson } from "../../mock-server/dashboard/page/exports.ts";
import { readText } from "../../mock-server/dashboard/page/file-text.ts";
import { fitAll } from "../../mock-server/dashboard/page/fit-results.ts";
import { notebookCell } from "../../mock-server/dashboard/page/notebook.ts";
import { priceOf, problemsOf } from "../../mock-server/dashboard/page/price.ts";
import { type PageRun, pageRun } from "../../mock-server/dashboard/page/store.ts";
import { COLUMNS, parseFilter, sorted } from "../../mock-server/dashboard/page/table-view.ts";
import { readRunsTable } from "../../src/table/runs.ts";
import type { RunConfig } from "../../src/task/configuration.ts";
import { UserError } from "../../src/task/errors.ts";
import { BUDGETS, STANFORD_2025_TASK } from "../../src/task/stanford-2025/task.ts";
import { runCell, withPandas } from "./python.ts";

const row = fc.tuple(
  fc.integer({ min: 64, max: 1024 }),
  fc.integer({ min: 2, max: 24 }),
  fc.integer({ min: 2, max: 16 }),
  fc.constantFrom(128, 256),
  fc.double({ min: 1e-4, max: 1e-3, noNaN: true }),
  fc.constantFrom(...BUDGETS),
  fc.double({ min: 2, max: 10, noNaN: true }),
);
const runsOf = (rows: readonly (readonly number[])[]): PageRun[] =>
  rows.map((values, i) =>
    pageRun(values as unknown as Parameters<typeof pageRun>[0], "f".repeat(64), i + 1, "handout"),
  );
const CONFIG: RunConfig = {
  dModel: 256,
  numLayers: 4,
  numHeads: 4,
  batchSize: 128,
  learningRate: 0.001,
  trainFlops: 1e16,
};

describe("the table", () => {
  test("is the same runs in order, whichever column and direction", () => {
    fc.assert(
      fc.property(fc.array(row), fc.constantFrom(...COLUMNS), fc.boolean(), (rows, { name }, descending) => {
        const runs = runsOf(rows);
        const result = sorted(runs, { column: name, descending });
        expect(new Set(result)).toEqual(new Set(runs));
        for (const [i, run] of result.entries()) {
          const next = result[i + 1];
          if (!next) continue;
          const [first, second] = descending ? [next, run] : [run, next];
          expect(first[name]).toBeLessThanOrEqual(second[name]);
          if (run[name] === next[name]) expect(run.place).toBeLessThan(next.place);
        }
      }),
    );
  });

  test.each([
    ["loss<4", [2]],
    ["loss<=4 c=1e16", [2]],
    ["N>=3M", [1, 2]],
    ["d_model=64", [3]],
    ["lr>0.0005, heads=4", [1, 2, 3]],
    ["LOSS>4.5 layers<10", [1, 3]],
    ["", [1, 2, 3]],
  ])("filtered by %j shows %j", (text, places) => {
    const runs = runsOf([
      [256, 4, 4, 128, 0.001, 1e15, 5],
      [512, 8, 4, 128, 0.001, 1e16, 3.5],
      [64, 2, 4, 256, 0.001, 1e13, 9],
    ]);
    const { accepts, unread } = parseFilter(text);
    expect(runs.filter(accepts).map(({ place }) => place)).toEqual(places);
    expect(unread).toEqual([]);
  });

  test("says which words of a filter it could not read, and leaves them out", () => {
    const { accepts, unread } = parseFilter("loss<4 colour=red constructor=1 best");
    expect(unread).toEqual(["colour=red", "constructor=1", "best"]);
    expect(accepts(runsOf([[256, 4, 4, 128, 0.001, 1e15, 3]])[0]!)).toBe(true);
  });
});

describe("the price", () => {
  const price = (changes: Partial<RunConfig>, used = 0, paid?: number) =>
    priceOf({ ...CONFIG, ...changes }, STANFORD_2025_TASK, "stanford-2025", used, paid);

  test("is train_flops, once", () => {
    expect(price({})).toMatchObject({ cost: 1e16, left: 2e18, verdict: { kind: "affordable" }, notes: [] });
    expect(price({}, 1e16, 5.2)).toMatchObject({ cost: 0, verdict: { kind: "paid", loss: 5.2 } });
  });

  test("may reach the cap but not exceed it; paid runs still answer", () => {
    expect(price({ trainFlops: 1e17 }, 1.9e18).verdict.kind).toBe("affordable");
    expect(price({ trainFlops: 3e17 }, 1.9e18).verdict.kind).toBe("too expensive");
    expect(price({ trainFlops: 3e17 }, 1.9e18, 4).verdict.kind).toBe("paid");
  });

  test("is said beside every field that the API would refuse, and beside no other", () => {
    const { searchSpace } = STANFORD_2025_TASK;
    expect(problemsOf(CONFIG, searchSpace)).toEqual({});
    const wrong = { ...CONFIG, dModel: 9999, numHeads: Number.NaN, trainFlops: 2e16 };
    const problems = problemsOf(wrong, searchSpace);
    expect(Object.keys(problems)).toEqual(["dModel", "numHeads", "trainFlops"]);
    expect(problems.dModel).toContain("[64, 1024]");
  });

  test("is zero for a query that the API would refuse, with the API's message", () => {
    expect(price({ dModel: 9999 })).toMatchObject({
      cost: 0,
      verdict: { kind: "invalid", message: "d_model must be in range [64, 1024], got 9999" },
    });
    expect(price({ numHeads: Number.NaN }).verdict).toEqual({
      kind: "invalid",
      message: "num_heads must be in range [2, 16], got nothing",
    });
  });

  test("counts steps and tokens as the world does, and warns where there are too few", () => {
    // P = 12·4·256² + 32000·256 = 11337728; 1e16 / (6·P·128·512) = 2243.05…
    expect(price({})).toMatchObject({ parameters: 3_145_728, steps: 2243, tokens: 2243 * 128 * 512 });
    expect(price({ trainFlops: 1e13, dModel: 1024 }).notes).toEqual([
      "Less than one optimizer step: the answer would be the loss of the untrained model.",
    ]);
    expect(price({ trainFlops: 1e14 }).notes[0]).toContain("Only 22 steps");
    expect(price({ numHeads: 3 }).notes).toEqual(["num_heads does not divide d_model; the API answers anyway."]);
  });
});

describe("exports", () => {
  test("is a table that `isoflop fit` reads back, as CSV and as JSON", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(row, { minLength: 1, maxLength: 20, selector: (values) => values.slice(0, 6).join() }),
        (rows) => {
          const runs = runsOf(rows);
          const json = runsAsJson(runs, { world: "handout/smooth", fingerprint: "f".repeat(64) });
          for (const text of [runsAsCsv(runs), json]) {
            const read = readRunsTable(text, { keepAll: true }).runs;
            expect(read.map(({ N, C, loss }) => ({ N, C, loss }))).toEqual(
              runs.map(({ parameters, trainFlops, loss }) => ({ N: parameters, C: trainFlops, loss })),
            );
          }
          expect(JSON.parse(json)).toMatchObject({ source: "simulated", world: "handout/smooth" });
        },
      ),
    );
  });

  const query = (url: string) => Object.fromEntries(new URLSearchParams(url.slice(url.indexOf("?"))));
  const asked = { d_model: "256", num_layers: "4", num_heads: "4", batch_size: "128", learning_rate: "0.0005" };
  const config = { ...CONFIG, trainFlops: 1e18, learningRate: 5e-4 };
  const wanted = { ...asked, train_flops: "1000000000000000000" };

  test.each(["me", "ssh-ed25519 AAAA+/= it's $HOME `me` \\"])(
    "of a call send the key %j as it is, when pasted",
    async (key) => {
      const seen: string[] = [];
      const server = createServer((request, response) => {
        seen.push(request.url!);
        response.end("{}");
      });
      await once(server.listen(0, "127.0.0.1"), "listening");
      const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const env = { PATH: process.env.PATH, no_proxy: "*" };
      const run = (command: string, text: string, more = {}) =>
        promisify(execFile)(command, ["-c", text], { env: { ...env, ...more } });
      await run("bash", curlCall(config, origin, key));
      await run("bash", curlCall(config, origin), { TRAINING_API_KEY: key });
      await run("python3", pythonCall(config, origin, key));
      await run("python3", pythonCall(config, origin), { TRAINING_API_KEY: key });
      for (const url of seen) expect(query(url)).toEqual({ ...wanted, api_key: key });
      expect(seen).toHaveLength(4);
      await expect(run("bash", curlCall(config, origin))).rejects.toThrow("set it to your API key first");
      expect(seen).toHaveLength(4);
      server.close();
    },
  );

  test("of a call have no key unless it is given", () => {
    expect(curlCall(config, "http://127.0.0.1:8000")).not.toContain("export");
    expect(pythonCall(config, "http://127.0.0.1:8000")).toContain("getpass");
  });

  test.skipIf(withPandas.skip)(
    `of runs and their fit to a notebook find the same best size${withPandas.note}`,
    async () => {
      const runs = [1e15, 1e16, 1e17].flatMap((C, i) =>
        [0.2, 0.5, 1, 2, 4, 9].map((factor, j) => {
          const N = Math.round(factor * Math.exp(0.45 * Math.log(C / 20)));
          const D = C / (6 * N);
          const noise = 0.01 * (((7 * i + 5 * j) % 4) - 1.5);
          const loss = 1.7 + 400 * Math.exp(-0.34 * Math.log(N)) + 400 * Math.exp(-0.28 * Math.log(D)) + noise;
          return { N, D, C, loss };
        }),
      );
      const others = runs.map((run) => ({ ...run, loss: run.loss + 1 }));
      const fits = fitAll(runs, 1e19);
      const cells = fits.map(({ method }) => {
        const cell = notebookCell({ runs: [...runs, ...others], best: runs, method, target: 1e19, origin: "A test" });
        return `${cell}print("found", len(runs), len(best), N_target)`;
      });
      const printed = await runCell(cells.join("\n"));
      const found = [...printed.matchAll(/^found 36 18 (.*)$/gm)].map(([, N]) => Number(N));
      expect(found).toHaveLength(4);
      for (const [i, { target }] of fits.entries()) expect(found[i]! / target!.N).toBeCloseTo(1, 3);
    },
  );
});

describe("a dropped file", () => {
  const text = "N,D,loss\n1e8,2e9,3.386 µ\n";
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")]);

  test.each([
    ["UTF-8", Buffer.from(text)],
    ["UTF-8 with a byte order mark", Buffer.from(`\ufeff${text}`)],
    ["UTF-16, as Excel saves it", utf16],
    ["gzip", gzipSync(text)],
    ["gzip of UTF-16", gzipSync(utf16)],
  ])("is read as %s", async (_what, bytes) => {
    expect(await readText(new Blob([new Uint8Array(bytes)]))).toBe(text);
  });

  test.each([
    ["a spreadsheet", Buffer.from("PK\x03\x04rest"), "export it as CSV"],
    ["a Parquet file", Buffer.from("PAR1rest"), "export it as CSV"],
    ["a torn gzip file", gzipSync(text).subarray(0, 20), "cannot be unpacked"],
  ])("is refused where it is %s", async (_what, bytes, reason) => {
    await expect(readText(new Blob([new Uint8Array(bytes)]))).rejects.toThrow(reason);
  });

  test("that the browser cannot read, such as a folder, is refused in words", async () => {
    const folder = new Blob(["x"]);
    const fail = async () => {
      throw new DOMException("A requested file or directory could not be found", "NotFoundError");
    };
    folder.slice = () => Object.assign(new Blob(), { arrayBuffer: fail });
    await expect(readText(folder)).rejects.toBeInstanceOf(UserError);
  });
});

describe("the fits", () => {
  /** Runs of a law without noise: L = 1.7 + 400/N^0.34 + 400/D^0.28. */
  const lawful = (budgets: readonly number[]) =>
    budgets.flatMap((C) =>
      [0.25, 0.5, 1, 2, 4].map((factor) => {
        const N = factor * Math.exp(0.45 * Math.log(C / 20));
        const D = C / (6 * N);
        return { N, D, C, loss: 1.7 + 400 * Math.exp(-0.34 * Math.log(N)) + 400 * Math.exp(-0.28 * Math.log(D)) };
      }),
    );

  test("find the law the runs were made by, and draw it from the cheapest budget to the target", () => {
    const parametric = fitAll(lawful([1e15, 1e16, 1e17]), 1e19).find(({ method }) => method === "parametric")!;
    expect(parametric.status).toBe("converged");
    expect(parametric.a).toBeCloseTo(0.28 / 0.62, 4);
    expect(parametric.path[0]!.C).toBeCloseTo(1e15, -5);
    expect(parametric.path.at(-1)!.C / 1e19).toBeCloseTo(1, 9);
    expect(parametric.path.at(-1)!.N / parametric.target!.N).toBeCloseTo(1, 6);
    expect(parametric.profiles.map(({ C }) => C)).toEqual([1e15, 1e16, 1e17]);
    for (const { curve, vertex } of parametric.profiles)
      expect(vertex!.loss).toBe(Math.min(...curve.map(({ loss }) => loss)));
  });

  test.each([
    ["no run", []],
    ["one run", lawful([1e15]).slice(0, 1)],
    ["two sizes", lawful([1e15]).slice(0, 2)],
    ["one budget", lawful([1e15])],
    ["runs that are all alike", lawful([1e15, 1e16]).map((run) => ({ ...run, loss: 10.54 }))],
  ])("say what they cannot tell from %s, and draw only numbers", (_what, runs) => {
    for (const { status, target, profiles, path, explanation } of fitAll(runs, 1e19)) {
      if (status === "not identified") expect(explanation).not.toBe("");
      for (const { curve } of profiles) for (const { N, loss } of curve) expect(Number.isFinite(N * loss)).toBe(true);
      for (const { C, N } of [...path, ...(target ? [target] : [])]) expect(Number.isFinite(C * N)).toBe(true);
    }
  });
});
