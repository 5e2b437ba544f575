import { worldsOfTable } from "../../../src/surface/replay/table-worlds.ts";
import type { WorldDocument } from "../../../src/surface/world-document.ts";
import { readRows } from "../../../src/table/rows.ts";
import { randomStream, standardNormal } from "../../../src/task/random.ts";

/** The planted law of `sweep`: its best size at C FLOPs is √(C·B/(36·A))-like, since both exponents are equal. */
export const PLANTED = { E: 1.8, A: 400, B: 1400, exponent: 0.35 } as const;

export function plantedLoss(N: number, D: number): number {
  const { E, A, B, exponent } = PLANTED;
  return E + A * N ** -exponent + B * D ** -exponent;
}

/** The size at which the planted law is least for C = k·N·D. */
export function plantedSize(C: number, k = 6): number {
  const { A, B, exponent } = PLANTED;
  return Math.sqrt(C / k) * (A / B) ** (1 / (2 * exponent));
}

export const LEVELS: readonly number[] = [1e16, 2e16, 4e16, 1e17, 2e17, 4e17, 1e18];

/** An isoFLOP sweep of made-up runs: seven levels of nine sizes, each size within 4 times the best. */
export function sweep({
  noise = 0,
  k = 6,
  columns = "",
  seed = "sweep",
}: {
  noise?: number;
  k?: number;
  columns?: string;
  seed?: string;
} = {}): string {
  const rng = randomStream(seed);
  const lines = LEVELS.flatMap((C) =>
    Array.from({ length: 9 }, (_, i) => {
      const N = plantedSize(C, k) * 4 ** ((i - 4) / 4);
      const D = C / k / N;
      return `${columns && `${columns},`}${N},${D},${C},${plantedLoss(N, D) + noise * standardNormal(rng)}`;
    }),
  );
  return lines.join("\n");
}

export const HEAD = "params,tokens,flops,loss";

/** The worlds of a table given as text. */
export function worldsIn(text: string): readonly WorldDocument[] {
  return worldsOfTable(readRows([{ name: "mine.csv", text }]), "mine").worlds;
}
