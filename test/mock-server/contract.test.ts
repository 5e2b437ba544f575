import { describe, expect, test } from "vitest";
import { fingerprintOf } from "../../src/ledger/fingerprint.ts";
import { MemoryLedger } from "../../src/ledger/memory.ts";
import { type Answer, lossTarget, startMock } from "./mock.ts";

const mock = await startMock();
const BUDGETS =
  "[10000000000000, 30000000000000, 60000000000000, 100000000000000, 300000000000000, 600000000000000, " +
  "1000000000000000, 3000000000000000, 6000000000000000, 10000000000000000, 30000000000000000, 60000000000000000, " +
  "100000000000000000, 300000000000000000, 600000000000000000, 1000000000000000000]";
const LOSS = /^\{"loss":(\d+\.\d+),"total_flops_used":(\d+)\}$/;

function expectJson(answer: Answer, status: number, body: string): void {
  expect([answer.status, answer.body]).toEqual([status, body]);
  expect(answer.headers["content-type"]).toBe("application/json");
  expect(answer.headers["x-isoflop"]).toMatch(/^\d+\.\d+\.\d+/);
}

function missing(name: string): string {
  return `{"type":"missing","loc":["query","${name}"],"msg":"Field required","input":null}`;
}

function notAnInteger(name: string, input: string): string {
  return `{"type":"int_parsing","loc":["query","${name}"],"msg":"Input should be a valid integer, unable to parse string as an integer","input":${JSON.stringify(input)}}`;
}

function notANumber(input: string): string {
  return `{"type":"float_parsing","loc":["query","learning_rate"],"msg":"Input should be a valid number, unable to parse string as a number","input":${JSON.stringify(input)}}`;
}

