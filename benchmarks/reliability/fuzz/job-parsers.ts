import { parseFinalFile } from "../../../src/cli/grade/stanford-2026.ts";
import { readJournal } from "../../../src/flight/journal/read.ts";
import { FIRST_SEAL, type JournalHeader, journalLine } from "../../../src/flight/journal/record.ts";
import { readJobList } from "../../../src/flight/stanford-2026/job-list.ts";
import { knownJobsOf, secondsOf } from "../../../src/flight/stanford-2026/known-jobs.ts";
import type { JobRecord } from "../../../src/flight/stanford-2026/record.ts";
import { buildJobWorld } from "../../../src/surface/stanford-2026/build-world.ts";
import { isJobTable, readJobTable, wholeRuntimeOf } from "../../../src/surface/stanford-2026/calibration/job-table.ts";
import { jobPresetDocument, jobPresetNames } from "../../../src/surface/stanford-2026/presets.ts";
import { parseJobWorld } from "../../../src/surface/stanford-2026/world-document.ts";
import { UserError } from "../../../src/task/errors.ts";
import { configurationText } from "../../../src/task/stanford-2026/configuration.ts";
import { EXAMPLE_CONFIG } from "../../../src/task/stanford-2026/example.ts";
import { type Answer, EndpointError } from "../../../src/training-api/request.ts";
import { readBudget, readExperiments, readFinal } from "../../../src/training-api/stanford-2026/read-answers.ts";
import { type Parser, parseJson, throughFile } from "./parser.ts";

const text = configurationText(EXAMPLE_CONFIG);
const other = { ...EXAMPLE_CONFIG, model_seed: 1 };
const ended = { type: "ended", runId: "r", usedSeconds: 30, losses: [3, 2.9], dispatchedAt: 1, endedAt: 2 };
const used = { used_runtime_seconds: 30, val_losses: [3, 2.9] };

const timing = { queued_at: "2026-05-04T20:53:36Z", dispatched_at: "2026-05-04T20:53:37.1Z", run_id: "r" };
const experiment = { experiment_id: 1, training_config: EXAMPLE_CONFIG, status: { ...timing, status_type: "queued" } };
const completed = { completed_at: "2026-05-04T20:54:36Z", status_type: "completed" };

const journal = [
  { kind: "journal", schema: 1, edition: "stanford-2026", endpoint: { url: "http://127.0.0.1:1/" }, key: "ab", at: "" },
  { at: "", kind: "account", used: 0, ids: [] },
  { at: "", kind: "submit", config: text, reason: "first" },
  { at: "", kind: "accepted", config: text, id: 1, from: "endpoint" },
  { at: "", kind: "ended", id: 1, queuedAt: 0, status: ended },
] as unknown as readonly (JournalHeader | JobRecord)[];

function journalText(): string {
  let [lines, seal] = ["", FIRST_SEAL];
  for (const record of journal) {
    const next = journalLine(record, seal);
    lines += next.line;
    seal = next.seal;
  }
  return lines;
}

/** What the edition of 2026 reads. */
export const JOB_PARSERS: readonly Parser[] = [
  {
    name: "job world",
    seeds: jobPresetNames()
      .slice(0, 3)
      .map((name) => JSON.stringify(jobPresetDocument(name))),
    read(document) {
      const world = buildJobWorld(parseJobWorld(parseJson(document), "world"));
      return [world.job(EXAMPLE_CONFIG, 0).lossAt(0), world.expected(EXAMPLE_CONFIG).finalLoss];
    },
  },
  {
    name: "list of jobs",
    seeds: [
      JSON.stringify([EXAMPLE_CONFIG, other]),
      JSON.stringify({ training_config: EXAMPLE_CONFIG, status: { status_type: "completed" } }),
      `[${text}]`,
    ],
    read: (jobs) => readJobList(jobs, "jobs.json")?.map(configurationText),
  },
  {
    name: "table of jobs",
    seeds: [
      JSON.stringify([
        { training_config: EXAMPLE_CONFIG, status: { ...used, status_type: "completed" } },
        { config: other, ...used, status: "failed", reason: { reason: "timeout", partial_val_losses: [3] } },
      ]),
      `${JSON.stringify({ config: EXAMPLE_CONFIG, ...used })}\n${JSON.stringify({ config: other, final_val_loss: 3 })}\n`,
    ],
    read: (table) => isJobTable(table) && readJobTable(table, "jobs.jsonl").rows.map(wholeRuntimeOf),
  },
  {
    name: "final file",
    seeds: [
      JSON.stringify({ training_config: EXAMPLE_CONFIG, predicted_final_loss: 3 }),
      JSON.stringify({
        submission: { training_config: EXAMPLE_CONFIG, predicted_final_loss: 3, submitted_at: "" },
        interval: { level: 0.8, low: 2.9, high: 3.1 },
      }),
    ],
    read: (submission) => parseFinalFile(submission, "submission.json"),
  },
  {
    name: "job answers",
    seeds: [
      JSON.stringify([experiment, { ...experiment, experiment_id: 2, status: { ...timing, ...used, ...completed } }]),
      JSON.stringify({ training_config: EXAMPLE_CONFIG, predicted_final_loss: 3, submitted_at: timing.queued_at }),
      JSON.stringify({ used_seconds: 40, remaining_seconds: 43_160, total_budget_seconds: 43_200 }),
    ],
    read(body) {
      const answer: Answer = { status: 200, text: body, body: parseJson(body), date: undefined };
      try {
        if (Array.isArray(answer.body)) return readExperiments(answer, "the answer");
        return (body.includes("submitted_at") ? readFinal : readBudget)(answer, "the answer");
      } catch (error) {
        throw error instanceof EndpointError ? new UserError(error.message) : error;
      }
    },
  },
  {
    name: "job journal",
    seeds: [journalText()],
    read: throughFile("jobs.jsonl", (file) => secondsOf(knownJobsOf(readJournal<JobRecord>(file)?.records ?? []))),
  },
];
