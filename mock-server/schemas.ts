import * as z from "zod";
import type { ZodOpenApiMetadata } from "zod-openapi";
import { FIELDS, type RunConfig } from "../src/task/configuration.ts";
import { parsePythonFloat, parsePythonInt } from "../src/task/python/read-number.ts";
import type { Domain, SearchSpace } from "../src/task/search-space.ts";
import { WIRE_NAMES, wireText } from "../src/task/stanford-2025/wire.ts";

/**
 * A small run with a budget at which a model has learned something: at 1e13 FLOPs the loss is that of an untrained one.
 */
const EXAMPLE_RUN: RunConfig = {
  dModel: 256,
  numLayers: 4,
  numHeads: 4,
  batchSize: 128,
  learningRate: 1e-3,
  trainFlops: 1e15,
};

/** The query of `/loss` for an example run in a search space, with the key "me". */
export function exampleQuery(space: SearchSpace): string {
  const run = exampleRun(space);
  const pairs = FIELDS.map((field) => [WIRE_NAMES[field], wireText(field, run[field])]);
  return [...pairs, ["api_key", "me"]].map(([name, value]) => `${name}=${value}`).join("&");
}

/** The example run, as near as a search space has it. */
export function exampleRun(space: SearchSpace): RunConfig {
  return Object.fromEntries(
    FIELDS.map((field) => [field, nearest(space[field], EXAMPLE_RUN[field])]),
  ) as unknown as RunConfig;
}

function nearest(domain: Domain, wanted: number): number {
  if (domain.kind === "range") return Math.min(domain.maximum, Math.max(domain.minimum, wanted));
  const distance = (value: number) => Math.abs(Math.log(value / wanted));
  return domain.values.reduce((best, value) => (distance(value) < distance(best) ? value : best));
}

/** A schema that reads decoded query parameters into `T`. */
type QuerySchema<T> = z.ZodObject & z.ZodType<T>;

/** An integer of any size: a number where doubles tell integers apart, a bigint beyond. */
export type ExactInteger = number | bigint;

export function exactInteger(value: bigint): ExactInteger {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** A question to `/loss`. */
export interface LossQuery {
  readonly d_model: ExactInteger;
  readonly num_layers: ExactInteger;
  readonly num_heads: ExactInteger;
  readonly batch_size: ExactInteger;
  readonly learning_rate: number;
  readonly train_flops: ExactInteger;
  readonly api_key: string;
}

/** What the validation layer says to a query it cannot read. */
export interface ValidationError {
  readonly detail: readonly {
    readonly type: "missing" | "int_parsing" | "int_parsing_size" | "float_parsing";
    readonly loc: readonly ["query", string];
    readonly msg: string;
    readonly input: string | null;
  }[];
}

/** A query parameter that is an integer: parsed exactly, ranges are checked behind it. */
const integer = (description: string, example: number) =>
  z
    .string()
    .transform((text, context) => {
      const value = parsePythonInt(text);
      if (typeof value === "bigint") return exactInteger(value);
      context.addIssue({ code: "custom", message: value });
      return z.NEVER;
    })
    .meta(parameter("integer", description, example));

const float = (description: string, example: number) =>
  z
    .string()
    .transform((text, context) => {
      const value = parsePythonFloat(text);
      if (value !== undefined) return value;
      context.addIssue({ code: "custom", message: "float_parsing" });
      return z.NEVER;
    })
    .meta(parameter("number", description, example));

function parameter(type: "integer" | "number", description: string, example: number): ZodOpenApiMetadata {
  return { description, example, override: { type } };
}

const apiKey = z.string().meta({
  description: "An SSH public key without its newline. The mock takes any text; it stores a fingerprint only.",
  example: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample student@example.edu",
});

/** The query of `/loss`, its parameters in the order in which errors are listed. */
export const lossQuerySchema: QuerySchema<LossQuery> = z.object({
  d_model: integer("Width of the model", EXAMPLE_RUN.dModel),
  num_layers: integer("Depth", EXAMPLE_RUN.numLayers),
  num_heads: integer("Attention heads; need not divide d_model", EXAMPLE_RUN.numHeads),
  batch_size: integer("Sequences of 512 tokens per step", EXAMPLE_RUN.batchSize),
  learning_rate: float("Peak learning rate", EXAMPLE_RUN.learningRate),
  train_flops: integer("FLOPs of the run, in digits", EXAMPLE_RUN.trainFlops),
  api_key: apiKey,
});

/** The query of `/total_flops_used` and `/previous_runs`. */
export const accountQuerySchema: QuerySchema<{ readonly api_key: string }> = z.object({ api_key: apiKey });

/** Whole, and beyond the integers that a double represents exactly. */
const flops = z.number().min(0);

export const lossAnswerSchema: z.ZodType = z
  .strictObject({
    loss: z.number().meta({ description: "Final loss, nats per token" }),
    total_flops_used: flops.meta({
      description: "FLOPs this key has spent, after this query",
      override: { type: "integer" },
    }),
  })
  .meta({ id: "LossAnswer" });

export const totalFlopsUsedSchema: z.ZodType = flops.meta({ description: "FLOPs this key has spent" });

export const previousRunsSchema: z.ZodType = z
  .strictObject({
    previous_runs: z.array(
      z.strictObject({
        d_model: z.int(),
        num_layers: z.int(),
        num_heads: z.int(),
        batch_size: z.int(),
        learning_rate: z.number(),
        train_flops: flops.meta({ override: { type: "integer" } }),
        loss: z.number(),
      }),
    ),
  })
  .meta({ id: "PreviousRuns", description: "In the order first queried, each configuration once" });

/** A refusal in the words of the API itself. */
export const messageSchema: z.ZodType = z.strictObject({ message: z.string() }).meta({ id: "Message" });

/** A refusal of the validation layer: one entry per offending parameter, in the order of the signature. */
export const validationErrorSchema: z.ZodType<ValidationError> = z
  .strictObject({
    detail: z.array(
      z.strictObject({
        type: z.enum(["missing", "int_parsing", "int_parsing_size", "float_parsing"]),
        loc: z.tuple([z.literal("query"), z.string()]),
        msg: z.string(),
        input: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: "ValidationError" });
