import { budgetText, experimentText } from "../../../mock-server/stanford-2026/answers.ts";
import { VirtualClock } from "../../../mock-server/stanford-2026/clock.ts";
import {
  advanceText,
  type Cluster,
  clockText,
  finalRunText,
  finalText,
  submitFinalReply,
  submitReply,
  unreadableReply,
} from "../../../mock-server/stanford-2026/cluster.ts";
import { MemoryLedger } from "../../../src/ledger/memory.ts";
import { buildJobWorld } from "../../../src/surface/stanford-2026/build-world.ts";
import { jobPresetDocument, jobPresetNames } from "../../../src/surface/stanford-2026/presets.ts";
import { UserError } from "../../../src/task/errors.ts";
import { type PythonValue, parsePythonJson } from "../../../src/task/python/json.ts";
import { NO_JOB_FAULTS } from "../../../src/training-api/stanford-2026/course.ts";
import { SECOND_JOBS } from "../../../src/training-api/stanford-2026/job-record.ts";
import { TrainingJobs } from "../../../src/training-api/stanford-2026/jobs.ts";
import { answerCalls } from "../engine/answer-calls.ts";
import type { Answer, JobCalls } from "./calls.ts";

// The mock of 2026 in a worker: what `isoflop serve --edition 2026 --time-scale 0` answers to the page of its one student.

const STUDENT = "you";

let cluster: Cluster | undefined;

answerCalls<JobCalls>({
  menu: jobPresetNames,
  open({ world: name }) {
    const world = buildJobWorld(jobPresetDocument(name));
    const ledger = new MemoryLedger(SECOND_JOBS);
    const clock = new VirtualClock(0, ledger);
    const repetition = 0;
    const jobs = new TrainingJobs({ world, ledger, repetition, faults: NO_JOB_FAULTS, now: () => clock.now() });
    cluster = { jobs, clock, world, repetition, ledger };
    return { name, description: world.document.description };
  },
  ask({ path, body }) {
    if (!cluster) throw new Error("no world is open");
    try {
      return body === undefined ? got(cluster, path) : posted(cluster, path, body);
    } catch (error) {
      if (error instanceof UserError) return { status: 422, text: JSON.stringify({ message: error.message }) };
      throw error;
    }
  },
});

function got(of: Cluster, path: string): Answer {
  const texts: Readonly<Record<string, () => string>> = {
    "/budget": () => budgetText(of.jobs.used(STUDENT)),
    "/experiments": () => `[${of.jobs.experiments(STUDENT).map(experimentText).join(",")}]`,
    "/final_submission": () => finalText(of, STUDENT),
    "/admin/clock": () => clockText(of),
  };
  const text = texts[path];
  if (!text) throw new Error(`nothing at ${path}`);
  return { status: 200, text: text() };
}

function posted(of: Cluster, path: string, body: string): Answer {
  if (path === "/admin/advance") return { status: 200, text: advanceText(of, JSON.parse(body)) };
  if (path === "/admin/final_run") return { status: 200, text: finalRunText(of, STUDENT) };
  const reply = { "/submit": submitReply, "/final_submission": submitFinalReply }[path];
  if (!reply) throw new Error(`nothing at ${path}`);
  let parsed: PythonValue;
  try {
    parsed = parsePythonJson(body);
  } catch (error) {
    return unreadableReply(error);
  }
  return reply(of, STUDENT, parsed);
}
