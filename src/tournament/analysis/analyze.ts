import { buildAnyWorld, isJobDocument, isReplayed } from "../../surface/any-world.ts";
import { optimumOf } from "../../surface/truth.ts";
import type { AnyWorldDocument } from "../../surface/world.ts";
import { nonEmbeddingParameters } from "../../task/accounting.ts";
import { UserError } from "../../task/errors.ts";
import type { Columns } from "../columns.ts";
import type { TournamentFolder } from "../folder.ts";
import type { Analysis, Manifest, WorldSummary } from "./analysis.ts";
import { pairsOf, rankingOf, ranksByWorld } from "./comparisons.ts";
import { type Field, fieldOf, meanAt, TIE } from "./field.ts";
import { agreementOf, groupsOf } from "./groups.ts";
import { standingsOf } from "./standings.ts";

/** Thresholds of the performance profiles, in nats: 20 to the decade from 0.0005 to 2. */
const THRESHOLDS: readonly number[] = Array.from({ length: 73 }, (_, i) => 5e-4 * Math.exp((i / 20) * Math.LN10));

/** What the analysis needs besides the numbers. */
export interface AnalysisInput {
  readonly manifest: Manifest;
  readonly columns: Columns;
  readonly worlds: readonly AnyWorldDocument[];
  /** Names of the entrants in the order of the plan. */
  readonly names: readonly string[];
  /** Which of them are ranked. */
  readonly ranked: readonly number[];
  /** The one that normalizes regrets. */
  readonly control?: number;
}

/** The analysis of a tournament, from the numbers of its results so far. */
export function analyzeTournament({ manifest, plan, ranked }: TournamentFolder, columns: Columns): Analysis {
  const names = plan.entrants.map(({ name }) => name);
  const control = manifest.control === undefined ? -1 : names.indexOf(manifest.control);
  return analyze({
    manifest,
    columns,
    worlds: plan.worlds,
    names,
    ranked: ranked.map((name) => names.indexOf(name)),
    ...(control < 0 ? {} : { control }),
  });
}

/**
 * Everything the report says, from the numbers of a tournament. Plays nothing.
 *
 * @throws UserError when no strategy applies to all worlds.
 */
export function analyze({ manifest, columns, worlds, names, ranked, control }: AnalysisInput): Analysis {
  // Replayed runs are never averaged with simulated ones: beside simulated worlds they count by suite only.
  const simulated = (world: number) => !isReplayed(worlds[world] as AnyWorldDocument);
  const mixed = manifest.source === "simulated" && !worlds.every((_, world) => simulated(world));
  const tieOf = (world: number) => {
    const document = worlds[world] as AnyWorldDocument;
    return isJobDocument(document) ? TIE : (document.tie ?? TIE);
  };
  const field = fieldOf(columns, ranked, control, mixed ? simulated : undefined, tieOf);
  if (field.ranked.length === 0)
    throw new UserError(
      "no strategy that was entered applies to every world of the suite: a strategy with fixed runs cannot play worlds that replay finished runs",
    );
  const fields = mixed ? [field, fieldOf(columns, ranked, control, (world) => !simulated(world), tieOf)] : [field];
  const { rows, means } = ranksByWorld(field);
  const ranking = rankingOf(rows, means, names);
  const groups = fields.flatMap((each) => groupsOf(each, worlds, names));
  return {
    manifest,
    cells: {
      complete: fields.reduce((sum, { cells }) => sum + cells.length, 0),
      planned: columns.worlds * columns.repetitions,
    },
    standings: standingsOf(field, names, means, manifest.seed, control),
    ...(ranking ? { ranking } : {}),
    pairs: pairsOf(field, names, manifest.seed),
    groups,
    agreement: agreementOf(groups),
    profiles: {
      thresholds: THRESHOLDS,
      strategies: field.ranked.map((entrant) => ({
        strategy: names[entrant] as string,
        shares: sharesBelow(field.regrets.get(entrant) as Float64Array),
      })),
    },
    worlds: fields.flatMap((each) => worldsOf(each, worlds, names)),
    notApplicable: ranked.flatMap((entrant) => {
      const reasons = worlds.flatMap((_, world) => columns.reasonAgainst(entrant, world) ?? []);
      const [reason] = reasons;
      return reason === undefined ? [] : [{ strategy: names[entrant] as string, worlds: reasons.length, reason }];
    }),
    failures: [...columns.failures].map(([reason, count]) => {
      const [strategy, failure] = reason.split(/\n(.*)/s) as [string, string];
      return { strategy, failure, count };
    }),
  };
}

function sharesBelow(regrets: Float64Array): number[] {
  const sorted = regrets.toSorted();
  let below = 0;
  return THRESHOLDS.map((threshold) => {
    while (below < sorted.length && (sorted[below] as number) <= threshold) below++;
    return below / sorted.length;
  });
}

function worldsOf(field: Field, worlds: readonly AnyWorldDocument[], names: readonly string[]): WorldSummary[] {
  return field.strata.map((stratum) => {
    const document = worlds[field.cells[stratum[0] as number]?.world as number] as AnyWorldDocument;
    const { config, loss } = optimumOf(buildAnyWorld(document));
    const regret = field.ranked.map((entrant) => [
      names[entrant] as string,
      meanAt(field.regrets.get(entrant) as Float64Array, stratum),
    ]);
    return {
      name: document.name,
      description: document.description,
      tags: document.tags,
      optimum: { parameters: nonEmbeddingParameters(config), loss },
      regret: Object.fromEntries(regret),
    };
  });
}
