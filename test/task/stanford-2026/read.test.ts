import { describe, expect, test } from "vitest";
import { type PythonValue, parsePythonJson } from "../../../src/task/python/json.ts";
import { MOST_TOKENS, type TrainingConfig } from "../../../src/task/stanford-2026/configuration.ts";
import { inconsistencyOf } from "../../../src/task/stanford-2026/consistency.ts";
import { EXAMPLE_CONFIG } from "../../../src/task/stanford-2026/example.ts";
import { errorText, readFinalSubmission, readTrainingConfig } from "../../../src/task/stanford-2026/read.ts";

type Loose = Record<string, unknown>;
/** The example with some values changed, by the name of the field wherever it is. */
function changed(changes: Loose): TrainingConfig {
  const apply = (object: Loose): Loose =>
    Object.fromEntries(
      Object.entries(object).map(([name, value]) => [
        name,
        name in changes ? changes[name] : typeof value === "object" && value !== null ? apply(value as Loose) : value,
      ]),
    );
  return apply(EXAMPLE_CONFIG as unknown as Loose) as unknown as TrainingConfig;
}
const body = (value: unknown): PythonValue =>
  parsePythonJson(JSON.stringify(value, (_, each) => (each === Infinity ? "inf" : each)));
const faultOf = (value: unknown) => {
  const read = readTrainingConfig(body(value));
  return "errors" in read ? errorText(read.errors) : undefined;
};

describe("the body of a job", () => {
  test("is read as it is, and what it leaves out is filled in", () => {
    expect(readTrainingConfig(body(EXAMPLE_CONFIG))).toEqual({ value: EXAMPLE_CONFIG });
    const { n_evals: _, model_seed: __, ...rest } = EXAMPLE_CONFIG;
    const short = { ...rest, optimizer_config: { weight_decay: 0.01 } };
    expect(readTrainingConfig(body(short))).toMatchObject({
      value: {
        n_evals: 16,
        model_seed: 0,
        optimizer_config: {
          lr_scheduler: { peak_value: 3e-4, final_lr_frac: 0.1, warmup_frac: 0.05, init_value: 0 },
          weight_decay: 0.01,
          beta1: 0.9,
          beta2: 0.95,
          eps: 1e-8,
          eps_root: 1e-8,
          grad_clip_norm: 1,
        },
      },
    });
    const plain = { ...rest, optimizer_config: { lr_scheduler: {} } };
    expect(readTrainingConfig(body(plain))).toMatchObject({ value: { optimizer_config: { grad_clip_norm: 1 } } });
    expect(readTrainingConfig(body(changed({ max_runtime_seconds: Infinity })))).toMatchObject({
      value: { max_runtime_seconds: Infinity },
    });
  });

  test.each<[Loose, string]>([
    [{ train_batch_size: 0 }, "train_batch_size: Input should be greater than 0, got 0"],
    [{ n_evals: 0 }, "n_evals: Input should be greater than 0, got 0"],
    [{ total_train_tokens: MOST_TOKENS + 1 }, "total_train_tokens: Input should be less than or equal to"],
    [{ max_runtime_seconds: 0.5 }, "max_runtime_seconds: Input should be greater than or equal to 1, got 0.5"],
    [{ model_seed: -1 }, "model_seed: Input should be greater than or equal to 0, got -1"],
    [{ dtype: "float16" }, "architecture_config.dtype: Input should be 'float32' or 'bfloat16', got \"float16\""],
    [{ tie_word_embeddings: 7 }, "architecture_config.tie_word_embeddings: "],
    [{ peak_value: "x" }, "optimizer_config.SGDConfig.lr_scheduler.peak_value: "],
    [{ hidden_size: undefined }, "architecture_config.hidden_size: Field required"],
    [{ vocab_size: "x".repeat(60) }, "architecture_config.vocab_size: Input should be a valid integer"],
    [{ head_dim: 63 }, "hidden_size must equal num_attention_heads * head_dim"],
  ])("with %j is refused in the API's words", (changes, words) => {
    expect(faultOf(changed(changes))).toContain(words);
  });

  test("long values are left out of what is wrong", () => {
    expect(faultOf(changed({ vocab_size: "x".repeat(58) }))).toContain("xxx");
    expect(faultOf(changed({ vocab_size: "x".repeat(59) }))).not.toContain("xxx");
    expect(errorText([])).toBe("");
  });

  test("that is missing, or no object, is an error of the whole body", () => {
    const missing = { type: "missing", loc: ["body"], msg: "Field required", input: null };
    expect(readTrainingConfig(null)).toEqual({ errors: [missing] });
    expect(errorText([missing])).toBe("Field required");
    expect(readTrainingConfig(body([]))).toMatchObject({ errors: [{ type: "model_attributes_type" }] });
    expect(readTrainingConfig(body({ ...EXAMPLE_CONFIG, price: 1 }))).toMatchObject({
      errors: [{ type: "extra_forbidden", loc: ["body", "price"] }],
    });
  });

  test("that is inconsistent holds its input, and only one error", () => {
    const input = body(changed({ beta1: 1 }));
    const read = readTrainingConfig(input);
    expect(read).toMatchObject({ errors: [{ type: "value_error", loc: ["body"], input }] });
    expect("errors" in read && read.errors).toHaveLength(1);
    expect("errors" in read && read.errors[0]?.msg).toBe("Value error, beta1 must be in [0, 1)");
    expect("errors" in read && [...(read.errors[0]?.ctx ?? [])]).toEqual([["error", new Map()]]);
    const invalid = readTrainingConfig(body(changed({ beta1: 1, n_evals: 0 })));
    expect("errors" in invalid && invalid.errors.map(({ type }) => type)).toEqual(["greater_than"]);
  });
});

