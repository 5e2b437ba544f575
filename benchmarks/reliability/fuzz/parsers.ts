import assert from "node:assert/strict";
import { parseFaults } from "../../../mock-server/faults/document.ts";
import { parseLossQuery } from "../../../mock-server/query.ts";
import { gameAt } from "../../../site/playground/engine/game.ts";
import { linkOf, readLink } from "../../../site/playground/page/link.ts";
import { parseSubmissionFile } from "../../../src/cli/grade/submission-file.ts";
import { readKeys } from "../../../src/cli/key-file.ts";
import { scoreSubmission } from "../../../src/experiment/score.ts";
import { readJournal } from "../../../src/flight/journal/read.ts";
import { FIRST_SEAL, type JournalRecord, journalLine } from "../../../src/flight/journal/record.ts";
import { knownAccountOf } from "../../../src/flight/known-account.ts";
import { planDocument, planText } from "../../../src/flight/load-plan.ts";
import { planFingerprint, signedPlan } from "../../../src/flight/plan.ts";
import { plannedJobs } from "../../../src/flight/stanford-2026/play-plan.ts";
import { buildWorld } from "../../../src/surface/build-world.ts";
import { DEFAULT_WORLD, presetDocument, presetNames } from "../../../src/surface/presets.ts";
import { parseWorld } from "../../../src/surface/world-document.ts";
import { parseColumns } from "../../../src/table/columns.ts";
import { parseRunList } from "../../../src/table/run-list.ts";
import { readRunsTable } from "../../../src/table/runs.ts";
import { parseCondition } from "../../../src/table/where.ts";
import { STANFORD_2025_TASK } from "../../../src/task/stanford-2025/task.ts";
import { configurationText } from "../../../src/task/stanford-2026/configuration.ts";
import { EXAMPLE_CONFIG } from "../../../src/task/stanford-2026/example.ts";
import { STANFORD_2026_TASK } from "../../../src/task/stanford-2026/task.ts";
import { parseResultLine, resultLine } from "../../../src/tournament/result.ts";
import { JOB_FAULTS } from "../../../src/training-api/stanford-2026/course.ts";
import { JOB_PARSERS } from "./job-parsers.ts";
import { type Parser, parseJson, throughFile } from "./parser.ts";
import { PROGRAM_PARSERS } from "./program-parsers.ts";
import { TABLE_PARSERS } from "./table-parsers.ts";

const run = { d_model: 256, num_layers: 4, num_heads: 4, batch_size: 128, learning_rate: 0.001, train_flops: 1e16 };
const config = { dModel: 256, numLayers: 4, numHeads: 4, batchSize: 128, learningRate: 0.001, trainFlops: 1e16 };
const submission = { ...run, train_flops: 1e19, model_size: 3_145_728, predicted_loss: 3 };
const plan = signedPlan({
  schema: "isoflop-plan/1",
  strategy: { name: "runs.csv", kind: "list", hash: "00", runs: [run] },
  code: { version: "0", hash: "00" },
  seed: 0,
  task: STANFORD_2025_TASK,
});
const jobsPlan = signedPlan({
  schema: "isoflop-plan/1",
  strategy: { name: "jobs.json", kind: "list", hash: "00", jobs: [configurationText(EXAMPLE_CONFIG)] },
  code: { version: "0", hash: "00" },
  seed: 0,
  task: STANFORD_2026_TASK,
});
const presets = presetNames().filter((_, i) => i % 9 === 0);

const journal = [
  {
    kind: "journal",
    schema: 1,
    plan,
    endpoint: { url: "http://127.0.0.1:1/", source: "simulated" },
    key: "ab",
    at: "",
  },
  { at: "", kind: "ask", config: run },
  { at: "", kind: "answer", config: run, from: "endpoint", status: "ok", loss: 3, total: 1e16 },
  { at: "", kind: "account", total: 1e16, runs: [{ ...run, loss: 3 }] },
] as unknown as readonly JournalRecord[];

function journalText(): string {
  let [text, seal] = ["", FIRST_SEAL];
  for (const record of journal) {
    const next = journalLine(record, seal);
    text += next.line;
    seal = next.seal;
  }
  return text;
}

const result = resultLine("key", {
  strategy: "s",
  world: "w",
  repetition: 0,
  spent: 1e16,
  queries: 1,
  repeats: 0,
  refused: 0,
  invalid: 0,
  seconds: 0.1,
  status: "failed",
  failure: "none",
});

