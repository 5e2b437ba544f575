import { FIELDS, type RunConfig } from "../../../src/task/configuration.ts";
import type { Submission } from "../../../src/task/submission.ts";

/** What a link to the playground carries. */
export interface LinkState {
  readonly world: string;
  readonly runs: readonly RunConfig[];
  /** Present once it was graded. */
  readonly submission?: Submission;
}

/**
 * The state as the part of an address after `#`: `world=sealed/7&runs=512_8_8_128_0.001_1e15~…&submit=…`. A run is its six
 * values in the API's order; a submission is a run, its loss and, where there is one, its interval: level, low, high.
 */
export function linkOf({ world, runs, submission }: LinkState): string {
  const parts = [`world=${world}`];
  if (runs.length > 0) parts.push(`runs=${runs.map(runText).join("~")}`);
  if (submission) {
    const { config, predictedLoss, interval } = submission;
    const numbers = interval ? [predictedLoss, interval.level, interval.low, interval.high] : [predictedLoss];
    parts.push(`submit=${[runText(config), ...numbers].join("_")}`);
  }
  return parts.join("&");
}

/** The state of a link, which may be percent-encoded; what it does not say, or says wrongly, is left out. */
export function readLink(text: string): Partial<LinkState> & Pick<LinkState, "runs"> {
  const parts = new Map(
    text.split("&").map((part) => {
      const [name = "", value = ""] = decoded(part).split("=", 2);
      return [name, value];
    }),
  );
  const world = parts.get("world");
  const runs = (parts.get("runs") ?? "").split("~").flatMap((run) => configOf(numbersIn(run)) ?? []);
  const submission = submissionOf(numbersIn(parts.get("submit") ?? ""));
  return { ...(world && { world }), runs, ...(submission && { submission }) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

function runText(config: RunConfig): string {
  // The exponent is exact, and short for the budgets there are.
  const text = (value: number) => (value >= 1e6 ? value.toExponential().replace("+", "") : String(value));
  return FIELDS.map((field) => text(config[field])).join("_");
}

function numbersIn(text: string): number[] {
  return text === "" ? [] : text.split("_").map(Number);
}

function configOf(numbers: readonly number[]): RunConfig | undefined {
  const values = numbers.slice(0, FIELDS.length);
  if (values.length < FIELDS.length || !values.every((value) => Number.isFinite(value) && value > 0)) return undefined;
  return Object.fromEntries(FIELDS.map((field, i) => [field, values[i]])) as unknown as RunConfig;
}

function submissionOf(numbers: readonly number[]): Submission | undefined {
  const config = configOf(numbers);
  const [predictedLoss, level, low, high] = numbers.slice(FIELDS.length);
  if (!config || !Number.isFinite(predictedLoss)) return undefined;
  const interval = [level, low, high].every(Number.isFinite) ? { interval: { level, low, high } } : {};
  return { config, predictedLoss, ...interval } as Submission;
}
