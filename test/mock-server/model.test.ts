import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Answer } from "../../benchmarks/reliability/servers/asking.ts";
import { rowOf } from "../../benchmarks/reliability/servers/stored-runs.ts";
import type { Registration } from "../../mock-server/api-key.ts";
import type { State } from "../../mock-server/dashboard/wire.ts";
import { fingerprintOf } from "../../src/ledger/fingerprint.ts";
import { fromWire } from "../../src/task/stanford-2025/wire.ts";
import { temporaryFolder } from "../ledger/temporary.ts";
import { type DashboardMock, startDashboard } from "./dashboard-mock.ts";
import { ask, lossTarget } from "./mock.ts";
import { CAP, Reference } from "./reference.ts";

const folder = temporaryFolder();
const KEYS = ["ssh-ed25519 AAAA+/= one@example.edu", "two"] as const;
const TOKEN = "a secret of sixteen or more";

interface Mode {
  /** Only the first key is known, from the start. */
  readonly closed: boolean;
  readonly strictHandout: boolean;
  /** Two servers on one file, in the place of one that forgets. */
  readonly onFile: boolean;
}

interface Ask {
  readonly key: string;
  readonly config: Readonly<Record<string, string>>;
}

/** Servers with what they should hold, and with the losses they have told, by row. */
interface World {
  readonly mode: Mode;
  servers: readonly DashboardMock[];
  readonly losses: Map<string, string>;
  restart(): Promise<void>;
}

type Command = fc.AsyncCommand<Reference, World>;

function command(text: string, run: (reference: Reference, world: World) => Promise<void>): Command {
  return { check: () => true, run, toString: () => text };
}

let files = 0;

async function open(mode: Mode): Promise<World> {
  const ledger = mode.onFile ? { ledger: join(folder, `ledger-${files++}`) } : {};
  const registration: Registration = mode.closed ? [fingerprintOf(KEYS[0])] : "open";
  const start = () =>
    startDashboard({ registration, strictHandout: mode.strictHandout }, { adminToken: TOKEN, ...ledger });
  const servers = async () => (mode.onFile ? [await start(), await start()] : [await start()]);
  const world: World = {
    mode,
    servers: await servers(),
    losses: new Map(),
    async restart() {
      await Promise.all(world.servers.map((server) => server.stop()));
      world.servers = await servers();
    },
  };
  return world;
}

function isRegistered({ closed }: Mode, key: string): boolean {
  return !closed || key === KEYS[0];
}

function costOf({ config }: Ask): bigint {
  return BigInt(config.train_flops as string);
}

const invalidKey = (key: string) => ({
  status: 422,
  body: JSON.stringify({ message: `Invalid API key provided: ${key}` }),
});

/** The answer to a question that should be given; buys in the reference. The loss is for the first that tells it. */
function answerTo(asked: Ask, reference: Reference, { mode, losses }: World): { status: number; body: string } {
  const { key, config } = asked;
  if (mode.closed && key !== KEYS[0]) return invalidKey(key);
  if (reference.buy(key, rowOf(config), costOf(asked)))
    return { status: 200, body: `{"loss":${losses.get(rowOf(config))},"total_flops_used":${reference.used(key)}}` };
  const sum = `used ${reference.used(key)} + requested ${costOf(asked)} > ${CAP}`;
  return { status: 422, body: JSON.stringify({ message: `FLOPs budget exceeded: ${sum}` }) };
}

