import * as z from "zod";
import { finite, objectSchema } from "../../src/task/schema.ts";
import type { Submission } from "../../src/task/submission.ts";
import { configurationFields } from "../../src/task/task-schema.ts";
import type { AskBody } from "./wire.ts";

const fingerprint = z.string().regex(/^[0-9a-f]{64}$/, "must be the SHA-256 of a key");
const config = objectSchema(configurationFields(finite));
const interval = z.strictObject({ level: z.number().gt(0).lt(1), low: z.number(), high: z.number() });

export const askBody: z.ZodType<AskBody> = z.strictObject({ key: fingerprint, config });
export const resetBody: z.ZodType<{ readonly key: string }> = z.strictObject({ key: fingerprint });
export const worldBody: z.ZodType<{ readonly name: string }> = z.strictObject({ name: z.string() });
export const submissionBody: z.ZodType<Submission> = z.strictObject({
  config,
  predictedLoss: z.number(),
  interval: interval
    .refine(({ low, high }) => low <= high, { path: ["low"], message: "must not be above high" })
    .exactOptional(),
});
