import fc from "fast-check";
import { expect, test } from "vitest";
import { lossTarget, type Mock, startMock } from "./mock.ts";

const CAP = 2_000_000_000_000_000_000n;

interface Ask {
  readonly d_model: number;
  readonly learning_rate: number;
  readonly train_flops: string;
}

/** Few configurations and dear ones, so that equal ones meet and the budget runs out. */
const asks = fc.array(
  fc.record({
    d_model: fc.integer({ min: 64, max: 70 }),
    learning_rate: fc.constantFrom(0.001, 0.0003),
    train_flops: fc.constantFrom("100000000000000000", "300000000000000000", "600000000000000000"),
  }),
  { minLength: 1, maxLength: 24 },
);

const mocks = await Promise.all(Array.from({ length: 2 }, () => startMock()));
const mock = mocks[0] as Mock;
let keys = 0;

function target({ d_model, learning_rate, train_flops }: Ask, api_key: string): string {
  return lossTarget({ d_model: `${d_model}`, learning_rate: `${learning_rate}`, train_flops, api_key });
}

test("queries in parallel never spend above the budget, and each distinct configuration is charged once", async () => {
  const property = fc.asyncProperty(asks, async (wanted) => {
    const api_key = `parallel ${keys++}`;
    const answers = await Promise.all(wanted.map((ask) => mock.ask(target(ask, api_key))));
    const paid = new Map<string, { loss: number; cost: bigint }>();
    for (const [i, { status, body }] of answers.entries()) {
      const ask = wanted[i] as Ask;
      if (status === 422) {
        expect(JSON.parse(body).message).toMatch(
          /^FLOPs budget exceeded: used \d+ \+ requested \d+ > 2000000000000000000$/,
        );
        continue;
      }
      expect(status).toBe(200);
      const { loss } = JSON.parse(body);
      const identity = JSON.stringify(ask);
      expect(paid.get(identity)?.loss ?? loss).toBe(loss);
      paid.set(identity, { loss, cost: BigInt(ask.train_flops) });
    }
    const spent = [...paid.values()].reduce((sum, { cost }) => sum + cost, 0n);
    const totals = answers.flatMap(({ body }) => /"total_flops_used":(\d+)/.exec(body)?.[1] ?? []).map(BigInt);
    expect(totals.every((total) => total <= CAP)).toBe(true);
    expect(totals.reduce((a, b) => (a > b ? a : b), 0n)).toBe(spent);
    const { previous_runs } = JSON.parse((await mock.ask(`/previous_runs?${new URLSearchParams({ api_key })}`)).body);
    expect(previous_runs).toHaveLength(paid.size);
  });
  await fc.assert(property, { numRuns: 40 });
});

test("one seed gives byte-identical answers in every order and to every key", async () => {
  const property = fc.asyncProperty(
    asks.chain((wanted) => fc.tuple(fc.constant(wanted), fc.shuffledSubarray(wanted, { minLength: wanted.length }))),
    async ([wanted, shuffled]) => {
      const [one, two] = await Promise.all(
        [wanted, shuffled].map(async (order, i) => {
          const losses = new Map<string, string>();
          for (const [n, ask] of order.entries()) {
            // A key of its own for each, so that none is refused.
            const { body } = await (mocks[i] as Mock).ask(target(ask, `order ${keys} ${i} ${n}`));
            losses.set(JSON.stringify(ask), /^\{"loss":([^,]+),/.exec(body)?.[1] ?? body);
          }
          return losses;
        }),
      );
      keys++;
      expect(Object.fromEntries(one as Map<string, string>)).toEqual(Object.fromEntries(two as Map<string, string>));
    },
  );
  await fc.assert(property, { numRuns: 15 });
});

test("no bad input gets a 5xx, and every answer is JSON or a page", async () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }).map((value) => encodeURIComponent(value.toWellFormed())),
    fc
      .string({ unit: fc.constantFrom(..."abz019%&=+?#;/.-_~[]{}|\\^`\"'<>:@!$,*()") })
      .map((value) => value.replaceAll("#", "%23")),
    fc.constantFrom(
      "1e400",
      "%00",
      "%ff%fe",
      "%",
      "__proto__",
      "constructor",
      "9".repeat(4000),
      "-",
      "NaN",
      "Infinity",
    ),
  );
  const name = fc.oneof(fc.constantFrom("d_model", "learning_rate", "train_flops", "api_key", "__proto__"), text);
  const query = fc
    .array(fc.tuple(name, text), { maxLength: 12 })
    .map((pairs) => pairs.map((pair) => pair.join("=")).join("&"));
  const path = fc.oneof(
    fc.constantFrom("/loss", "/total_flops_used", "/previous_runs", "/docs", "/openapi.json", "/loss/", "/docs/"),
    text.map((value) => `/${value}`),
  );
  const method = fc.constantFrom("GET", "GET", "GET", "POST", "HEAD", "OPTIONS", "PATCH", "PROPFIND");
  const property = fc.asyncProperty(path, query, method, async (where, what, how) => {
    const answer = await mock.ask(`${where}?${what}`, { method: how });
    expect(answer.status).toBeLessThan(500);
    if (answer.body !== "" && answer.headers["content-type"] === "application/json") JSON.parse(answer.body);
    else if (answer.body !== "") expect(answer.headers["content-type"]).toBe("text/html; charset=utf-8");
  });
  await fc.assert(property, { numRuns: 600 });
});
