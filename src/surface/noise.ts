import * as z from "zod";
import { interpolate } from "../statistics/interpolate.ts";
import type { RunConfig } from "../task/configuration.ts";
import { finite, nonNegative, type ObjectSchema, objectSchema, share } from "../task/schema.ts";
import { fillNormal, hashConfigurations, normal, uniform } from "./hash.ts";
import { BLOCK } from "./points.ts";

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

/** Adds the frozen noise of the configurations from `from` on to their expected losses; `noisy` may be `losses`. */
export type AddNoise = (
  configs: readonly RunConfig[],
  from: number,
  count: number,
  repetition: number,
  losses: Float64Array,
  noisy: Float64Array,
) => void;

/** The noise of a world, for no more than `BLOCK` configurations a call. */
export function buildNoise(noise: Noise, seed: number): AddNoise {
  const { outliers } = noise;
  if (noise.sdByLoss.length === 0 && !outliers)
    return (_configs, _from, count, _repetition, losses, noisy) => {
      for (let i = 0; i < count; i++) noisy[i] = losses[i]!;
    };
  const hashes = new Int32Array(BLOCK);
  const draws = new Float64Array(BLOCK);
  return (configs, from, count, repetition, losses, noisy) => {
    hashConfigurations(seed, repetition, configs, from, count, hashes);
    fillNormal(hashes, 0, count, draws);
    for (let i = 0; i < count; i++) draws[i] = noiseSd(noise, losses[i]!) * draws[i]!;
    if (outliers)
      for (let i = 0; i < count; i++)
        if (uniform(hashes[i]!, 2) < outliers.probability)
          draws[i] = draws[i]! + outliers.scale * Math.abs(normal(hashes[i]!, 3));
    for (let i = 0; i < count; i++) noisy[i] = losses[i]! + draws[i]!;
  };
}
