import * as z from "zod";
import { parseJsonDocument } from "../../src/task/document.ts";
import { JOB_FAULTS, type JobFaults } from "../../src/training-api/stanford-2026/course.ts";

/** What can happen to one request, besides a delay (docs/reliability.md, "Simulated faults"). */
export const FAULTS = [
  "error",
  "errorAfterCharge",
  "reset",
  "resetAfterCharge",
  "cut",
  "garbled",
  "html",
  "empty",
] as const;
export type Fault = (typeof FAULTS)[number];

/** The faults of one key, or of all keys. */
export interface FaultRule {
  /** SHA-256 of the API key it is for; absent for every key. */
  readonly key?: string | undefined;
  /** Milliseconds that every answer waits. */
  readonly latencyMs: number;
  /** Up to this many milliseconds more, uniform. */
  readonly jitterMs: number;
  /** Statuses of `error` and `errorAfterCharge`, each as likely. */
  readonly statuses: readonly number[];
  /** The share of requests with each fault; together at most 1. */
  readonly shares: Readonly<Partial<Record<Fault, number | undefined>>>;
}

/** The faults to inject. Of several rules for a request, the first applies. */
export interface FaultsDocument {
  readonly schema: "isoflop-faults/1";
  readonly seed: number;
  readonly rules: readonly FaultRule[];
  /** What happens to jobs, in an edition that has them. */
  readonly jobs?: JobFaults | undefined;
}

/** No client waits longer. */
const LONGEST = 600_000;
const milliseconds = z.number().min(0).max(LONGEST).default(0);
const share = z.number().min(0).max(1).optional();
function sharesOf<T extends string>(faults: readonly T[]) {
  return z
    .strictObject(Object.fromEntries(faults.map((fault) => [fault, share])) as Record<T, typeof share>)
    .refine((all) => Object.values(all).reduce<number>((sum, its) => sum + Number(its ?? 0), 0) <= 1 + 1e-9, {
      message: "the shares add up to more than 1",
    });
}
const LONGEST_QUEUE = 1e6;

const document = z
  .strictObject({
    schema: z.literal("isoflop-faults/1"),
    seed: z.int().min(0).default(0),
    rules: z
      .array(
        z.strictObject({
          key: z
            .string()
            .regex(/^[0-9a-f]{64}$/, "must be the SHA-256 of a key, 64 digits 0-9 and a-f; never the key itself")
            .optional(),
          latencyMs: milliseconds,
          jitterMs: milliseconds,
          statuses: z.array(z.int().min(500).max(599)).min(1).default([500, 502, 503]),
          shares: sharesOf(FAULTS).default({}),
        }),
      )
      .max(1000)
      .default([]),
    jobs: z
      .strictObject({
        shares: sharesOf(JOB_FAULTS).default({}),
        queueSeconds: z.number().min(0).max(LONGEST_QUEUE).default(0),
      })
      .optional(),
  })
  .refine(({ rules, jobs }) => rules.length > 0 || jobs !== undefined, {
    path: ["rules"],
    message: "needs at least one rule, or jobs",
  });

/**
 * Reads the text of a faults file.
 *
 * @param file what to call it in an error.
 * @throws UserError with the path of the first bad field, and how many more there are.
 */
export function parseFaults(text: string, file: string): FaultsDocument {
  return parseJsonDocument(document, text, file);
}
