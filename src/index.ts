/**
 * Isoflop as a library: fit laws to runs, play strategies against simulated training APIs, and score what they submit.
 *
 *     const world = buildWorld(presetDocument("handout/smooth"));    // or parseWorld(JSON.parse(text), "world.json")
 *     const api = simulatedApi(world);                               // or httpApi({ baseUrl, apiKey, source })
 *     const strategy = strategyNamed("isoflops-minimum");            // or your own object of type Strategy
 *     const { runs, submission } = await drive(strategy, api, world.task, { stream: "seed 0" });
 *     const { regret } = scoreSubmission(world, submission);         // nats above the best admissible submission
 *     const fit = fitterNamed("parametric").fit(answered(runs).map(pointOf));  // or of readRunsTable(text).runs
 *     const { N, D } = fit.optimum(1e19) ?? {};                      // the best size and tokens at a budget
 *
 * Exports follow semantic versioning; before 1.0 a minor version may change them, and CHANGELOG.md says how.
 *
 * Sizes N are parameters without embeddings, D tokens, C FLOPs, losses nats per token. A caller's mistake throws a
 * `UserError` with one line; an endpoint that cannot be reached or breaks its contract throws an `EndpointError`.
 */
export { STRATEGIES, strategyNamed } from "../strategies/index.ts";
export { type DriveOptions, drive, type Trace } from "./experiment/drive.ts";
export type { KnownRun } from "./experiment/history.ts";
export { type NextNow, type NextOptions, type NextPlan, type NextRun, nextRuns } from "./experiment/next/plan.ts";
export { scoreSubmission } from "./experiment/score.ts";
export type { Allocation, Fit, FitOptions, FitStatus, Fitter, Prior } from "./fit/fitter.ts";
export { FITTERS, fitterNamed } from "./fit/index.ts";
export type { ObjectiveName } from "./fit/objective.ts";
export type { PowerLaw, Space } from "./fit/power-law.ts";
export type { Fingerprint, Ledger, LedgerEntry, Reservation } from "./ledger/ledger.ts";
export { MemoryLedger } from "./ledger/memory.ts";
export type { Answers } from "./surface/answers.ts";
export { buildWorld } from "./surface/build-world.ts";
export type { Noise } from "./surface/noise.ts";
export { presetDocument, presetNames } from "./surface/presets.ts";
export type { RecordedAnswer } from "./surface/recorded-answers.ts";
export { suiteNamed, suiteNames } from "./surface/suites/suites.ts";
export type { SurfaceDocument } from "./surface/surface.ts";
export { optimumOf } from "./surface/truth.ts";
export type { Optimum, Replay, World } from "./surface/world.ts";
export { parseWorld, type WorldDocument, withRecordedAnswers } from "./surface/world-document.ts";
export type { Column, ColumnChoice, Columns, FoundColumns } from "./table/columns.ts";
export type { Quantity } from "./table/names.ts";
export type { DroppedRow, Rows } from "./table/rows.ts";
export type { Setting, TableRun } from "./table/run-reader.ts";
export { type RunsTable, type RunsTableOptions, readRunsTable } from "./table/runs.ts";
export { type Condition, parseCondition } from "./table/where.ts";
export { type Accounting, nonEmbeddingParameters, type Training, trainingOf } from "./task/accounting.ts";
export {
  type AnsweredRun,
  answered,
  type Field,
  type Run,
  type RunConfig,
  type RunStatus,
  type Shape,
} from "./task/configuration.ts";
export { UserError } from "./task/errors.ts";
export { type Rng, randomStream } from "./task/random.ts";
export { queryableShape, realizeShape } from "./task/realize.ts";
export { pointOf, type RunPoint } from "./task/run-point.ts";
export type { Score, TimedScore } from "./task/score.ts";
export type { Domain, SearchSpace } from "./task/search-space.ts";
export type { Query, Strategy } from "./task/strategy.ts";
export { type Admissible, inadmissibilities, type LossInterval, type Submission } from "./task/submission.ts";
export { budgetsOf, type Task } from "./task/task.ts";
export type { GivenSpace } from "./task/task-schema.ts";
export { sourceOf } from "./training-api/endpoint.ts";
export { type HttpOptions, httpApi } from "./training-api/http.ts";
export { EndpointError } from "./training-api/request.ts";
export { simulatedApi } from "./training-api/simulated.ts";
export type { LossAnswer, Source, TrainingApi } from "./training-api/training-api.ts";
