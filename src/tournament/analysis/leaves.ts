import type { SurfaceDocument } from "../../surface/surface.ts";

/** Where a number stands in a document. */
export type Leaf = readonly (string | number)[];

/** Every number of a surface but zeros, in the document's order. */
export function leavesOf(surface: SurfaceDocument): Leaf[] {
  return walk(surface, []);
}

export function valueAt(surface: SurfaceDocument, leaf: Leaf): number {
  let node: unknown = surface;
  for (const key of leaf) node = (node as Record<string | number, unknown>)[key];
  return node as number;
}

/** The surface with one number multiplied. */
export function withLeaf(surface: SurfaceDocument, leaf: Leaf, factor: number): SurfaceDocument {
  return multiplied(surface, leaf, factor) as SurfaceDocument;
}

function walk(node: unknown, path: Leaf): Leaf[] {
  if (typeof node === "number") return node === 0 ? [] : [path];
  if (Array.isArray(node)) return node.flatMap((value, i) => walk(value, [...path, i]));
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => walk(value, [...path, key]));
}

function multiplied(node: unknown, [key, ...rest]: Leaf, factor: number): unknown {
  if (key === undefined) return (node as number) * factor;
  if (Array.isArray(node)) return node.map((value, i) => (i === key ? multiplied(value, rest, factor) : value));
  const record = node as Record<string, unknown>;
  return { ...record, [key]: multiplied(record[key], rest, factor) };
}
