/** Matches a message of one line that names these facts in this order, whatever words stand between them. */
export function naming(...facts: readonly (string | number)[]): RegExp {
  const escaped = facts.map((fact) => String(fact).replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^.*${escaped.join(".*")}.*$`);
}
