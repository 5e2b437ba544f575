import * as z from "zod";
import type { Accounting } from "../task/accounting.ts";
import { parseDocument } from "../task/document.ts";
import { objectSchema } from "../task/schema.ts";
import type { Task } from "../task/task.ts";
import { taskSchema } from "../task/task-schema.ts";
import { type Answers, answersSchema } from "./answers.ts";
import { type Noise, noiseSchema } from "./noise.ts";
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
  /** The assignment of Spring 2025, or a task of its own. */
  readonly task: "stanford-2025" | Task;
}

const worldSchema = objectSchema<WorldDocument>({
  schema: z.literal("isoflop-world/1"),
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]*(\/[a-z0-9][a-z0-9.-]*)*$/, "must be words of a-z, 0-9, - and . joined by /"),
  description: z.string().min(1),
  tags: z.array(z.string().min(1)),
  seed: z.int32(),
  accounting: z.enum(["handout", "stanford-2025"]),
  surface: surfaceSchema,
  noise: noiseSchema,
  answers: answersSchema,
  task: z.union([z.literal("stanford-2025"), taskSchema]),
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
