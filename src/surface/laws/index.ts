// The base laws of worlds. A law is one file and one line here:
//   export const square: Law<Square> = { name: "square", schema, build, floor };
// `name` is the value of `law` in a world's document; `schema` reads the rest of it.

export { table } from "../replay/table.ts";
export { annealed } from "./annealed.ts";
export { bounded } from "./bounded.ts";
export { broken } from "./broken.ts";
export { chinchilla } from "./chinchilla.ts";
export { farseer } from "./farseer.ts";
export { gated } from "./gated.ts";
export { interaction } from "./interaction.ts";
export { kaplan } from "./kaplan.ts";
export { mechanistic } from "./mechanistic.ts";
export { threeTerm } from "./three-term.ts";
