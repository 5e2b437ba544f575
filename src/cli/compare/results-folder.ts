import { contentHash } from "../../experiment/content-hash.ts";
import type { CompareOptions } from "./run-tournament.ts";

/** Letters of a name before it is cut. */
const LONGEST = 100;

/** Where results go unless told: a folder for each question and field, so that no comparison replaces another's page. */
export function resultsFolder(
  suite: string,
  { strategies, answers, history, budget, quick, seed }: Omit<CompareOptions, "suite" | "out">,
): string {
  const parts = [
    suite,
    ...(strategies === "all" ? [] : [fieldName(strategies)]),
    ...[answers, history].filter((file) => file !== undefined),
    ...(budget === undefined ? [] : [String(budget)]),
    ...(quick ? ["quick"] : []),
    ...(seed === 0 ? [] : [`seed ${seed}`]),
  ];
  const name = parts.map(asName).join("-");
  return `isoflop-results/${name.length > LONGEST ? `${name.slice(0, LONGEST)}-${contentHash(...parts).slice(0, 6)}` : name}`;
}

/** Many strategies would make a long name. */
function fieldName(strategies: string): string {
  const count = strategies.split(",").length;
  return count <= 2 ? strategies : `${count} strategies ${contentHash(strategies).slice(0, 6)}`;
}

/** Words of a list without their folders, in letters that every file system takes. */
function asName(list: string): string {
  return list
    .split(",")
    .map((word) =>
      word
        .trim()
        .replace(/^.*\//, "")
        .replace(/\.jsonl?$/, "")
        .replace(/[^\w.]+/g, "-")
        .replace(/^-|-$/g, ""),
    )
    .join("+");
}
