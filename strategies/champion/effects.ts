import { chinchillaSize } from "../../src/law/chinchilla.ts";
import { CONTEXT_LENGTH, nonEmbeddingParameters } from "../../src/task/accounting.ts";
import type { RunConfig } from "../../src/task/configuration.ts";
import type { Domain } from "../../src/task/search-space.ts";
import { budgetsOf, type Task } from "../../src/task/task.ts";
import { asksTheEndpoint } from "./candidates.ts";

/**
 * Which effects a family may have. One that nobody varies at a given size and compute cannot be told from those of size
 * and compute, so the law takes it over.
 */
export interface Effects {
  readonly rate: boolean;
  /** `critical`: larger batches waste tokens; `interior`: there is a best batch. */
  readonly batch: "none" | "critical" | "interior";
  readonly shape: boolean;
  /** Whether runs may be so short that their first steps count less. */
  readonly fewSteps: boolean;
}

/** Every effect, whether or not a task can show it: for an ablation. */
export const ALL_EFFECTS: Effects = { rate: true, batch: "critical", shape: true, fewSteps: true };

/** Runs of fewer steps than this may be mostly warm-up. */
const FEW_STEPS = 3000;
/** A best batch shows where at least three, over this factor, are offered. */
const INTERIOR = { values: 3, factor: 4 };
/** Sizes and compute within this in ln are alike. */
const ALIKE = 0.03;

/** The effects that the task and its history can show. */
export function effectsOf(task: Task): Effects {
  const known = [...(task.candidates ?? []), ...(task.history ?? [])];
  const varies = (field: "learningRate" | "batchSize") =>
    (!task.candidates && isOpen(task.searchSpace[field])) || variesAmongAlike(known, (run) => run[field]);
  const fewSteps = fewestSteps(task) < FEW_STEPS;
  const batches = task.candidates
    ? [...new Set(known.map(({ batchSize }) => batchSize))]
    : valuesIn(task.searchSpace.batchSize);
  const wide = batches.length >= INTERIOR.values && Math.max(...batches) >= INTERIOR.factor * Math.min(...batches);
  return {
    rate: varies("learningRate"),
    batch: !varies("batchSize") ? (fewSteps ? "critical" : "none") : wide ? "interior" : "critical",
    shape: asksTheEndpoint(task) || variesAmongAlike(known, ({ dModel, numLayers }) => dModel / numLayers),
    fewSteps,
  };
}

/** Steps of the cheapest runs at their compute-optimal size. */
function fewestSteps(task: Task): number {
  const flops = Math.max(budgetsOf(task)[0]!, task.cap / 700);
  const tokens = flops / (6 * chinchillaSize(flops));
  return tokens / (CONTEXT_LENGTH * Math.min(...valuesIn(task.searchSpace.batchSize)));
}

/** The values of a choice, or the ends of a range. */
function valuesIn(domain: Domain): readonly number[] {
  return domain.kind === "choice" ? domain.values : [domain.minimum, domain.maximum];
}

function isOpen(domain: Domain): boolean {
  const values = valuesIn(domain);
  return Math.max(...values) > 1.05 * Math.min(...values);
}

/** Whether runs of one size and compute differ in a value. */
function variesAmongAlike(runs: readonly RunConfig[], fieldOf: (run: RunConfig) => number): boolean {
  const groups = Map.groupBy(runs, (run) => {
    const cell = (value: number) => Math.round(Math.log(value) / ALIKE);
    return `${cell(nonEmbeddingParameters(run))}/${cell(run.trainFlops)}`;
  });
  return [...groups.values()].some((group) => {
    const values = group.map(fieldOf);
    return Math.max(...values) > 1.05 * Math.min(...values);
  });
}