export const PARSERS: readonly Parser[] = [
  {
    name: "runs CSV",
    seeds: [
      "N,D,C,loss\n1e6,2e9,1.2e16,3.2\n2e6,1e9,1.2e16,3.1\n",
      "params;tokens;loss\n1e6;2e9;3.2\n2e6;2e9;3.0\n",
      "d_model,num_layers,num_heads,batch_size,learning_rate,train_flops,loss\n256,4,4,128,0.001,1e16,3.2\n512,4,4,128,0.001,1e16,3.1\n",
      '# a sweep\nsep=;\n"Name";State;_step;N;"flops";eval/c4/loss\na;finished;9;"12.000.000";1,5e17 FLOPs;4,71\n;;;;;\na;crashed;3;2M;1e17;NA\n',
    ],
    read: (text) => readRunsTable(text),
  },
  {
    name: "runs JSON",
    seeds: [
      JSON.stringify([
        { compute_budget: 1e18, parameters: 1e7, final_loss: 3.1 },
        { compute_budget: 1e19, parameters: 2e7, final_loss: 2.9 },
      ]),
      JSON.stringify({
        previous_runs: [
          { ...run, loss: 3 },
          { ...run, d_model: 512, loss: 2.9 },
        ],
      }),
      `${JSON.stringify({ N: 1e6, D: 1e9, loss: 3 })}\n${JSON.stringify({ N: 2e6, D: 1e9, loss: 2.9 })}\n`,
      `{"run1":{"config":{"N":{"value":1e6},"C":1e16},"loss":3},"run2":{"config":{"N":2e6,"C":1e16},"loss":NaN}}`,
      `{"N":[1e6,2e6],"C":[1e16,1e16],"loss":[3,2.9]}`,
      `started\n{"N":1e6,"C":1e16,"loss":3}\n3\n{"detail":"no"}\n{"N":2e6,"C":`,
    ],
    read: (text) => readRunsTable(text),
  },
  {
    name: "list of runs",
    seeds: [
      JSON.stringify({ runs: [run, { ...run, d_model: 512 }] }),
      "d_model,num_layers,num_heads,batch_size,learning_rate,train_flops\n256,4,4,128,1e-3,1e16\n",
    ],
    read: (text) => parseRunList({ name: "runs", text }),
  },
  {
    name: "columns",
    seeds: ['N=1e6*"size, m",loss=loss, eval,C=1e9*gflops', "U=tokens*1e9"],
    read: parseColumns,
  },
  {
    name: "condition",
    seeds: ["\"my column\" != 'a b'", "C<1e21", "state=finished"],
    read: parseCondition,
  },
  {
    name: "world JSON",
    seeds: presets.map((name) => JSON.stringify(presetDocument(name))),
    read(text) {
      const world = buildWorld(parseWorld(parseJson(text), "world"));
      return world.answer(config, 0);
    },
  },
  {
    name: "plan",
    seeds: [planText(plan), planText(jobsPlan)],
    read(text) {
      const read = planDocument(text, "plan.json");
      return read && [plannedJobs(read), planFingerprint(read)];
    },
  },
  {
    name: "journal",
    seeds: [journalText()],
    read: throughFile("journal.jsonl", (file) => knownAccountOf(readJournal(file)?.records ?? [])),
  },
  { name: "results", seeds: [`${result}\n${result}\n`], read: (text) => text.split("\n").map(parseResultLine) },
  { name: "submission", seeds: [JSON.stringify(submission)], read: (text) => parseSubmissionFile(text, "submission") },
  {
    name: "faults",
    seeds: [
      JSON.stringify({
        schema: "isoflop-faults/1",
        seed: 1,
        rules: [{ key: "ab".repeat(32), latencyMs: 1, jitterMs: 2, statuses: [500], shares: { error: 0.5, cut: 0.1 } }],
      }),
      JSON.stringify({ schema: "isoflop-faults/1", jobs: { shares: { [JOB_FAULTS[0]]: 0.5 }, queueSeconds: 60 } }),
    ],
    read: (text) => parseFaults(text, "faults"),
  },
  {
    name: "keys file",
    seeds: [`# class\nssh-ed25519 AAAA one\n${"ab".repeat(32)}\n`],
    read: throughFile("keys", readKeys),
  },
  {
    name: "query",
    seeds: [
      "d_model=256&num_layers=4&num_heads=4&batch_size=128&learning_rate=0.001&train_flops=10000000000000&api_key=me",
      "d_model=2_56&num_layers=+4&num_heads=4.0&batch_size=%20128&learning_rate=1e-3&train_flops=1e16&api_key=a%2Bb",
    ],
    read: parseLossQuery,
  },
  {
    name: "link",
    seeds: [
      linkOf({ world: DEFAULT_WORLD, runs: [config, { ...config, dModel: 512 }] }),
      linkOf({
        world: "sealed/7",
        runs: [config],
        submission: { config: { ...config, trainFlops: 1e19 }, predictedLoss: 3 },
      }),
    ],
    async read(text) {
      const { world = DEFAULT_WORLD, runs, submission } = readLink(text);
      const again = readLink(linkOf({ world: "", runs, ...(submission && { submission }) }));
      assert.equal(JSON.stringify(again), JSON.stringify({ runs, ...(submission && { submission }) }));
      const game = await gameAt({ world, runs });
      return submission && scoreSubmission(game.world, submission);
    },
  },
  ...TABLE_PARSERS,
  ...JOB_PARSERS,
  ...PROGRAM_PARSERS,
];