describe("section 1: /loss", () => {
  test("answers with a float and an integer; the same question again costs nothing", async () => {
    const api_key = "section 1";
    const first = await mock.ask(lossTarget({ api_key }));
    expect(first.status).toBe(200);
    expect(first.headers["content-type"]).toBe("application/json");
    expect(LOSS.exec(first.body)?.[2]).toBe("10000000000000000");
    expectJson(await mock.ask(lossTarget({ api_key })), 200, first.body);
    const other = await mock.ask(lossTarget({ api_key, train_flops: "10000000000000" }));
    expect(LOSS.exec(other.body)?.[2]).toBe("10010000000000000");
  });

  test.each([
    [{ d_model: "9999" }, "d_model must be in range [64, 1024], got 9999"],
    [{ d_model: "-1" }, "d_model must be in range [64, 1024], got -1"],
    [{ d_model: "99999999999999999999" }, "d_model must be in range [64, 1024], got 99999999999999999999"],
    [{ num_layers: "25" }, "num_layers must be in range [2, 24], got 25"],
    [{ num_heads: "17" }, "num_heads must be in range [2, 16], got 17"],
    [{ batch_size: "64" }, "batch_size must be one of {128, 256}, got 64"],
    [{ learning_rate: "5e-05" }, "learning_rate must be in range [0.0001, 0.001], got 5e-05"],
    [{ learning_rate: "1" }, "learning_rate must be in range [0.0001, 0.001], got 1.0"],
    [{ learning_rate: "nan" }, "learning_rate must be in range [0.0001, 0.001], got nan"],
    [{ learning_rate: "inf" }, "learning_rate must be in range [0.0001, 0.001], got inf"],
    [{ learning_rate: "-1e400" }, "learning_rate must be in range [0.0001, 0.001], got -inf"],
    [{ learning_rate: "1e16" }, "learning_rate must be in range [0.0001, 0.001], got 1e+16"],
    [{ train_flops: "20000000000000000" }, `train_flops must be one of ${BUDGETS}, got 20000000000000000`],
    [{ train_flops: "10000000000000001" }, `train_flops must be one of ${BUDGETS}, got 10000000000000001`],
    [{ num_layers: "1", d_model: "1", train_flops: "1" }, "d_model must be in range [64, 1024], got 1"],
    [{ batch_size: "1", num_heads: "1", learning_rate: "1" }, "num_heads must be in range [2, 16], got 1"],
  ])("%j is a 404 with the first offence, and costs nothing", async (changes, message) => {
    expectJson(await mock.ask(lossTarget({ api_key: "nobody", ...changes })), 404, JSON.stringify({ message }));
    expect((await mock.ask("/total_flops_used?api_key=nobody")).body).toBe("0.0");
  });

  test("d_model need not be a multiple of num_heads", async () => {
    expect((await mock.ask(lossTarget({ d_model: "65", num_heads: "7" }))).status).toBe(200);
  });

  test("the range of num_heads is misquoted with quirks", async () => {
    const quirky = await startMock({ quirks: true });
    const message = "num_heads must be in range [2, 24], got 17";
    expectJson(await quirky.ask(lossTarget({ num_heads: "17" })), 404, JSON.stringify({ message }));
  });

  test("a query over the budget is refused, neither charged nor stored; paid ones still answer", async () => {
    const api_key = "spender";
    const costly = (d_model: number) =>
      lossTarget({ api_key, d_model: `${d_model}`, train_flops: "600000000000000000" });
    const first = await mock.ask(costly(64));
    await mock.ask(costly(65));
    await mock.ask(costly(66));
    const message =
      "FLOPs budget exceeded: used 1800000000000000000 + requested 600000000000000000 > 2000000000000000000";
    expectJson(await mock.ask(costly(67)), 422, JSON.stringify({ message }));
    const again = await mock.ask(costly(64));
    expect(again.status).toBe(200);
    expect(LOSS.exec(again.body)?.[1]).toBe(LOSS.exec(first.body)?.[1]);
    expectJson(await mock.ask(`/total_flops_used?api_key=${api_key}`), 200, "1.8e+18");
    expect(JSON.parse((await mock.ask(`/previous_runs?api_key=${api_key}`)).body).previous_runs).toHaveLength(3);
    const last = await mock.ask(lossTarget({ api_key, d_model: "67", train_flops: "100000000000000000" }));
    expect(last.status).toBe(200);
    const brim = await mock.ask(lossTarget({ api_key, d_model: "68", train_flops: "100000000000000000" }));
    expect(LOSS.exec(brim.body)?.[2]).toBe("2000000000000000000");
    expect((await mock.ask(lossTarget({ api_key, train_flops: "10000000000000" }))).status).toBe(422);
  });
});

