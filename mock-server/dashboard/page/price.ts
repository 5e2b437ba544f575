import { type Accounting, trainingOf } from "../../../src/task/accounting.ts";
import { FIELDS, type Field, type RunConfig } from "../../../src/task/configuration.ts";
import { formatFlops } from "../../../src/task/quantity.ts";
import { accepts, type SearchSpace, violationOf } from "../../../src/task/search-space.ts";
import { rangeMessage, rangeRule, violationMessage, WIRE_NAMES } from "../../../src/task/stanford-2025/wire.ts";
import type { Task } from "../../../src/task/task.ts";

/** What would come of asking a configuration, short of its answer. */
export type Verdict =
  | { readonly kind: "invalid"; readonly message: string }
  | { readonly kind: "paid"; readonly loss: number }
  | { readonly kind: "too expensive"; readonly message: string }
  | { readonly kind: "affordable" };

/** The price of a configuration, and what it buys. */
export interface Price {
  /** N = 12·L·d². */
  readonly parameters: number;
  readonly steps: number;
  readonly tokens: number;
  /** FLOPs that asking would charge: none for what is invalid, paid for or too expensive. */
  readonly cost: number;
  /** FLOPs left before asking. */
  readonly left: number;
  readonly verdict: Verdict;
  /** What to think twice about. */
  readonly notes: readonly string[];
}

/**
 * Prices a configuration before it is asked.
 *
 * @param used FLOPs the key has spent.
 * @param paid the loss of the configuration where the key has bought it already.
 */
export function priceOf(
  config: RunConfig,
  task: Task,
  accounting: Accounting,
  used: number,
  paid: number | undefined,
): Price {
  const { parameters, steps, tokens } = trainingOf(config, accounting);
  const verdict = verdictOf(config, task, used, paid);
  const notes: string[] = [];
  if (verdict.kind !== "invalid") {
    if (steps < 1) notes.push("Less than one optimizer step: the answer would be the loss of the untrained model.");
    else if (steps < 200) notes.push(`Only ${Math.floor(steps)} steps: too few to say anything about a law.`);
    if (config.dModel % config.numHeads !== 0) notes.push("num_heads does not divide d_model; the API answers anyway.");
  }
  return {
    parameters,
    steps,
    tokens,
    cost: verdict.kind === "affordable" ? config.trainFlops : 0,
    left: task.cap - used,
    verdict,
    notes,
  };
}

/** What is wrong with each field, to be said beside it. */
export function problemsOf(config: RunConfig, space: SearchSpace): Partial<Record<Field, string>> {
  return Object.fromEntries(
    FIELDS.flatMap((field) => {
      if (accepts(space[field], config[field])) return [];
      const rule = rangeRule(field, space[field]).slice(`${WIRE_NAMES[field]} `.length);
      return [[field, Number.isNaN(config[field]) ? `a number is missing: it ${rule}` : rule]];
    }),
  );
}

function verdictOf(config: RunConfig, task: Task, used: number, paid: number | undefined): Verdict {
  const blank = FIELDS.find((field) => Number.isNaN(config[field]));
  if (blank) return { kind: "invalid", message: rangeMessage(blank, task.searchSpace[blank], "nothing") };
  const violation = violationOf(config, task.searchSpace);
  if (violation) return { kind: "invalid", message: violationMessage(violation) };
  if (paid !== undefined) return { kind: "paid", loss: paid };
  if (used + config.trainFlops <= task.cap) return { kind: "affordable" };
  const message = `${WIRE_NAMES.trainFlops} of ${formatFlops(config.trainFlops)} is more than the ${formatFlops(task.cap - used)} FLOPs left`;
  return { kind: "too expensive", message };
}

/** What asking would do, in a sentence. */
export function verdictText({ verdict, cost, left }: Price, { trainFlops }: RunConfig, { cap }: Task): string {
  switch (verdict.kind) {
    case "invalid":
    case "too expensive":
      return verdict.message;
    case "paid":
      return `Already paid for: loss ${verdict.loss.toFixed(4)}. Asking again is free.`;
    case "affordable":
      return `Costs ${formatFlops(cost)} FLOPs, ${((100 * trainFlops) / cap).toPrecision(2)} % of the budget; ${fourDigits(left - cost)} of ${formatFlops(cap)} are left then.`;
  }
}

/** What is left after a small run is not the whole budget. */
function fourDigits(flops: number): string {
  const [mantissa, exponent] = flops.toExponential(3).split("e") as [string, string];
  return flops === 0 ? "0" : `${Number(mantissa)}e${Number(exponent)}`;
}
