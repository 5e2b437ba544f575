import { make } from "./element.ts";

/** The worlds under their families: what stands before the slash. */
export function worldOptions(worlds: readonly string[]): HTMLOptGroupElement[] {
  const groups = Map.groupBy(worlds, (name) => (name.includes("/") ? name.slice(0, name.indexOf("/")) : "others"));
  return [...groups].map(([family, names]) => {
    const group = make("optgroup", "", ...names.map((name) => new Option(name)));
    group.label = family;
    return group;
  });
}
