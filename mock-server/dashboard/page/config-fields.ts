import type { Field, RunConfig } from "../../../src/task/configuration.ts";
import { formatFlops, parseQuantity } from "../../../src/task/quantity.ts";
import type { Domain } from "../../../src/task/search-space.ts";
import { WIRE_NAMES } from "../../../src/task/stanford-2025/wire.ts";
import { make } from "./element.ts";

/** Inputs for some fields of a configuration. */
export interface ConfigFields {
  /** What is typed, NaN where it is no number. */
  read(): Partial<RunConfig>;
  write(values: Partial<RunConfig>): void;
}

/** Fills `host` with an input for each field, or a list where its values are a list. */
export function configFields(
  host: HTMLElement,
  domains: Readonly<Partial<Record<Field, Domain>>>,
  changed: () => void,
): ConfigFields {
  const inputs = Object.entries(domains).map(([field, domain]) => ({ field: field as Field, input: inputFor(domain) }));
  host.replaceChildren(
    ...inputs.map(({ field, input }) => {
      input.name = field;
      input.addEventListener("input", changed);
      return make("label", "field", WIRE_NAMES[field], input);
    }),
  );
  return {
    read: () => Object.fromEntries(inputs.map(({ field, input }) => [field, parseQuantity(input.value) ?? Number.NaN])),
    write(values) {
      for (const { field, input } of inputs) {
        const value = values[field];
        if (value !== undefined) input.value = String(value);
      }
      changed();
    },
  };
}

function inputFor(domain: Domain): HTMLInputElement | HTMLSelectElement {
  if (domain.kind === "choice") {
    const select = make("select");
    select.append(
      ...domain.values.map((value) => new Option(value >= 1e6 ? formatFlops(value) : `${value}`, `${value}`)),
    );
    return select;
  }
  const input = make("input");
  input.type = "text";
  input.inputMode = "decimal";
  input.title = `from ${domain.minimum} to ${domain.maximum}`;
  return input;
}