describe("section 2: /total_flops_used", () => {
  test.each([
    [["600000000000000", "30000000000000", "10000000000000", "10000000000000"], "650000000000000.0"],
    [["10000000000000000"], "1e+16"],
    [["10000000000000000", "10000000000000000", "6000000000000000"], "2.6e+16"],
  ])("after %j says %s", async (budgets, total) => {
    const api_key = `total ${total}`;
    for (const [i, train_flops] of budgets.entries())
      await mock.ask(lossTarget({ api_key, d_model: `${64 + i}`, train_flops }));
    expectJson(await mock.ask(`/total_flops_used?${new URLSearchParams({ api_key })}`), 200, total);
  });

  test("an unseen key has spent nothing and bought nothing, and a look stores nothing", async () => {
    const ledger = new MemoryLedger();
    const open = await startMock({ ledger });
    expectJson(await open.ask("/total_flops_used?api_key=unseen"), 200, "0.0");
    expectJson(await open.ask("/previous_runs?api_key=unseen"), 200, '{"previous_runs":[]}');
    expect(ledger.keys()).toEqual([]);
    await open.ask(lossTarget({ api_key: "unseen" }));
    expectJson(await open.ask("/total_flops_used?api_key=unseen"), 200, "1e+16");
    expect(ledger.keys()).toEqual([fingerprintOf("unseen")]);
  });

  test.each(["INVALID_API_KEY", ""])("the key %j is never registered", async (api_key) => {
    const refusal = JSON.stringify({ message: `Invalid API key provided: ${api_key}` });
    expectJson(await mock.ask(`/total_flops_used?api_key=${api_key}`), 422, refusal);
    expectJson(await mock.ask(`/previous_runs?api_key=${api_key}`), 422, refusal);
    expectJson(await mock.ask(lossTarget({ api_key, d_model: "9999" })), 422, refusal);
  });

  test("with a list of keys, a listed key without runs has spent 0.0, and any other key gets the 422 before the ranges", async () => {
    const ledger = new MemoryLedger();
    const closed = await startMock({ ledger, registration: [fingerprintOf("member")] });
    const refusal = '{"message":"Invalid API key provided: x"}';
    expectJson(await closed.ask("/total_flops_used?api_key=member"), 200, "0.0");
    expectJson(await closed.ask("/previous_runs?api_key=member"), 200, '{"previous_runs":[]}');
    expect(ledger.keys()).toEqual([]);
    expectJson(await closed.ask("/total_flops_used?api_key=x"), 422, refusal);
    expectJson(await closed.ask("/previous_runs?api_key=x"), 422, refusal);
    expectJson(await closed.ask(lossTarget({ api_key: "x", d_model: "9999" })), 422, refusal);
    expect((await closed.ask(lossTarget({ api_key: "member" }))).status).toBe(200);
    expect((await closed.ask(lossTarget({ api_key: "member", d_model: "9999" }))).status).toBe(404);
  });

  test("with --strict-handout the total is an integer, and a key without a paid run gets the 422", async () => {
    const strict = await startMock({ strictHandout: true });
    const refusal = '{"message":"Invalid API key provided: k"}';
    expectJson(await strict.ask("/total_flops_used?api_key=k"), 422, refusal);
    expect((await strict.ask(lossTarget({ api_key: "k", d_model: "9999" }))).status).toBe(404);
    expectJson(await strict.ask("/previous_runs?api_key=k"), 422, refusal);
    await strict.ask(lossTarget({ api_key: "k" }));
    expectJson(await strict.ask("/total_flops_used?api_key=k"), 200, "10000000000000000");
    expect((await strict.ask("/previous_runs?api_key=k")).status).toBe(200);
  });

  test("wants a key", async () => {
    expectJson(await mock.ask("/total_flops_used"), 422, `{"detail":[${missing("api_key")}]}`);
    expectJson(await mock.ask("/previous_runs?key=1"), 422, `{"detail":[${missing("api_key")}]}`);
  });
});

describe("section 3: /previous_runs", () => {
  test("lists each configuration once, in the order first asked, seven keys each", async () => {
    const api_key = "lister";
    const target = `/previous_runs?api_key=${api_key}`;
    const first = await mock.ask(lossTarget({ api_key }));
    const second = await mock.ask(lossTarget({ api_key, d_model: "64", learning_rate: "0.00030000000000000003" }));
    await mock.ask(lossTarget({ api_key }));
    const [one, two] = [first, second].map(({ body }) => LOSS.exec(body)?.[1]);
    const body =
      `{"previous_runs":[{"d_model":1024,"num_layers":24,"num_heads":16,"batch_size":128,"learning_rate":0.001,"train_flops":10000000000000000,"loss":${one}},` +
      `{"d_model":64,"num_layers":24,"num_heads":16,"batch_size":128,"learning_rate":0.00030000000000000003,"train_flops":10000000000000000,"loss":${two}}]}`;
    expectJson(await mock.ask(target), 200, body);
  });
});

