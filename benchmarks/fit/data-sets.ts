import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import type { RunPoint } from "../../src/task/run-point.ts";
import { hasSharedData, sharedData } from "../shared-data.ts";

const FILES = [
  "fits/golden.json",
  "fits/chinchilla-points.csv",
  "fits/chinchilla-subset.csv",
  "fits/isoflop-experiments.csv",
];
const REPLAYS = ["replay/gemstones.jsonl", "replay/mlfoundations-104.csv"];

/** Where the public data sets are looked for. */
export const PUBLIC_DATA = "../shared/data/fits and ../shared/data/replay";

/** Whether they lie beside the checkout. */
export function hasPublicData(): boolean {
  return [...FILES, ...REPLAYS].every(hasSharedData);
}

type Row = Readonly<Record<string, string>>;

/** The 245 digitized points of Hoffmann et al., figure 4; the usual 240 leave out the five highest losses. */
export function chinchillaPoints(count: 240 | 245): RunPoint[] {
  const points = csv("fits/chinchilla-points.csv").map((row) => {
    const [N, C] = [Number(row["Model Size"]), Number(row["Training FLOP"])];
    return { N, C, D: C / (6 * N), loss: Number(row.loss) };
  });
  return points.toSorted((a, b) => a.loss - b.loss).slice(0, count);
}

/** The runs behind each entry of golden.json. */
export function goldenSets(): Record<string, RunPoint[]> {
  const sets: Record<string, RunPoint[]> = {
    epoch_240: chinchillaPoints(240),
    epoch_245: chinchillaPoints(245),
    kyo_takano_llm: csv("fits/chinchilla-subset.csv").map((row) => point(row.N, row.D, row.loss)),
    gemstones_hot: jsonLines("replay/gemstones.jsonl").map((row) =>
      point(row.params_active_precise, row.tokens, row.final_loss),
    ),
  };
  for (const row of csv("fits/isoflop-experiments.csv")) {
    sets[`isoflops/${row.experiment}`] ??= [];
    sets[`isoflops/${row.experiment}`]!.push(point(row.params, row.tokens, row.loss));
  }
  const mlfoundations = csv("replay/mlfoundations-104.csv");
  for (const corpus of ["c4_original", "rw_original"])
    sets[`mlfoundations_${corpus}`] = mlfoundations
      .filter((row) => row.dataset === corpus)
      .map((row) => point(row.params, row.tokens, row.loss_c4_val));
  return sets;
}

function point(N: unknown, D: unknown, loss: unknown): RunPoint {
  return { N: Number(N), D: Number(D), C: 6 * Number(N) * Number(D), loss: Number(loss) };
}

function csv(file: string): Row[] {
  return parse(readFileSync(sharedData(file), "utf8"), { columns: true });
}

function jsonLines(file: string): Record<string, unknown>[] {
  const lines = readFileSync(sharedData(file), "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line));
}
