import * as z from "zod";
import { interpolate } from "../statistics/interpolate.ts";
import type { RunConfig } from "../task/configuration.ts";
import { finite, nonNegative, type ObjectSchema, objectSchema, share } from "../task/schema.ts";
import { hashConfiguration, normal, uniform } from "./hash.ts";

/**
 * Seed-to-seed noise of a world: a function of (world seed, repetition, configuration), so that a repeated query gets
 * the same answer.
 */
export interface Noise {
  /** [loss, standard deviation] knots in nats, ascending in loss: linear between them, constant beyond. */
  readonly sdByLoss: readonly (readonly [loss: number, sd: number])[];
  /** Runs that went wrong: with this probability, `scale`·|z| nats more. Absent: none. */
  readonly outliers?: { readonly probability: number; readonly scale: number };
}

export const noiseSchema: ObjectSchema<Noise> = objectSchema<Noise>({
  sdByLoss: z
    .array(z.tuple([finite, nonNegative]))
    .refine((knots) => knots.every(([loss], i) => i === 0 || loss > (knots[i - 1]?.[0] as number)), {
      message: "losses must be ascending",
    }),
  outliers: z.strictObject({ probability: share, scale: nonNegative }).exactOptional(),
});

/** The standard deviation of the noise at a loss, in nats; 0 without knots. */
export function noiseSd({ sdByLoss }: Noise, loss: number): number {
  return sdByLoss.length === 0 ? 0 : interpolate(sdByLoss, loss);
}

/** What the frozen noise adds to an expected loss, in nats. */
export function noiseOf(noise: Noise, seed: number, repetition: number, config: RunConfig, loss: number): number {
  const sd = noiseSd(noise, loss);
  if (sd === 0 && !noise.outliers) return 0;
  const hash = hashConfiguration(seed, repetition, config);
  const ordinary = sd * normal(hash, 0);
  if (!noise.outliers || uniform(hash, 2) >= noise.outliers.probability) return ordinary;
  return ordinary + noise.outliers.scale * Math.abs(normal(hash, 3));
}
