import type { Block, Document } from "./block.ts";

/** A block with the number of its heading, table or figure, for formats that do not count by themselves. */
export interface Numbered {
  readonly block: Block;
  readonly number?: number;
}

/** The blocks of a write-up; headings, tables and figures counted from 1, each of its own. */
export function numbered({ blocks }: Document): Numbered[] {
  const counts = new Map<Block["kind"], number>();
  return blocks.map((block) => {
    if (block.kind !== "heading" && block.kind !== "table" && block.kind !== "figure") return { block };
    const number = (counts.get(block.kind) ?? 0) + 1;
    counts.set(block.kind, number);
    return { block, number };
  });
}
