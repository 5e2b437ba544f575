import { canBeTrainedRun, isOnGrid } from "../../law/stanford-2025.ts";
import { kendallTau } from "../../statistics/ranks.ts";
import { identityOf, type RunConfig } from "../../task/configuration.ts";
import type { World } from "../world.ts";
import type { Answer } from "./answer-table.ts";
import { type Residual, type ResidualGroup, residualGroups, rootMeanSquare } from "./residuals.ts";

/** An answer beside what a world says of its configuration; losses in nats. */
export interface ComparedAnswer extends Residual {
  readonly row: number;
  readonly config: RunConfig;
  readonly observed: number;
  readonly predicted: number;
}

/** How well a world orders the configurations of one budget. */
export interface RankAgreement {
  readonly trainFlops: number;
  readonly n: number;
  /** Kendall's τ-b; NaN where one side is all ties. */
  readonly tau: number;
}

/** How far a world is from real answers. */
export interface Fidelity {
  readonly compared: readonly ComparedAnswer[];
  /** Root mean square of ln(predicted / observed). */
  readonly rms: number;
  readonly groups: readonly ResidualGroup[];
  /** Of the budgets with enough answers to have an order. */
  readonly rankAgreement: readonly RankAgreement[];
  /** The answers the world misses by most, the worst first. */
  readonly worst: readonly ComparedAnswer[];
}

const WORST = 10;
/** The order of fewer configurations says nothing. */
const FEWEST_RANKED = 3;

/**
 * Compares a world's answers, without noise, with real ones. Answers of 2024 are compared with no quantization; those
 * that the world has recorded are left out.
 */
export function fidelityOf(world: World, answers: readonly Answer[]): Fidelity {
  const recorded = new Set(world.document.recordedAnswers?.map(identityOf));
  const surfaceAnswers = answers.filter(({ config }) => !recorded.has(identityOf(config)));
  const compared = surfaceAnswers.map(({ row, config, loss, edition }): ComparedAnswer => {
    const predicted = edition === 2024 ? world.expectedLoss(config) : world.quantizedLoss(config);
    const { trainFlops } = config;
    const error = Math.log(predicted / loss);
    return {
      row,
      config,
      observed: loss,
      predicted,
      trainFlops,
      onGrid: isOnGrid(config),
      trained: canBeTrainedRun(config),
      error,
      ...(edition !== undefined && { edition }),
    };
  });
  const groups = residualGroups(compared);
  const rankAgreement = [...new Set(groups.map(({ trainFlops }) => trainFlops))].flatMap((trainFlops) => {
    const rows = compared.filter((row) => row.trainFlops === trainFlops);
    if (rows.length < FEWEST_RANKED) return [];
    const tau = kendallTau(
      rows.map(({ predicted }) => predicted),
      rows.map(({ observed }) => observed),
    );
    return [{ trainFlops, n: rows.length, tau }];
  });
  return {
    compared,
    rms: rootMeanSquare(compared.map(({ error }) => error)),
    groups,
    rankAgreement,
    worst: compared.toSorted((a, b) => Math.abs(b.error) - Math.abs(a.error)).slice(0, WORST),
  };
}
