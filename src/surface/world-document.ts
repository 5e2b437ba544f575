import * as z from "zod";
import type { Accounting, TableAccounting } from "../task/accounting.ts";
import { identityOf } from "../task/configuration.ts";
import { parseDocument } from "../task/document.ts";
import { UserError } from "../task/errors.ts";
import { finite, nonNegative, objectSchema, positive } from "../task/schema.ts";
import type { Task } from "../task/task.ts";
import { taskSchema } from "../task/task-schema.ts";
import { type Answers, answersSchema } from "./answers.ts";
import { type Noise, noiseSchema } from "./noise.ts";
import { type RecordedAnswer, recordedAnswersSchema } from "./recorded-answers.ts";
import { type SurfaceDocument, surfaceSchema } from "./surface.ts";

/** A world as data: everything needed to rebuild it, bit for bit (docs/surface.md, "Worlds"). */
export interface WorldDocument {
  readonly schema: "isoflop-world/1";
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** Seeds the noise and the residuals of quantized answers. */
  readonly seed: number;
  readonly accounting: Accounting;
  readonly surface: SurfaceDocument;
  readonly noise: Noise;
  readonly answers: Answers;
  /** Answers of a real API that this world gives exactly, in place of its surface's. */
  readonly recordedAnswers?: readonly RecordedAnswer[];
  /** The assignment of Spring 2025, or a task of its own. */
  readonly task: "stanford-2025" | Task;
  /** What kind of question the task is. Absent: `course`. Answers to different questions are never averaged. */
  readonly question?: Question;
  /** What submissions are scored by where the answers are rows of a table. Absent: the row nearest to them. */
  readonly truth?: Truth;
  /** Regrets closer than this are equal, in the unit of the loss. Absent: 0.002 (docs/statistics.md). */
  readonly tie?: number;
  /** The unit of the loss. Absent: nats per token. */
  readonly unit?: string;
}

/**
 * `course`: tiny budgets, everything free, a target beyond them. `table`: a sweep over sizes with one recipe. `recipe`: N
 * and D are given, learning rate and batch size are wanted. `clock`: jobs that cost seconds, a target of seconds; the
 * question of worlds of jobs, never of these.
 */
export type Question = (typeof QUESTIONS)[number] | "clock";
export const QUESTIONS = ["course", "table", "recipe"] as const;

/** A surface fitted to a table of finished runs: constants only. */
export interface Truth {
  readonly surface: SurfaceDocument;
  /** Root mean square by which the surface misses rows it was not fitted to (ten folds), in the unit of the loss. */
  readonly error: number;
  /** How many rows it was fitted to. */
  readonly rows: number;
}

/** The question that a world asks. */
export function questionOf({ question = "course" }: Pick<WorldDocument, "question">): Question {
  return question;
}

/** Whether a world plays back a table of finished runs. */
export function isTable({ surface }: Pick<WorldDocument, "surface">): boolean {
  return surface.base.law === "table";
}

const worldSchema = objectSchema<WorldDocument>({
  schema: z.literal("isoflop-world/1"),
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]*(\/[a-z0-9][a-z0-9.-]*)*$/, "must be words of a-z, 0-9, - and . joined by /"),
  description: z.string().min(1),
  tags: z.array(z.string().min(1)),
  seed: z.int32(),
  accounting: z.union([
    z.enum(["handout", "stanford-2025"]),
    objectSchema<TableAccounting>({
      flopsPerParameterToken: positive,
      sizeExponent: (finite as z.ZodNumber).exactOptional(),
    }),
  ]),
  surface: surfaceSchema,
  noise: noiseSchema,
  answers: answersSchema,
  recordedAnswers: recordedAnswersSchema.exactOptional(),
  task: z.union([z.literal("stanford-2025"), taskSchema]),
  question: z.enum(QUESTIONS).exactOptional() as z.ZodType<Question>,
  truth: objectSchema<Truth>({ surface: surfaceSchema, error: nonNegative, rows: positive })
    .refine(({ surface }) => surface.base.law !== "table", "must be a surface, not a table")
    .exactOptional() as z.ZodType<Truth>,
  tie: (positive as z.ZodNumber).exactOptional() as z.ZodType<number>,
  unit: z.string().min(1).exactOptional() as z.ZodType<string>,
});

/**
 * A world from JSON of unknown origin.
 *
 * @param origin names the document in an error: a file name, for example.
 * @throws UserError with the path of the first bad field, and the number of others.
 *
 * @example
 * ```ts
 * import { parseWorld, presetDocument } from "isoflop";
 * const json = JSON.parse(JSON.stringify(presetDocument("handout/smooth")));
 * parseWorld(json, "mine.json").name; // "handout/smooth"
 * parseWorld({ ...json, seed: "one" }, "mine.json"); // throws UserError
 * ```
 */
export function parseWorld(value: unknown, origin: string): WorldDocument {
  return parseDocument(worldSchema, value, origin);
}

/**
 * A world with recorded answers laid over it: a configuration among them gets exactly its recorded loss, every other one
 * the surface's. The truth that submissions are scored by stays that of the surface.
 *
 * @param answers win over those the world has already; of one configuration the first counts.
 * @throws UserError for a world that plays back a table of finished runs: it has no surface.
 *
 * @example
 * ```ts
 * import { buildWorld, presetDocument, withRecordedAnswers } from "isoflop";
 * const config = { dModel: 512, numLayers: 8, numHeads: 8, batchSize: 128, learningRate: 1e-3, trainFlops: 1e15 };
 * const world = buildWorld(withRecordedAnswers(presetDocument("handout/smooth"), [{ ...config, loss: 9.5 }]));
 * world.answer(config, 0); // 9.5
 * world.recordedLoss(config); // 9.5
 * ```
 */
export function withRecordedAnswers(document: WorldDocument, answers: readonly RecordedAnswer[]): WorldDocument {
  if (document.surface.base.law === "table")
    throw new UserError(`world "${document.name}" plays back finished runs: recorded answers need a simulated world`);
  const all = [...answers, ...(document.recordedAnswers ?? [])];
  const seen = new Set<string>();
  const recordedAnswers = all.filter((answer) => {
    const identity = identityOf(answer);
    return !seen.has(identity) && seen.add(identity);
  });
  return { ...document, recordedAnswers };
}
