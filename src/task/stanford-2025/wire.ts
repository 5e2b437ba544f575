import type { Field, RunConfig } from "../configuration.ts";
import { FIELDS } from "../configuration.ts";
import { pythonFloat } from "../python/float.ts";
import type { Domain, Violation } from "../search-space.ts";

/** A configuration as it is named on the wire, in the order of the API's table. */
export interface WireConfig {
  readonly d_model: number;
  readonly num_layers: number;
  readonly num_heads: number;
  readonly batch_size: number;
  readonly learning_rate: number;
  readonly train_flops: number;
}

/** The wire name of each field. */
export const WIRE_NAMES: Readonly<Record<Field, keyof WireConfig>> = {
  dModel: "d_model",
  numLayers: "num_layers",
  numHeads: "num_heads",
  batchSize: "batch_size",
  learningRate: "learning_rate",
  trainFlops: "train_flops",
};

/** The configuration under its wire names, keys in the API's order and nothing else with them. */
export function toWire(config: RunConfig): WireConfig {
  return Object.fromEntries(FIELDS.map((field) => [WIRE_NAMES[field], config[field]])) as unknown as WireConfig;
}

/** The configuration of a row under wire names; other keys of the row are left out. */
export function fromWire(row: WireConfig): RunConfig {
  return Object.fromEntries(FIELDS.map((field) => [field, row[WIRE_NAMES[field]]])) as unknown as RunConfig;
}

/** The API's sentence for a value out of range (docs/contract.md, section 1). `got` is the value as it was written. */
export function rangeMessage(field: Field, domain: Domain, got: string): string {
  return `${rangeRule(field, domain)}, got ${got}`;
}

/** What a field accepts, in the API's words. */
export function rangeRule(field: Field, domain: Domain): string {
  const name = WIRE_NAMES[field];
  const text = (value: number) => wireText(field, value);
  if (domain.kind === "range") return `${name} must be in range [${text(domain.minimum)}, ${text(domain.maximum)}]`;
  const values = domain.values.map(text).join(", ");
  return `${name} must be one of ${field === "trainFlops" ? `[${values}]` : `{${values}}`}`;
}

/** The sentence for a refused configuration. */
export function violationMessage({ field, domain, value }: Violation): string {
  return rangeMessage(field, domain, wireText(field, value));
}

/** A value as the API writes it: the learning rate as a Python float, the others as integers in full. */
export function wireText(field: Field, value: number): string {
  if (field === "learningRate") return pythonFloat(value);
  return Number.isInteger(value) ? BigInt(value).toString() : String(value);
}

/** The API's sentence for a query over budget; integers in full (docs/contract.md, section 1). */
export function overBudgetMessage(used: bigint, requested: bigint, cap: bigint): string {
  return `FLOPs budget exceeded: used ${used} + requested ${requested} > ${cap}`;
}
