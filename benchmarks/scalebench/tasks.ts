import { readFileSync } from "node:fs";
import { readRows } from "../../src/table/rows.ts";
import type { TableRun } from "../../src/table/run-reader.ts";
import { sharedData } from "../shared-data.ts";

/** A pool of finished runs to choose from, and the runs whose losses are wanted. */
export interface Task {
  readonly name: string;
  readonly pool: readonly Run[];
  readonly target: readonly Run[];
  readonly law: Law;
  /** What ScaleBench (arXiv 2604.22753) published for its method at 1, 5 and 10 %. */
  readonly published: readonly [number, number, number];
}

export interface Run {
  /** ln N, ln D, and where recipes vary ln of learning rate and batch size, from the middle of the target. */
  readonly at: readonly number[];
  readonly loss: number;
  /** 6·N·D as a share of the pool's. */
  readonly cost: number;
}

/** What is believed of a parameter before any run: a normal distribution. */
export interface Parameter {
  readonly mean: number;
  readonly sd: number;
}

/** A law of the coordinates with what is believed of its parameters before any run. */
export interface Law {
  readonly parameters: readonly Parameter[];
  loss(x: ArrayLike<number>, at: readonly number[]): number;
}

/**
 * E + A·n^-α + B·d^(-β·n^γ) with amounts as shares of a typical loss. The widths were chosen on runs of at most an eighth
 * of the pool's largest compute, the dearest twenty of them as the target.
 */
function sizeLaw(scale: number): Law {
  const share = Math.log(0.12 * scale);
  return {
    parameters: [
      { mean: 0.75 * scale, sd: 0.2 * scale },
      { mean: share, sd: 0.8 },
      { mean: share, sd: 0.8 },
      { mean: Math.log(0.33), sd: 0.7 },
      { mean: Math.log(0.36), sd: 0.7 },
      { mean: 0.05, sd: 0.16 },
    ],
    loss: (x, [n = 0, d = 0]) =>
      x[0]! + Math.exp(x[1]! - Math.exp(x[3]!) * n) + Math.exp(x[2]! - Math.exp(x[4]! + x[5]! * n) * d),
  };
}

/** The same with bowls in learning rate and batch size, whose best values move as OELLM measured them. */
function recipeLaw(scale: number): Law {
  const size = sizeLaw(scale);
  const first = size.parameters.length;
  return {
    parameters: [
      ...size.parameters,
      { mean: Math.log(0.02), sd: 0.7 },
      { mean: 0, sd: 1.5 },
      { mean: -0.41, sd: 0.2 },
      { mean: 0.09, sd: 0.2 },
      { mean: 0.3, sd: 0.3 },
      { mean: Math.log(0.02), sd: 0.7 },
      { mean: 0, sd: 1.5 },
      { mean: 0.15, sd: 0.2 },
      { mean: 0.46, sd: 0.2 },
    ],
    loss(x, at) {
      const [n = 0, d = 0, rate = 0, batch = 0] = at;
      const p = (i: number) => x[first + i]!;
      const rateOff = rate - p(1) - p(2) * n - p(3) * d - p(4) * batch;
      const batchOff = batch - p(6) - p(7) * n - p(8) * d;
      return size.loss(x, at) + Math.exp(p(0)) * rateOff * rateOff + Math.exp(p(5)) * batchOff * batchOff;
    },
  };
}

/** `farseer`, with ScaleBench's own split, and `lr&bsz`, whose split is not in the table: the largest D is the target. */
export function tasks(): Task[] {
  const farseer = rowsOf("tables/farseer.csv");
  const split = (run: TableRun) => farseer.label(run.row, "split");
  const steplaw = rowsOf("replay/steplaw-dense.csv", { loss: "smooth loss" });
  const largest = Math.max(...steplaw.runs.map(({ D }) => D));
  return [
    taskOf("farseer", farseer.runs, (run) => split(run) === "test", sizeLaw, [0.6, 0.88, 0.93]),
    taskOf("lr&bsz", steplaw.runs, ({ D }) => D === largest, recipeLaw, [-0.66, 0, 0.22]),
  ];
}

function rowsOf(file: string, columns = {}) {
  return readRows([{ name: file, text: readFileSync(sharedData(file), "utf8") }], { columns });
}

function taskOf(
  name: string,
  runs: readonly TableRun[],
  isTarget: (run: TableRun) => boolean,
  law: (scale: number) => Law,
  published: Task["published"],
): Task {
  const logs = ({ N, D, learningRate, batchSize }: TableRun) =>
    [N, D, ...(law === recipeLaw ? [learningRate!, batchSize!] : [])].map(Math.log);
  const [pool, target] = [runs.filter((run) => !isTarget(run)), runs.filter(isTarget)];
  const places = target.map(logs);
  const middle = places[0]!.map((_, axis) => places.reduce((sum, at) => sum + at[axis]!, 0) / places.length);
  const total = pool.reduce((sum, { C }) => sum + C, 0);
  const runOf = (run: TableRun): Run => ({
    at: logs(run).map((value, axis) => value - middle[axis]!),
    loss: run.loss,
    cost: run.C / total,
  });
  const lossOfCheapest = pool.reduce((least, run) => (run.C < least.C ? run : least)).loss;
  return { name, pool: pool.map(runOf), target: target.map(runOf), law: law(0.7 * lossOfCheapest), published };
}