/** Keeps the loss of a configuration that was answered for the first time. */
function learn({ config }: Ask, { body }: Answer, { losses }: World): void {
  const [, loss] = /^\{"loss":(\d+\.\d+),/.exec(body) ?? [];
  if (loss !== undefined && !losses.has(rowOf(config))) losses.set(rowOf(config), loss);
}

const plain = ({ status, body }: Answer) => ({ status, body });

const asks: fc.Arbitrary<Ask> = fc.record({
  key: fc.constantFrom(...KEYS),
  config: fc.record({
    d_model: fc.constantFrom("64", "65", "66"),
    learning_rate: fc.constantFrom("0.001", "0.0003"),
    train_flops: fc.constantFrom("100000000000000000", "300000000000000000", "1000000000000000000"),
  }),
});
const place = fc.nat(1);
const at = ({ servers }: World, which: number) => servers[which % servers.length] as DashboardMock;

const loss = fc.tuple(asks, fc.boolean(), place).map(([asked, odd, which]) =>
  command(`ask ${which} ${JSON.stringify(asked)}${odd ? " oddly" : ""}`, async (reference, world) => {
    const { key, config } = asked;
    const { d_model, learning_rate } = config;
    const spelled = odd
      ? { ...config, d_model: ` +${d_model}.0 `, learning_rate: `${Number(learning_rate) * 1e4}e-4` }
      : config;
    const answer = await at(world, which).ask(lossTarget({ ...spelled, api_key: key }));
    learn(asked, answer, world);
    expect(plain(answer)).toEqual(answerTo(asked, reference, world));
  }),
);

const burst = fc.array(fc.tuple(asks, place), { minLength: 2, maxLength: 4 }).map((burst) =>
  command(`ask at once ${JSON.stringify(burst)}`, async (reference, world) => {
    const answers = await Promise.all(
      burst.map(([{ key, config }, which]) => at(world, which).ask(lossTarget({ ...config, api_key: key }))),
    );
    for (const [i, [asked]] of burst.entries()) learn(asked, answers[i] as Answer, world);
    // In some order it must have been what one after the other would have got.
    const explained = ordersOf(burst.map((_, i) => i)).find((order) => {
      const trial = reference.copy();
      return order.every((i) => {
        const [asked] = burst[i] as (typeof burst)[number];
        const { status, body } = answerTo(asked, trial, world);
        return status === answers[i]?.status && body === answers[i]?.body;
      });
    });
    expect({ answers: answers.map(plain), explained: explained !== undefined }).toMatchObject({ explained: true });
    for (const i of explained ?? []) answerTo((burst[i] as (typeof burst)[number])[0], reference, world);
  }),
);

function ordersOf(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) => ordersOf(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}

const account = fc.tuple(fc.constantFrom(...KEYS), place).map(([key, which]) =>
  command(`account ${which} ${key}`, async (reference, world) => {
    const query = new URLSearchParams({ api_key: key });
    const total = plain(await at(world, which).ask(`/total_flops_used?${query}`));
    const runs = plain(await at(world, which).ask(`/previous_runs?${query}`));
    const { strictHandout } = world.mode;
    const used = reference.used(key);
    if (!isRegistered(world.mode, key) || (strictHandout && used === 0n))
      return expect([total, runs]).toEqual([invalidKey(key), invalidKey(key)]);
    // A Python float, or the handout's integer.
    expect(total.body).toMatch(strictHandout ? /^\d+$/ : /^\d(?:\.\d+)?e\+\d\d$|^0\.0$/);
    expect([total.status, Number(total.body)]).toEqual([200, Number(used)]);
    const rows = [...(reference.bought.get(key)?.keys() ?? [])].map(
      (row) => `${row.slice(0, -1)},"loss":${world.losses.get(row)}}`,
    );
    expect(runs).toEqual({ status: 200, body: `{"previous_runs":[${rows.join(",")}]}` });
  }),
);

/** Wrong calls, with the status and a word of the body; for no key do they have an effect. */
const WRONG: readonly (readonly [target: string, status: number, word: string, method?: string])[] = [
  [lossTarget({ api_key: undefined }), 422, '"loc":["query","api_key"]'],
  ["/total_flops_used", 422, '"loc":["query","api_key"]'],
  ["/previous_runs?key=one", 422, '"loc":["query","api_key"]'],
  ["/loss", 422, '"loc":["query","d_model"]'],
  [lossTarget({ api_key: KEYS[0], d_model: "9999" }), 404, "d_model must be in range [64, 1024], got 9999"],
  [lossTarget({ api_key: KEYS[0], train_flops: "20000000000000000" }), 404, "train_flops must be one of"],
  [lossTarget({ api_key: KEYS[0], train_flops: "1e16" }), 422, "int_parsing"],
  [lossTarget({ api_key: KEYS[0], learning_rate: "0,001" }), 422, "float_parsing"],
  [lossTarget({ api_key: `-----BEGIN OPENSSH PRIVATE ${"KEY-----"}` }), 400, "private key"],
  [lossTarget({ api_key: KEYS[0] }), 405, "Method Not Allowed", "POST"],
  [`/previous_runs?${new URLSearchParams({ api_key: KEYS[0] })}`, 405, "", "HEAD"],
  [lossTarget({ api_key: KEYS[0] }).replace("/loss", "/loss/"), 307, ""],
  [lossTarget({ api_key: KEYS[0] }).replace("/loss", "/lose"), 404, "Not Found"],
  ["/", 404, "Not Found"],
  ["/docs", 200, "swagger"],
  ["/openapi.json", 200, '"/previous_runs"'],
  ["/dashboard", 200, "isoflop"],
  ["/dashboard/events", 401, "token"],
  ["/dashboard/reset", 401, "token", "POST"],
];
const wrong = fc.tuple(fc.constantFrom(...WRONG), place).map(([[target, status, word, method], which]) =>
  command(`${method ?? "GET"} ${which} ${target}`, async (_reference, world) => {
    const headers = { "x-isoflop-token": "a guess at the secret" };
    const answer = await at(world, which).ask(target, { headers, ...(method === undefined ? {} : { method }) });
    expect([answer.status, answer.body]).toEqual([status, expect.stringContaining(word)]);
  }),
);

const admin = { "content-type": "application/json", "x-isoflop-token": TOKEN };

function post({ port }: DashboardMock, action: string, body: unknown): Promise<Answer> {
  return ask(port, `/dashboard/${action}`, { method: "POST", headers: admin, body: JSON.stringify(body) });
}

const NO_SUCH_KEY = { status: 422, body: '{"message":"no such key: it appears with its first run"}' };

const reset = fc.tuple(fc.constantFrom(...KEYS), place).map(([key, which]) =>
  command(`reset ${which} ${key}`, async (reference, world) => {
    const answer = plain(await post(at(world, which), "reset", { key: fingerprintOf(key) }));
    if (!reference.bought.has(key)) return expect(answer).toEqual(NO_SUCH_KEY);
    expect(answer).toEqual({ status: 200, body: "{}" });
    reference.bought.set(key, new Map());
  }),
);

const dashboardAsk = fc.tuple(asks, place).map(([asked, which]) =>
  command(`ask on the dashboard ${which} ${JSON.stringify(asked)}`, async (reference, world) => {
    const { key } = asked;
    const config = fromWire(JSON.parse(rowOf(asked.config)));
    const answer = plain(await post(at(world, which), "ask", { key: fingerprintOf(key), config }));
    if (!reference.bought.has(key)) return expect(answer).toEqual(NO_SUCH_KEY);
    learn(asked, answer as Answer, world);
    const { status, body } = answerTo(asked, reference, world);
    if (status === 422) return expect(answer).toEqual({ status, body });
    const { loss, total_flops_used: used } = JSON.parse(body);
    expect([answer.status, JSON.parse(answer.body)]).toEqual([200, { key: fingerprintOf(key), loss, used }]);
  }),
);

const watch = place.map((which) =>
  command(`watch ${which}`, async (reference, world) => {
    const { keys } = await stateOf(at(world, which));
    const shown = Object.fromEntries(keys.map(({ key, runs }) => [key, runs]));
    const known = KEYS.filter((key) => reference.bought.has(key));
    const held = known.map((key) => {
      const rows = [...(reference.bought.get(key)?.keys() ?? [])];
      const runs = rows.map((row) => [...Object.values(JSON.parse(row)), Number(world.losses.get(row))]);
      return [fingerprintOf(key), runs];
    });
    expect(shown).toEqual(Object.fromEntries(held));
  }),
);

/** What a dashboard that is opened now shows first. */
async function stateOf({ url }: DashboardMock): Promise<State> {
  const leave = new AbortController();
  const { body } = await fetch(`${url}/dashboard/events`, { headers: admin, signal: leave.signal });
  let text = "";
  for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const [, state] = /^event: state\ndata: (.*)\n\n/.exec(text) ?? [];
    if (state === undefined) continue;
    leave.abort();
    return JSON.parse(state);
  }
  throw new Error(`the stream ended: ${text}`);
}

const restart = fc.constant(
  command("restart", async (reference, world) => {
    await world.restart();
    if (!world.mode.onFile) reference.bought.clear();
  }),
);

test.each([true, false])(
  "any sequence of calls is answered as by a table of what was bought; on a file: %s",
  async (onFile) => {
    const modes = fc.record({ closed: fc.boolean(), strictHandout: fc.boolean() });
    const commands = fc.commands([loss, loss, burst, account, wrong, reset, dashboardAsk, watch, restart], {
      maxCommands: 25,
      size: "max",
    });
    const property = fc.asyncProperty(modes, commands, async (mode, sequence) => {
      const world = await open({ ...mode, onFile });
      try {
        await fc.asyncModelRun(() => ({ model: new Reference(), real: world }), sequence);
      } finally {
        await Promise.all(world.servers.map((server) => server.stop()));
      }
    });
    await fc.assert(property, { numRuns: onFile ? 16 : 40 });
  },
);
