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
  /** Says at each field what is wrong with it, and nothing at the others. */
  mark(problems: Readonly<Partial<Record<Field, string>>>): void;
}

/** Fills `host` with an input for each field, or a list where its values are a list. */
export function configFields(
  host: HTMLElement,
  domains: Readonly<Partial<Record<Field, Domain>>>,
  changed: () => void,
): ConfigFields {
  const inputs = Object.entries(domains).map(([field, domain]) => ({
    field: field as Field,
    ...fieldOf(WIRE_NAMES[field as Field], inputFor(domain), hintOf(domain)),
  }));
  for (const { field, input } of inputs) {
    input.name = field;
    input.addEventListener("input", changed);
  }
  host.replaceChildren(...inputs.map(({ element }) => element));
  return {
    read: () => Object.fromEntries(inputs.map(({ field, input }) => [field, parseQuantity(input.value) ?? Number.NaN])),
    write(values) {
      for (const { field, input } of inputs) {
        const value = values[field];
        if (value !== undefined) input.value = String(value);
      }
      changed();
    },
    mark(problems) {
      for (const { field, mark } of inputs) mark(problems[field]);
    },
  };
}

/** An input with its name, the values it takes, and room for what is wrong with it. */
export function fieldOf<Input extends HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>(
  name: string,
  input: Input,
  hint = "",
): { readonly element: HTMLElement; readonly input: Input; mark(problem: string | undefined): void } {
  const note = make("span", "hint", hint);
  note.id = `hint-${++fields}`;
  input.id ||= `field-${fields}`;
  input.setAttribute("aria-describedby", note.id);
  const label = make("label", "", name);
  label.htmlFor = input.id;
  return {
    element: make("div", "field", label, input, note),
    input,
    mark(problem) {
      input.ariaInvalid = String(problem !== undefined);
      note.className = problem === undefined ? "hint" : "hint problem";
      note.textContent = problem ?? hint;
    },
  };
}

let fields = 0;

function hintOf(domain: Domain): string {
  return domain.kind === "choice" ? "" : `${domain.minimum} to ${domain.maximum}`;
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
  return input;
}