describe("section 4: parsing of requests", () => {
  test("names every missing parameter, in the order of the signature", async () => {
    const names = ["d_model", "num_layers", "num_heads", "batch_size", "learning_rate", "train_flops", "api_key"];
    expectJson(await mock.ask("/loss"), 422, `{"detail":[${names.map(missing).join(",")}]}`);
    for (const name of names)
      expectJson(await mock.ask(lossTarget({ [name]: undefined })), 422, `{"detail":[${missing(name)}]}`);
  });

  test("names what is missing and what is no number together", async () => {
    const target = lossTarget({ d_model: undefined, num_layers: "abc", learning_rate: "0,001", api_key: undefined });
    const errors = [missing("d_model"), notAnInteger("num_layers", "abc"), notANumber("0,001"), missing("api_key")];
    expectJson(await mock.ask(target), 422, `{"detail":[${errors.join(",")}]}`);
  });

  test.each(["abc", "1.5", "1e3", "", "0x80", "true", "128.", "1_", '\u0000"\\\u2028😀'])(
    "d_model %j is no integer",
    async (input) => {
      expectJson(await mock.ask(lossTarget({ d_model: input })), 422, `{"detail":[${notAnInteger("d_model", input)}]}`);
    },
  );

  test.each([
    ["128.0", "128"],
    ["+128", "128"],
    [" 128 ", "128"],
    ["1_024", "1024"],
  ])("d_model %j is the integer %s", async (text, plain) => {
    const api_key = `integer ${text}`;
    const answer = await mock.ask(lossTarget({ api_key, d_model: text }));
    expect(answer.status).toBe(200);
    expectJson(await mock.ask(lossTarget({ api_key, d_model: plain })), 200, answer.body);
  });

  test.each(["1e16", "1E16", "1e+16", "1e 16"])(
    "train_flops %j is no integer; a hint says what to send",
    async (input) => {
      const answer = await mock.ask(lossTarget({ train_flops: input }));
      expectJson(answer, 422, `{"detail":[${notAnInteger("train_flops", input)}]}`);
      expect(answer.headers["x-isoflop-hint"]).toContain("int(1e16)");
    },
  );

  test("train_flops 1000000000000000.0 is an integer", async () => {
    expect((await mock.ask(lossTarget({ train_flops: "1000000000000000.0" }))).status).toBe(200);
  });

  test.each(["1e-3", "1E-3", ".001", " 0.001 ", "0.00_1"])("learning_rate %j is 0.001", async (text) => {
    const api_key = "float";
    const answer = await mock.ask(lossTarget({ api_key, learning_rate: text }));
    expectJson(await mock.ask(lossTarget({ api_key })), 200, answer.body);
    expectJson(await mock.ask(`/total_flops_used?api_key=${api_key}`), 200, "1e+16");
  });

  test("learning_rate 1_0 parses, and is out of range", async () => {
    const message = "learning_rate must be in range [0.0001, 0.001], got 10.0";
    expectJson(await mock.ask(lossTarget({ learning_rate: "1_0" })), 404, JSON.stringify({ message }));
  });

  test.each(["abc", "0,001"])("learning_rate %j is no number", async (input) => {
    expectJson(await mock.ask(lossTarget({ learning_rate: input })), 422, `{"detail":[${notANumber(input)}]}`);
  });

  test("of a parameter given twice the last counts", async () => {
    const message = "d_model must be in range [64, 1024], got 9999";
    expectJson(await mock.ask(`${lossTarget()}&d_model=9999`), 404, JSON.stringify({ message }));
    expect((await mock.ask(`/loss?d_model=9999&${lossTarget().slice(6)}`)).status).toBe(200);
  });

  test.each(["/loss", "/total_flops_used", "/previous_runs", "/openapi.json", "/docs", "/docs/swagger-ui.css"])(
    "%s answers GET only",
    async (path) => {
      for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
        const answer = await mock.ask(path, { method });
        expectJson(answer, 405, '{"detail":"Method Not Allowed"}');
        expect(answer.headers.allow).toBe("GET");
      }
    },
  );

  test("HEAD on a route is a 405 with the length of the body it does not send", async () => {
    const answer = await mock.ask(lossTarget({ api_key: "head" }), { method: "HEAD" });
    expect([answer.status, answer.headers.allow, answer.headers["content-length"], answer.body]).toEqual([
      405,
      "GET",
      "31",
      "",
    ]);
    expect((await mock.ask("/total_flops_used?api_key=head")).body).toBe("0.0");
  });

  test.each([
    "/",
    "/nope",
    "/Loss",
    "//loss",
    "/loss/x",
    "/docs/nope.js",
    "/docs/../package.json",
    "/admin",
    "/%",
    "/%00",
  ])("%s is not found", async (path) => {
    expectJson(await mock.ask(path), 404, '{"detail":"Not Found"}');
    expectJson(await mock.ask(path, { method: "POST" }), 404, '{"detail":"Not Found"}');
  });

  test.each([
    ["/loss/?a=1&b=%2B", "/loss?a=1&b=%2B"],
    ["/loss//", "/loss"],
    ["/previous_runs/?api_key=k", "/previous_runs?api_key=k"],
    ["/docs/", "/docs"],
  ])("%s redirects to %s", async (from, to) => {
    for (const method of ["GET", "POST"]) {
      const answer = await mock.ask(from, { method });
      expect([answer.status, answer.headers.location, answer.body]).toEqual([307, to, ""]);
    }
  });
});