describe("a final submission", () => {
  const final = { training_config: EXAMPLE_CONFIG, predicted_final_loss: 2.5 };

  test("is read with its configuration, whose runtime is finite", () => {
    expect(readFinalSubmission(body(final))).toEqual({ value: final });
    const endless = { ...final, training_config: changed({ max_runtime_seconds: Infinity }) };
    expect(readFinalSubmission(body(endless))).toMatchObject({ errors: [{ type: "finite_number" }] });
    expect(readFinalSubmission(body({ ...final, predicted_final_loss: 0 }))).toMatchObject({
      errors: [{ type: "greater_than" }],
    });
    const inconsistent = { ...final, training_config: changed({ beta1: 1 }) };
    expect(readFinalSubmission(body(inconsistent))).toMatchObject({
      errors: [{ type: "value_error", loc: ["body", "training_config"] }],
    });
  });
});

describe("a configuration", () => {
  test("that is consistent has no fault, at every bound", () => {
    expect(inconsistencyOf(EXAMPLE_CONFIG)).toBeUndefined();
    for (const bound of [
      { warmup_frac: 0, final_lr_frac: 0, init_value: 0, weight_decay: 0, beta1: 0, beta2: 0, eps_root: 0 },
      { final_lr_frac: 1, grad_clip_norm: null, intermediate_size: 448 },
      { grad_clip_norm: 0.1, n_evals: 1, val_batch_size: 512 },
      { optimizer_config: { lr_scheduler: EXAMPLE_CONFIG.optimizer_config.lr_scheduler, grad_clip_norm: null } },
    ])
      expect(inconsistencyOf(changed(bound))).toBeUndefined();
  });

  test.each<[Loose, string]>([
    [{ total_train_tokens: 16_777_217 }, "total_train_tokens must be divisible"],
    [{ n_evals: 15 }, "n_evals"],
    [{ val_batch_size: 3 }, "n_val_tokens"],
    [{ head_dim: 0 }, "head_dim must be positive"],
    [{ hidden_size: -1 }, "hidden_size must be positive"],
    [{ intermediate_size: 0 }, "intermediate_size must be positive"],
    [{ num_attention_heads: 0 }, "num_attention_heads must be positive"],
    [{ num_hidden_layers: 0 }, "num_hidden_layers must be positive"],
    [{ num_key_value_heads: 0 }, "num_key_value_heads must be positive"],
    [{ vocab_size: 0 }, "vocab_size must be positive"],
    [{ hidden_size: 449 }, "hidden_size must equal"],
    [{ num_key_value_heads: 2 }, "num_attention_heads must be divisible"],
    [{ num_key_value_heads: 1 }, "GQA"],
    [{ head_dim: 1, num_attention_heads: 448, num_key_value_heads: 448 }, "head_dim must be even"],
    [{ intermediate_size: 447 }, "intermediate_size should"],
    [{ rms_norm_eps: 0 }, "rms_norm_eps"],
    [{ rope_theta: 0 }, "rope_theta"],
    [{ warmup_frac: 1 }, "warmup_frac"],
    [{ warmup_frac: -0.1 }, "warmup_frac"],
    [{ final_lr_frac: 1.1 }, "final_lr_frac"],
    [{ final_lr_frac: -0.1 }, "final_lr_frac"],
    [{ init_value: -0.1 }, "initial learning rate"],
    [{ peak_value: 0 }, "peak learning rate"],
    [{ grad_clip_norm: 0 }, "grad_clip_norm"],
    [{ weight_decay: -0.1 }, "weight_decay"],
    [{ beta1: 1 }, "beta1"],
    [{ beta2: 1 }, "beta2"],
    [{ eps: 0 }, "eps must"],
    [{ eps_root: -0.1 }, "eps_root"],
    // Of two faults the first in the order of the API's checks.
    [{ eps_root: -0.1, n_evals: 15 }, "n_evals"],
  ])("with %j has a fault", (changes, fault) => {
    expect(inconsistencyOf(changed(changes))).toContain(fault);
  });
});
