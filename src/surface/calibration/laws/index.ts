import { unknownName } from "../../../task/errors.ts";
import type { CalibratedLaw } from "../calibrated-law.ts";
import { annealed } from "./annealed.ts";
import { gated } from "./gated.ts";
import { layeredChinchilla } from "./layered-chinchilla.ts";
import { mechanistic } from "./mechanistic.ts";
import { bounded, chinchilla } from "./two-terms.ts";

/** Every law calibration knows, by the table that determines it; the first of each kind is the default. */
const LAWS: readonly CalibratedLaw[] = [annealed, gated, mechanistic, layeredChinchilla, chinchilla, bounded];

/** The law of this name for a kind of table; the default one without a name. */
export function calibratedLaw(table: CalibratedLaw["table"], name?: string): CalibratedLaw {
  const laws = LAWS.filter((law) => law.table === table);
  const law = name === undefined ? laws[0] : laws.find((candidate) => candidate.name === name);
  if (law) return law;
  throw unknownName(
    table === "answers" ? "law for answers of a training API" : "law for runs known by N, D and C",
    name as string,
    laws.map((candidate) => candidate.name),
  );
}
