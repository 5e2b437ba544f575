import * as z from "zod";
import { type Belief, type ClockBudget, type MemoryRule, RUNTIME_CONSTANTS, type RuntimeNoise } from "./clock.ts";
import { type AnsweredRun, FIELDS, type RunConfig } from "./configuration.ts";
import {
  type Fields,
  finite,
  nonNegative,
  type ObjectSchema,
  objectSchema,
  positive,
  share,
  taggedUnion,
} from "./schema.ts";
import type { Domain } from "./search-space.ts";
import { WIRE_NAMES, type WireConfig } from "./stanford-2025/wire.ts";
import type { Admissible } from "./submission.ts";
import type { Task } from "./task.ts";

/** The six fields of a configuration, each with this schema. */
export function configurationFields(value: z.ZodType<number>): Fields<RunConfig> {
  return Object.fromEntries(FIELDS.map((field) => [field, value])) as Fields<RunConfig>;
}

/** The same six under their names in the API. */
export function wireFields(value: z.ZodType<number>): Fields<WireConfig> {
  return Object.fromEntries(FIELDS.map((field) => [WIRE_NAMES[field], value])) as Fields<WireConfig>;
}

const flops = z.number().positive().refine(Number.isInteger, "must be a whole number of FLOPs");

/** The fields of a run that can be trained: positive, and whole FLOPs. */
export const runFields: Fields<RunConfig> = { ...configurationFields(positive), trainFlops: flops };

const domain = taggedUnion<Domain>("kind", [
  objectSchema<Extract<Domain, { kind: "range" }>>({
    kind: z.literal("range"),
    minimum: positive,
    maximum: positive,
    integer: z.boolean(),
  }),
  objectSchema<Extract<Domain, { kind: "choice" }>>({ kind: z.literal("choice"), values: z.array(positive).min(1) }),
]);
const interval = z
  .tuple([positive, positive])
  .refine(([low, high]) => low <= high, "the first must not be above the second");

const searchSpace = objectSchema<Task["searchSpace"]>({
  dModel: domain,
  numLayers: domain,
  numHeads: domain,
  batchSize: domain,
  learningRate: domain,
  trainFlops: z.strictObject({ kind: z.literal("choice"), values: z.array(flops).min(1) }),
});
const admissible = objectSchema<Admissible>({
  batchSizes: z.array(positive).min(1),
  dModel: interval,
  numLayers: interval,
  aspectRatio: interval,
  minimumHeadDimension: positive,
  learningRate: interval,
});
const candidates = z.array(objectSchema(runFields)).min(1);

/** Parts of a task that a table of runs cannot say: any of the fields of its search space and of what may be submitted. */
export interface GivenSpace {
  readonly searchSpace?: Partial<Task["searchSpace"]>;
  readonly admissible?: Partial<Admissible>;
  readonly candidates?: readonly RunConfig[];
  readonly sequenceLength?: number;
}

export const givenSpaceSchema: z.ZodType<GivenSpace> = z.strictObject({
  searchSpace: searchSpace.partial().optional(),
  admissible: admissible.partial().optional(),
  candidates: candidates.optional(),
  sequenceLength: positive.optional(),
}) as unknown as z.ZodType<GivenSpace>;

const count = z.number().int().positive();
const belief = objectSchema<Belief>({ median: positive, sd: nonNegative });
const clock = objectSchema<ClockBudget>({
  unit: z.literal("seconds"),
  atOnce: count,
  leastCharge: nonNegative,
  finish: share,
  evaluations: count,
  evaluationTokens: count,
  headDimension: count,
  runtime: objectSchema<ClockBudget["runtime"]>(
    Object.fromEntries(RUNTIME_CONSTANTS.map((name) => [name, belief])) as unknown as Fields<ClockBudget["runtime"]>,
  ),
  noise: objectSchema<RuntimeNoise>({ sd: nonNegative, slow: share, slowdown: z.tuple([positive, positive]) }),
  memory: objectSchema<MemoryRule>({ token: nonNegative, layerWidth: nonNegative, most: positive }),
});

/** A task of one's own. */
export const taskSchema: ObjectSchema<Task> = objectSchema<Task>({
  searchSpace,
  cap: flops,
  target: flops,
  clock: clock.exactOptional(),
  admissible,
  sequenceLength: positive.exactOptional(),
  candidates: candidates.exactOptional(),
  history: z
    .array(
      objectSchema<Omit<AnsweredRun, "message" | "asked" | "course">>({
        ...runFields,
        tokens: (positive as z.ZodNumber).exactOptional() as unknown as z.ZodType<number>,
        status: z.literal("ok"),
        loss: finite,
      }),
    )
    .exactOptional(),
});
