import { BUDGET_SECONDS } from "../../src/task/stanford-2026/budget.ts";
import { MOST_TOKENS } from "../../src/task/stanford-2026/configuration.ts";
import { EXAMPLE_CONFIG } from "../../src/task/stanford-2026/example.ts";

const integer = { type: "integer" };
const number = { type: "number" };
const boolean = { type: "boolean" };
const text = { type: "string" };
const positive = { type: "integer", exclusiveMinimum: 0 };
const time = { type: "string", format: "date-time" };
const losses = { type: "array", items: number };
const clip = { anyOf: [number, { type: "null" }], default: 1 };
const withDefault = (value: number, type: string = "number") => ({ type, default: value });

function object(properties: Record<string, object>, optional: readonly string[] = []) {
  const required = Object.keys(properties).filter(
    (name) => !("default" in properties[name]!) && !optional.includes(name),
  );
  return { type: "object", additionalProperties: false, required, properties };
}

function ref(name: string) {
  return { $ref: `#/components/schemas/${name}` };
}

const begun = { queued_at: time, dispatched_at: time, run_id: text };

const schemas = {
  ArchitectureConfig: object({
    attention_bias: boolean,
    head_dim: integer,
    hidden_size: integer,
    intermediate_size: integer,
    num_attention_heads: integer,
    num_hidden_layers: integer,
    num_key_value_heads: integer,
    rms_norm_eps: number,
    rope_theta: integer,
    tie_word_embeddings: boolean,
    dtype: { enum: ["float32", "bfloat16"] },
    vocab_size: integer,
  }),
  LRSchedulerConfig: object({
    peak_value: withDefault(3e-4),
    final_lr_frac: withDefault(0.1),
    warmup_frac: withDefault(0.05),
    init_value: withDefault(0),
  }),
  SGDConfig: object({ lr_scheduler: ref("LRSchedulerConfig"), grad_clip_norm: clip }),
  AdamWConfig: object(
    {
      lr_scheduler: ref("LRSchedulerConfig"),
      weight_decay: withDefault(0.01),
      beta1: withDefault(0.9),
      beta2: withDefault(0.95),
      eps: withDefault(1e-8),
      eps_root: withDefault(1e-8),
      grad_clip_norm: clip,
    },
    ["lr_scheduler"],
  ),
  TrainingConfig: object({
    architecture_config: ref("ArchitectureConfig"),
    optimizer_config: { anyOf: [ref("SGDConfig"), ref("AdamWConfig")] },
    train_batch_size: positive,
    val_batch_size: positive,
    n_evals: { ...positive, default: 16 },
    total_train_tokens: { ...positive, maximum: MOST_TOKENS },
    max_runtime_seconds: { type: "number", minimum: 1 },
    model_seed: { type: "integer", minimum: 0, default: 0 },
  }),
  BudgetSummary: object({
    used_seconds: number,
    remaining_seconds: number,
    total_budget_seconds: { type: "number", examples: [BUDGET_SECONDS] },
  }),
  Submitted: object({ experiment_id: integer, budget_summary: ref("BudgetSummary") }),
  Queued: object({ queued_at: time, status_type: { const: "queued" } }),
  Running: object({ ...begun, val_losses: losses, status_type: { const: "running" } }),
  Completed: object({
    ...begun,
    used_runtime_seconds: number,
    val_losses: losses,
    completed_at: time,
    status_type: { const: "completed" },
  }),
  Failed: object({
    ...begun,
    used_runtime_seconds: number,
    reason: {
      anyOf: [
        object({ partial_val_losses: losses, reason: { const: "timeout" } }),
        object({ failure: text, reason: { const: "unexpected" } }),
      ],
    },
    failed_at: time,
    status_type: { const: "failed" },
  }),
  Experiment: object({
    experiment_id: integer,
    training_config: ref("TrainingConfig"),
    status: { anyOf: [ref("Queued"), ref("Running"), ref("Completed"), ref("Failed")] },
  }),
  FinalSubmission: object({
    training_config: ref("TrainingConfig"),
    predicted_final_loss: { type: "number", exclusiveMinimum: 0 },
  }),
  StoredFinalSubmission: object({
    training_config: ref("TrainingConfig"),
    predicted_final_loss: number,
    submitted_at: time,
  }),
  Detail: { type: "object", required: ["detail"], properties: { detail: {} } },
};

function json(schema: object) {
  return { content: { "application/json": { schema } } };
}

function operation(summary: string, answer: object, errors: Readonly<Record<string, string>>, rest: object = {}) {
  const refused = Object.entries({ "401": "The key is missing or unknown", ...errors }).map(([status, description]) => [
    status,
    { description, ...json(ref("Detail")) },
  ]);
  const responses = { "200": { description: "As asked", ...json(answer) }, ...Object.fromEntries(refused) };
  return { summary, security: [{ key: [] }], responses, ...rest };
}

const takes = (name: string, example: object) => ({
  requestBody: { required: true, content: { "application/json": { schema: ref(name), example } } },
});
const invalid = { "422": "The configuration is not valid" };
const experimentId = { name: "experiment_id", in: "path", required: true, schema: integer };

const JOBS = { tags: ["Jobs"] };
const BUDGET = { tags: ["Budget"] };
const FINAL = { tags: ["Final submission"] };

/** The OpenAPI document of the 2026 edition, as JSON. */
export const OPENAPI: string = JSON.stringify({
  openapi: "3.1.0",
  info: {
    title: "CS336 Assignment 3 Backend (isoflop mock)",
    version: "26.0.5",
    description:
      "A simulated cluster: its losses and runtimes are not measurements. Authorize with any eight digits, then open **/submit**.",
  },
  tags: [
    { name: "Jobs", description: "Submitted, queued, trained, read back" },
    { name: "Budget", description: "Seconds reserved and used" },
    { name: "Final submission", description: "What is trained for 48 hours" },
  ],
  components: { schemas, securitySchemes: { key: { type: "apiKey", in: "header", name: "X-API-Key" } } },
  paths: {
    "/submit": {
      post: operation(
        "Submit a job and reserve its seconds",
        ref("Submitted"),
        { ...invalid, "400": "The budget does not allow it", "409": "This configuration was submitted before" },
        { ...takes("TrainingConfig", EXAMPLE_CONFIG), ...JOBS },
      ),
    },
    "/budget": { get: operation("Seconds used and left", ref("BudgetSummary"), {}, BUDGET) },
    "/experiments": {
      get: operation("All jobs of a key, the oldest first", { type: "array", items: ref("Experiment") }, {}, JOBS),
    },
    "/experiment/{experiment_id}": {
      get: operation(
        "One job",
        ref("Experiment"),
        { "404": "No such job of this key", "422": "The id is not an integer" },
        { parameters: [experimentId], ...JOBS },
      ),
    },
    "/final_submission": {
      get: operation(
        "The final submission, or null",
        { anyOf: [ref("StoredFinalSubmission"), { type: "null" }] },
        {},
        FINAL,
      ),
      post: operation("Set the final submission", ref("StoredFinalSubmission"), invalid, {
        ...takes("FinalSubmission", { training_config: EXAMPLE_CONFIG, predicted_final_loss: 3.2 }),
        ...FINAL,
      }),
    },
  },
});
