import type { TableAccounting } from "../../task/accounting.ts";
import { formatFlops } from "../../task/quantity.ts";
import { FEWEST_SIZES, isBracketed, type Level } from "./levels.ts";

/** Affordable levels that a table question needs below its target. */
const FEWEST_BELOW = 3;
/** What all runs may cost, as a share of the target. */
export const CAP_SHARE = 0.2;
/** The cheapest and the most expensive level offered, as shares of the target; two runs of the latter can be bought. */
const OFFERED: readonly [number, number] = [1 / 300, 1 / 10];
/** Of the cheapest level, so many runs can be bought: with fewer, most strategies can only name a size unseen. */
const FEWEST_RUNS = 8;

/** A target with the levels below that can be bought. */
export interface TableQuestion {
  readonly target: Level;
  readonly below: readonly Level[];
}

/** The table questions of an experiment: one for each level that will do as a target. */
export function tableQuestions(levels: readonly Level[], fewestSizes: number = FEWEST_SIZES): TableQuestion[] {
  return levels.flatMap((target) => {
    const below = levels.filter(({ C }) => C >= OFFERED[0] * target.C * 0.98 && C <= OFFERED[1] * target.C * 1.02);
    const wide = target.sizes >= fewestSizes && isBracketed(target);
    return wide && below.length >= FEWEST_BELOW && canBuy(target, below) ? [{ target, below }] : [];
  });
}

function canBuy(target: Level, [cheapest]: readonly Level[]): boolean {
  return FEWEST_RUNS * cheapest!.C <= CAP_SHARE * target.C * 1.02;
}

/** Why an experiment has no table question, in words. */
export function lacking(levels: readonly Level[], fewestSizes: number = FEWEST_SIZES): string {
  if (levels.length === 0)
    return "no compute (within 2 %) that three sizes share, nor five sizes with three lengths each";
  const wide = levels.filter(({ sizes }) => sizes >= fewestSizes);
  const few = fewestSizes === FEWEST_SIZES ? "five" : "four";
  if (wide.length === 0) {
    const most = Math.max(...levels.map(({ sizes }) => sizes));
    return `no level has ${few} sizes of one recipe: the widest has ${most}`;
  }
  const bracketed = wide.filter(isBracketed);
  if (bracketed.length === 0) return `no level of ${few} sizes has its lowest loss between two sizes`;
  const top = bracketed.at(-1)!;
  return `below ${formatFlops(top.C)} FLOPs, the top level with a bracketed optimum, fewer than three levels cost between 1/300 and 1/10 of it, or the cheapest more than 1/40`;
}

/** k in C = k·N·D, and how it follows N; the handout's where it is 6 within 1 %. */
export function accountingOf(
  levels: readonly { readonly N: number; readonly D: number; readonly C: number }[],
): "handout" | TableAccounting {
  const logs = levels.map(({ N, D, C }) => ({ x: Math.log(N / 1e8), y: Math.log(C / N / D) }));
  const mean = (of: (log: { x: number; y: number }) => number) =>
    logs.reduce((sum, log) => sum + of(log), 0) / logs.length;
  const [x, y] = [mean((log) => log.x), mean((log) => log.y)];
  const variance = mean((log) => (log.x - x) * (log.x - x));
  const slope = variance > 0 ? mean((log) => (log.x - x) * (log.y - y)) / variance : 0;
  const exponent = Math.abs(slope) < 0.005 ? 0 : Number(slope.toPrecision(4));
  const k = Number(Math.exp(y - exponent * x).toPrecision(6));
  if (exponent === 0 && Math.abs(k / 6 - 1) < 0.01) return "handout";
  return { flopsPerParameterToken: k, ...(exponent !== 0 && { sizeExponent: exponent }) };
}
