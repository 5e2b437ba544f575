import { FIELDS, type Field, type RunConfig } from "./configuration.ts";

/** The values one field accepts: everything between two ends (both included), or a list. */
export type Domain =
  | { readonly kind: "range"; readonly minimum: number; readonly maximum: number; readonly integer: boolean }
  | { readonly kind: "choice"; readonly values: readonly number[] };

/** What the training API accepts, field by field. */
export type SearchSpace = Readonly<Record<Field, Domain>>;

export interface Violation {
  readonly field: Field;
  readonly value: number;
  readonly domain: Domain;
}

export function accepts(domain: Domain, value: number): boolean {
  if (domain.kind === "choice") return domain.values.includes(value);
  if (domain.integer && !Number.isInteger(value)) return false;
  return value >= domain.minimum && value <= domain.maximum;
}

/** The first field, in the API's order, whose value is not accepted; undefined when all are. */
export function violationOf(config: RunConfig, space: SearchSpace): Violation | undefined {
  for (const field of FIELDS) {
    const value = config[field];
    if (!accepts(space[field], value)) return { field, value, domain: space[field] };
  }
  return undefined;
}

/** Every whole number between two ends, both included. */
export function integers(minimum: number, maximum: number): Domain {
  return { kind: "range", minimum, maximum, integer: true };
}

/** Every number between two ends, both included. */
export function reals(minimum: number, maximum: number): Domain {
  return { kind: "range", minimum, maximum, integer: false };
}

export function choice(values: readonly number[]): Domain {
  return { kind: "choice", values };
}

/** The values of a choice, ascending; throws for a range, which has no list. */
export function valuesOf(domain: Domain): readonly number[] {
  if (domain.kind === "range")
    throw new TypeError(`a range [${domain.minimum}, ${domain.maximum}] has no list of values`);
  return domain.values.toSorted((a, b) => a - b);
}

/** The nearest accepted value: clamped into a range (and rounded when it is of integers), or the closest of a choice in ratio. */
export function nearest(domain: Domain, value: number): number {
  if (domain.kind === "choice") {
    const distance = (candidate: number) => Math.abs(Math.log(candidate / value));
    return domain.values.reduce((best, candidate) => (distance(candidate) < distance(best) ? candidate : best));
  }
  const clamped = Math.min(Math.max(value, domain.minimum), domain.maximum);
  return domain.integer ? Math.round(clamped) : clamped;
}
