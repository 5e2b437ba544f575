import { FIELDS, type RunConfig } from "../task/configuration.ts";
import { UserError } from "../task/errors.ts";
import type { Query, Strategy } from "../task/strategy.ts";
import type { LossInterval, RuntimeForecast, Submission } from "../task/submission.ts";

/** Questions one run of a strategy may ask, repeats included: 2e18 FLOPs at 1e13 each. */
export const MAXIMUM_QUERIES = 200_000;

/** A strategy that broke its contract: which of its outputs, the value, and what it should have been. */
export class StrategyError extends UserError {}

/** A strategy that thought for longer than it may. */
export class TimedOutError extends StrategyError {}

/**
 * The same strategy with all its output parsed, since any strategy may come from outside. The output is copied, so that
 * the strategy cannot change it afterwards.
 *
 * @throws StrategyError from `queries` and `recommend` when the output is malformed.
 */
export function checkedStrategy(strategy: Strategy): Strategy {
  const { name, summary, fixedRuns, flopsOnly } = strategy;
  return {
    name,
    summary,
    ...(fixedRuns === undefined ? {} : { fixedRuns }),
    ...(flopsOnly === undefined ? {} : { flopsOnly }),
    *queries(task, rng) {
      const generator = strategy.queries(task, rng);
      if (typeof generator?.next !== "function")
        throw new StrategyError(`"queries" must return a generator (write *queries), got ${shown(generator)}`);
      let asked = 0;
      let step = generator.next();
      for (let batch = 1; !step.done; batch++) {
        const queries = parseBatch(step.value, batch, MAXIMUM_QUERIES - asked);
        asked += queries.length;
        step = generator.next(yield queries);
      }
      return typeof step.value === "string" ? step.value : undefined;
    },
    recommend: (runs, task, rng) => parseSubmission(strategy.recommend([...runs], task, rng)),
  };
}

function parseBatch(value: unknown, batch: number, atMost: number): Query[] {
  if (!Array.isArray(value))
    throw new StrategyError(`"queries" must yield arrays of runs to buy; batch ${batch} is ${shown(value)}`);
  // Checked before the loop: a batch may claim four billion.
  if (value.length > atMost) throw new StrategyError(`asked more than ${MAXIMUM_QUERIES} queries in one run`);
  return Array.from(value, (query: unknown, i) => {
    const where = `query ${i + 1} of batch ${batch}`;
    const config = parseConfig(query, where);
    const { reason } = query as Query;
    if (reason !== undefined && typeof reason !== "string")
      throw new StrategyError(`${where}: reason must be a string, got ${shown(reason)}`);
    return reason === undefined ? config : { ...config, reason };
  });
}

/** A strategy's submission, checked for shape and finite numbers, not for what the task admits. */
export function parseSubmission(value: unknown): Submission {
  const { config, predictedLoss, interval, runtime, law } = recordOf(value, "submission") as Partial<Submission>;
  const submission = {
    config: parseConfig(config, "submission: config"),
    predictedLoss: numberOf(predictedLoss, "submission: predictedLoss"),
  };
  if (law !== undefined && typeof law !== "string")
    throw new StrategyError(`submission: law must be a string, got ${shown(law)}`);
  return {
    ...submission,
    ...(interval === undefined ? {} : { interval: parseInterval(interval, "submission: interval") }),
    ...(runtime === undefined ? {} : { runtime: parseRuntime(runtime) }),
    ...(law === undefined ? {} : { law }),
  };
}

function parseConfig(value: unknown, where: string): RunConfig {
  const record = recordOf(value, where);
  const fields = record.tokens === undefined ? FIELDS : ([...FIELDS, "tokens"] as const);
  const config = fields.map((field) => [field, numberOf(record[field], `${where}: ${field}`)]);
  return Object.fromEntries(config) as unknown as RunConfig;
}

function parseInterval(value: unknown, where: string): LossInterval {
  const record = recordOf(value, where);
  const level = numberOf(record.level, `${where}.level`);
  const low = numberOf(record.low, `${where}.low`);
  const high = numberOf(record.high, `${where}.high`);
  if (!(level > 0 && level < 1)) throw new StrategyError(`${where}.level must be between 0 and 1, got ${level}`);
  if (low > high) throw new StrategyError(`${where}.low ${low} is above interval.high ${high}`);
  return { level, low, high };
}

function parseRuntime(value: unknown): RuntimeForecast {
  const record = recordOf(value, "submission: runtime");
  const finishes = numberOf(record.finishes, "submission: runtime.finishes");
  if (!(finishes >= 0 && finishes <= 1))
    throw new StrategyError(`submission: runtime.finishes must be between 0 and 1, got ${finishes}`);
  return {
    seconds: numberOf(record.seconds, "submission: runtime.seconds"),
    interval: parseInterval(record.interval, "submission: runtime.interval"),
    finishes,
  };
}

function recordOf(value: unknown, where: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null)
    throw new StrategyError(`${where} must be an object, got ${shown(value)}`);
  return value as Record<string, unknown>;
}

function numberOf(value: unknown, where: string): number {
  if (typeof value !== "number" || !Number.isFinite(value))
    throw new StrategyError(`${where} must be a finite number, got ${shown(value)}`);
  return value;
}

function shown(value: unknown): string {
  if (typeof value === "string") return `the string ${JSON.stringify(value.slice(0, 40))}`;
  if (typeof value === "number" || value === undefined || value === null) return String(value);
  return Array.isArray(value) ? "an array" : typeof value === "object" ? "an object" : `a ${typeof value}`;
}
