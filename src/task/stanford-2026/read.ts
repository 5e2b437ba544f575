import { type PythonValue, pythonJson } from "../python/json.ts";
import {
  boolean,
  float,
  integer,
  literal,
  type ModelFields,
  model,
  nullable,
  type PydanticError,
  type Reader,
  union,
} from "../python/model.ts";
import {
  type AdamWConfig,
  type ArchitectureConfig,
  type FinalSubmission,
  type LearningRateSchedule,
  MOST_TOKENS,
  type SgdConfig,
  type TrainingConfig,
} from "./configuration.ts";
import { inconsistencyOf } from "./consistency.ts";

/** What was asked for, or what the validation layer says to it. */
export type Read<T> = { readonly value: T } | { readonly errors: readonly PydanticError[] };

/** Reads the body of `POST /submit`. */
export function readTrainingConfig(body: PythonValue): Read<TrainingConfig> {
  return readBody(submittedConfig, body);
}

/** Reads the body of `POST /final_submission`. */
export function readFinalSubmission(body: PythonValue): Read<FinalSubmission> {
  return readBody(finalSubmission, body);
}

/** Reads the body of a request by a model; no body at all is a missing one. */
export function readBody<T>(read: Reader<T>, body: PythonValue): Read<T> {
  if (body === null) return { errors: [{ type: "missing", loc: ["body"], msg: "Field required", input: null }] };
  const errors: PydanticError[] = [];
  const value = read(body, ["body"], errors);
  return errors.length > 0 ? { errors } : { value };
}

/** The first error in words: the field, what is wrong with it, and its value where that is short. */
export function errorText([first]: readonly PydanticError[]): string {
  if (!first) return "";
  const path = first.loc.slice(1).join(".");
  const value = first.input instanceof Map ? "" : pythonJson(first.input);
  const got = first.type === "missing" || value === "" || value.length > 60 ? "" : `, got ${value}`;
  return `${path ? `${path}: ` : ""}${first.msg.replace(/^Value error, /, "")}${got}`;
}

const whole = { read: integer() };
const positive = { read: integer({ gt: 0n }) };

const architecture = model<ArchitectureConfig>({
  attention_bias: { read: boolean },
  head_dim: whole,
  hidden_size: whole,
  intermediate_size: whole,
  num_attention_heads: whole,
  num_hidden_layers: whole,
  num_key_value_heads: whole,
  rms_norm_eps: { read: float() },
  rope_theta: whole,
  tie_word_embeddings: { read: boolean },
  dtype: { read: literal("float32", "bfloat16") },
  vocab_size: whole,
});

const SCHEDULE: LearningRateSchedule = { peak_value: 3e-4, final_lr_frac: 0.1, warmup_frac: 0.05, init_value: 0 };

const schedule = model<LearningRateSchedule>({
  peak_value: { read: float(), otherwise: SCHEDULE.peak_value },
  final_lr_frac: { read: float(), otherwise: SCHEDULE.final_lr_frac },
  warmup_frac: { read: float(), otherwise: SCHEDULE.warmup_frac },
  init_value: { read: float(), otherwise: SCHEDULE.init_value },
});

const clip = { read: nullable(float()), otherwise: 1 };

const sgd = model<SgdConfig>({ lr_scheduler: { read: schedule }, grad_clip_norm: clip });

const adamW = model<AdamWConfig>({
  lr_scheduler: { read: schedule, otherwise: SCHEDULE },
  weight_decay: { read: float(), otherwise: 0.01 },
  beta1: { read: float(), otherwise: 0.9 },
  beta2: { read: float(), otherwise: 0.95 },
  eps: { read: float(), otherwise: 1e-8 },
  eps_root: { read: float(), otherwise: 1e-8 },
  grad_clip_norm: clip,
});

const fields: ModelFields<TrainingConfig> = {
  architecture_config: { read: architecture },
  optimizer_config: { read: union<SgdConfig, AdamWConfig>(["SGDConfig", sgd], ["AdamWConfig", adamW]) },
  train_batch_size: positive,
  val_batch_size: positive,
  n_evals: { ...positive, otherwise: 16 },
  total_train_tokens: { read: integer({ gt: 0n, le: BigInt(MOST_TOKENS) }) },
  // The bound prints as 1 and is the float 1.0.
  max_runtime_seconds: { read: float({ ge: 1 }) },
  model_seed: { read: integer({ ge: 0n }), otherwise: 0 },
};

/** A configuration whose fields are valid must also be consistent. */
function consistent(read: Reader<TrainingConfig>): Reader<TrainingConfig> {
  return (value, loc, errors) => {
    const before = errors.length;
    const config = read(value, loc, errors);
    const fault = errors.length === before ? inconsistencyOf(config) : undefined;
    if (fault !== undefined) {
      const ctx = new Map([["error", new Map<string, PythonValue>()]]);
      errors.push({ type: "value_error", loc, msg: `Value error, ${fault}`, input: value, ctx });
    }
    return config;
  };
}

// To submit, an infinite runtime is valid, and then beyond every budget.
const submittedConfig = consistent(
  model({ ...fields, max_runtime_seconds: { read: float({ ge: 1 }, { infinite: true }) } }),
);

const finalSubmission = model<FinalSubmission>({
  training_config: { read: consistent(model(fields)) },
  predicted_final_loss: { read: float({ gt: 0 }) },
});
