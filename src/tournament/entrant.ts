/** Who takes part, as JSON, so that a thread or another machine can find the same. `hash` identifies its source. */
export type Entrant =
  | { readonly kind: "shipped"; readonly name: string; readonly hash: string }
  | { readonly kind: "module"; readonly name: string; readonly hash: string; readonly path: string }
  | { readonly kind: "program"; readonly name: string; readonly hash: string; readonly command: string };

/** A strategy that comes with the package: its source is the engine's. */
export function shippedEntrant(name: string): Entrant {
  return { kind: "shipped", name, hash: "shipped" };
}