describe("section 5: keys", () => {
  test("are matched exactly after decoding: %2B is a plus, + is a blank", async () => {
    const api_key = "ssh-rsa a+b/c== d@e";
    await mock.ask(lossTarget({ api_key }));
    expectJson(await mock.ask(`/total_flops_used?${new URLSearchParams({ api_key })}`), 200, "1e+16");
    expectJson(await mock.ask("/total_flops_used?api_key=ssh-rsa+a+b/c==+d@e"), 200, "0.0");
    expectJson(await mock.ask("/total_flops_used?api_key=ssh-rsa%20a%2Bb%2Fc%3D%3D%20d%40e"), 200, "1e+16");
  });

  test("that look un-encoded or end in a newline get a hint and the usual answer", async () => {
    const blob = "AAAAC3NzaC1lZDI1NTE5AAAAIA9vKp1rWJ7cJmZbV+6Jd5cN0k8q3iO1nBw2hXyTzU4R";
    const whole = await mock.ask(lossTarget({ api_key: `ssh-ed25519 ${blob} me@home` }));
    expect([whole.status, whole.headers["x-isoflop-hint"]]).toEqual([200, undefined]);
    const raw = await mock.ask(`/total_flops_used?api_key=ssh-ed25519 ${blob} me@home`.replaceAll(" ", "+"));
    expect([raw.status, raw.headers["x-isoflop-hint"]]).toEqual([200, expect.stringContaining("%2B")]);
    const newline = await mock.ask(lossTarget({ api_key: `ssh-ed25519 ${blob}\n` }));
    expect([newline.status, newline.headers["x-isoflop-hint"]]).toEqual([200, expect.stringContaining("newline")]);
    const comment = await mock.ask(lossTarget({ api_key: `ssh-ed25519 ${blob} me` }));
    expect(comment.headers["x-isoflop-hint"]).toBeUndefined();
  });

  const begin = `-----BEGIN OPENSSH PRIVATE ${"KEY-----"}`;
  test.each([
    ["an OpenSSH key", lossTarget({ api_key: `${begin}\nCANARY` })],
    ["an OpenSSH key without its first line", lossTarget({ api_key: "b3BlbnNzaC1rZXktdjEAAAAACANARY" })],
    ["a PuTTY key", `/total_flops_used?${new URLSearchParams({ api_key: `PuTTY-User-Key-File-3: CANARY` })}`],
    ["a key after other text", `/previous_runs?${new URLSearchParams({ api_key: `x ${begin} CANARY` })}`],
    ["a key in d_model", lossTarget({ d_model: `${begin} CANARY` })],
    ["a key at /loss/", `/loss/?${new URLSearchParams({ api_key: `${begin} CANARY` })}`],
    ["a key at an unknown path", `/nowhere?${new URLSearchParams({ api_key: `${begin} CANARY` })}`],
  ])("private ones are refused, stored nowhere, echoed nowhere: %s", async (_title, target) => {
    const ledger = new MemoryLedger();
    const answer = await (await startMock({ ledger })).ask(target);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body).message).toContain("private key");
    expect(JSON.stringify(answer)).not.toContain("CANARY");
    expect(ledger.keys()).toEqual([]);
  });
});
