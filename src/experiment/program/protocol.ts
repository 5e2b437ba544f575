import type { Run } from "../../task/configuration.ts";
import { FIELDS } from "../../task/configuration.ts";
import type { Domain } from "../../task/search-space.ts";
import { fromWire, toWire, WIRE_NAMES, type WireConfig } from "../../task/stanford-2025/wire.ts";
import type { Query } from "../../task/strategy.ts";
import type { Submission } from "../../task/submission.ts";
import type { Task } from "../../task/task.ts";
import { parseSubmission, StrategyError } from "../checked-strategy.ts";

/** The task as a program reads it: under the names of the wire (docs/programs.md). */
export function taskDocument({ searchSpace, cap, target, admissible }: Task): object {
  return {
    search_space: Object.fromEntries(FIELDS.map((field) => [WIRE_NAMES[field], wireDomain(searchSpace[field])])),
    cap,
    target,
    admissible: {
      batch_size: admissible.batchSizes,
      d_model: admissible.dModel,
      num_layers: admissible.numLayers,
      aspect_ratio: admissible.aspectRatio,
      minimum_head_dimension: admissible.minimumHeadDimension,
      learning_rate: admissible.learningRate,
    },
  };
}

function wireDomain(domain: Domain): object {
  if (domain.kind === "choice") return { values: domain.values };
  const { minimum, maximum, integer } = domain;
  return { minimum, maximum, integer };
}

/** An answered run as a program is told it. */
export function toldRun({ status, loss, message, asked, ...config }: Run): object {
  return {
    ...toWire(config),
    status,
    ...(loss === undefined ? {} : { loss }),
    ...(message === undefined ? {} : { message }),
    ...(asked === undefined ? {} : { asked: toWire(asked) }),
  };
}

/** What a line says: questions, a submission, or nothing of the protocol. */
export type Said = { readonly ask: readonly Query[] } | { readonly submit: Submission } | undefined;

/**
 * Reads a line of the ask-and-tell protocol. Any other line is the program's own affair.
 *
 * @throws StrategyError for a line that begins as one of the protocol and is none, naming what is wrong.
 */
export function parseSaid(line: string): Said {
  const member = /^\s*\{\s*"(ask|submit)"\s*:/.exec(line)?.[1];
  if (member === undefined) return undefined;
  const document = parseJson(line, `its line {"${member}": …}`);
  return member === "ask" ? { ask: parseAsk(document.ask) } : { submit: submissionOf(document.submit) };
}

function parseAsk(rows: unknown): Query[] {
  if (!Array.isArray(rows)) throw new StrategyError(`"ask" must be a list of configurations, got ${shown(rows)}`);
  return rows.map((row: unknown, i) => {
    const where = `"ask", configuration ${i + 1}`;
    const { reason } = withNumbers(row, Object.values(WIRE_NAMES), where);
    if (reason !== undefined && reason !== null && typeof reason !== "string")
      throw new StrategyError(`${where}: reason must be a string, got ${shown(reason)}`);
    return { ...fromWire(row as WireConfig), ...(typeof reason === "string" ? { reason } : {}) };
  });
}

/**
 * The submission in a line that is a bare JSON object, in the shape of submission.json.
 *
 * @throws StrategyError when it is none, naming the member that is wrong where there is one.
 */
export function parseBareSubmission(line: string): Submission {
  return submissionOf(parseJson(line, "its last JSON line"));
}

/** `model_size` is not read: N follows from the shape. */
function submissionOf(value: unknown): Submission {
  const row = withNumbers(value, [...Object.values(WIRE_NAMES), "predicted_loss"], "submission");
  const law = typeof row.law === "string" ? { law: row.law } : {};
  return parseSubmission({
    config: fromWire(row as unknown as WireConfig),
    predictedLoss: row.predicted_loss,
    ...(row.interval === undefined || row.interval === null ? {} : { interval: row.interval }),
    ...law,
  });
}

function parseJson(line: string, what: string): Record<string, unknown> {
  try {
    return JSON.parse(line);
  } catch (error) {
    const hint = /\b(NaN|Infinity)\b/.test(line) ? " (JSON has no NaN or Infinity)" : "";
    throw new StrategyError(`${what} does not parse${hint}: ${(error as Error).message.slice(0, 120)}`);
  }
}

function withNumbers(value: unknown, names: readonly string[], where: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new StrategyError(`${where} must be an object, got ${shown(value)}`);
  const row = value as Record<string, unknown>;
  for (const name of names)
    if (typeof row[name] !== "number")
      throw new StrategyError(`${where}: ${name} must be a number, got ${shown(row[name])}`);
  return row;
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? "nothing").slice(0, 60);
}
