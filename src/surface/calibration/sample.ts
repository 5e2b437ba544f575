import { isOnGrid, TRAINED_GRID } from "../../law/stanford-2025.ts";
import type { Accounting } from "../../task/accounting.ts";
import { CONTEXT_LENGTH } from "../../task/accounting.ts";
import { FIELDS, type RunConfig } from "../../task/configuration.ts";
import type { RunPoint } from "../../task/run-point.ts";
import { type CellAnswers, type Quantiser, quantiser } from "../answers.ts";
import { type Point, pointOf } from "../points.ts";
import type { Answer } from "./answer-table.ts";

/** One observation a law is fitted to: a point with the logarithm of its loss. */
export interface Sample {
  readonly point: Point;
  readonly logLoss: number;
  readonly weight: number;
  /** Samples of one group get one weight in the bootstrap. */
  readonly group: string;
}

/**
 * How the 2025 endpoint answers (docs/surface.md, "Quantized answers"). The residual is the scatter of its answers off
 * the grid about the annealed surface, beyond the scatter of those on it.
 */
export const API_ANSWERS: CellAnswers = { kind: "cells", grid: TRAINED_GRID, residual: 0.013 };

/** Below this budget, in FLOPs, answers off the grid add nothing to those on it. */
const OFF_GRID_FROM = 1e14;
/** From this budget on, in FLOPs, samples weigh more: they are what is extrapolated from. */
const LARGE_FROM = 1e15;
const WEIGHTS = { offGrid: 0.3, mostPerBudget: 20, large: 4, mostHeads: 2 } as const;

/** The configuration whose loss an answer reports: floored where the endpoint of its edition floors. */
export function standOf({ config, edition }: Answer, cellOf: Quantiser): RunConfig {
  return edition === 2024 ? config : (cellOf(config)?.stand ?? config);
}

/**
 * Answers as samples (docs/surface.md, "Calibration"): on the grid, ln loss averaged over the number of heads, which
 * has no effect; off it, one sample per cell, at a smaller weight. No budget weighs more for having more rows
 * than another, beyond a point.
 */
export function apiSamples(answers: readonly Answer[], accounting: Accounting): Sample[] {
  const cellOf = quantiser(API_ANSWERS, 0);
  const cells = new Map<string, Answer[]>();
  for (const answer of answers) {
    if (!isOnGrid(answer.config) && answer.config.trainFlops < OFF_GRID_FROM) continue;
    const key = sampleName(answer, cellOf);
    cells.set(key, [...(cells.get(key) ?? []), answer]);
  }
  const samples = [...cells.values()].map((members) => {
    const first = members[0] as Answer;
    const { dModel, numLayers, batchSize, learningRate } = first.config;
    const onGrid = isOnGrid(first.config);
    return {
      point: pointOf(standOf(first, cellOf), accounting),
      logLoss: members.reduce((sum, { loss }) => sum + Math.log(loss), 0) / members.length,
      weight: onGrid ? Math.sqrt(Math.min(members.length, WEIGHTS.mostHeads)) : WEIGHTS.offGrid,
      group: [dModel, numLayers, batchSize, learningRate].join("/"),
    };
  });
  const totals = new Map<number, number>();
  for (const { point, weight } of samples) totals.set(point.trainFlops, (totals.get(point.trainFlops) ?? 0) + weight);
  return normalized(
    samples.map((sample) => {
      const { trainFlops } = sample.point;
      const total = totals.get(trainFlops) as number;
      const budget = Math.min(total, WEIGHTS.mostPerBudget) * (trainFlops >= LARGE_FROM ? WEIGHTS.large : 1);
      return { ...sample, weight: (sample.weight / total) * budget };
    }),
  );
}

/** Names the sample an answer belongs to: on the grid its configuration but for the heads, off it its cell. */
function sampleName({ config, edition }: Answer, cellOf: Quantiser): string {
  const { dModel, numLayers, batchSize, learningRate, trainFlops } = config;
  if (isOnGrid(config)) return ["on", trainFlops, dModel, numLayers, batchSize, learningRate].join("/");
  const cell = edition === 2024 ? undefined : cellOf(config);
  const { corner, size } = cell ?? { corner: config, size: undefined };
  return [size ?? edition, ...FIELDS.map((field) => corner[field])].join("/");
}

/** Runs known by N, D and C alone as samples. Their shape is made up (d/L = 64), since laws of N and D ignore it. */
export function lawSamples(runs: readonly RunPoint[]): Sample[] {
  return normalized(
    runs.map(({ N, D, C, loss, weight = 1 }) => {
      const numLayers = Math.cbrt(N / (12 * 64 * 64));
      const shape = { dModel: 64 * numLayers, numLayers, numHeads: 1, batchSize: 128 };
      const steps = D / (shape.batchSize * CONTEXT_LENGTH);
      return {
        point: { ...shape, learningRate: 1e-3, trainFlops: C, parameters: N, tokens: D, steps },
        logLoss: Math.log(loss),
        weight,
        group: `${N}/${D}`,
      };
    }),
  );
}

/** Weights with a mean of 1. */
function normalized(samples: readonly Sample[]): Sample[] {
  const mean = samples.reduce((sum, { weight }) => sum + weight, 0) / samples.length;
  return samples.map((sample) => ({ ...sample, weight: sample.weight / mean }));
}
