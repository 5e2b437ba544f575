import { configurationText, type TrainingConfig } from "../../task/stanford-2026/configuration.ts";
import { hashText, hashWord } from "../hash.ts";
import { cluster, type Surroundings } from "./layers/cluster.ts";
import { lattice } from "./layers/lattice.ts";
import { loss } from "./layers/loss.ts";
import { memory } from "./layers/memory.ts";
import { noise } from "./layers/noise.ts";
import { runtime } from "./layers/runtime.ts";
import { untested } from "./layers/untested.ts";
import { type JobPoint, jobPoint } from "./point.ts";
import type { JobWorldDocument } from "./world-document.ts";

/** A simulated cluster without its queue: what every job would do, as a function of its configuration. */
export interface JobWorld {
  readonly document: JobWorldDocument;
  /** What is expected of a configuration, without noise: the truth that planners are scored by. */
  expected(config: TrainingConfig): ExpectedJob;
  /** The same of a point. */
  expectedAt(point: JobPoint): ExpectedJob;
  /** The seconds alone that are expected of a point: much quicker. */
  runtimeAt(point: JobPoint): number;
  /** What a job does in a repetition of the noise; depends on the configuration alone, not on the key or the time. */
  job(config: TrainingConfig, repetition: number): SimulatedJob;
}

/** The expectation of a job. */
export interface ExpectedJob {
  /** Nats per token at evaluation `i`, from 0. */
  lossAt(i: number): number;
  /** At the end. */
  readonly finalLoss: number;
  /** Seconds of training, evaluations included. */
  readonly runtimeSeconds: number;
  readonly memoryBytes: number;
  /** Whether it fits in memory. */
  readonly fits: boolean;
}

/** A job as it goes when nothing stops it. */
export interface SimulatedJob extends Surroundings {
  readonly hash: number;
  /** Seconds of training if nothing stops it. */
  readonly runtimeSeconds: number;
  /** The same on a slow node. */
  readonly slowRuntimeSeconds: number;
  readonly memoryBytes: number;
  readonly fits: boolean;
  /** The reported loss of evaluation `i`, from 0. */
  lossAt(i: number): number;
}

/** The world that a valid document describes. */
export function buildJobWorld(document: JobWorldDocument): JobWorld {
  const { layers, seed } = document;
  const curveOf = loss.build(layers.loss);
  const unstalled = loss.build({ ...layers.loss, stallRate: 0 });
  const effectOf = untested.build(layers.untested);
  const runtimeOf = runtime.build(layers.runtime);
  const memoryOf = memory.build(layers.memory);
  const noiseOf = noise.build(layers.noise);
  const report = lattice.build(layers.lattice);
  const surroundingsOf = cluster.build(layers.cluster);

  const expectedOf = (point: JobPoint): ExpectedJob => {
    const effect = effectOf(point);
    const curve = (effect.neverStalls ? unstalled : curveOf)(effect.point);
    const lossAt = (i: number) => Math.min(layers.loss.untrained, effect.loss * curve((i + 1) / point.evaluations));
    const { bytes, fits } = memoryOf(point);
    return {
      lossAt,
      finalLoss: lossAt(point.evaluations - 1),
      runtimeSeconds: effect.runtime * runtimeOf(point),
      memoryBytes: bytes,
      fits,
    };
  };

  return {
    document,
    expected: (config) => expectedOf(jobPoint(config)),
    expectedAt: expectedOf,
    runtimeAt: (point) => effectOf(point).runtime * runtimeOf(point),
    job(config, repetition) {
      const point = jobPoint(config);
      const expected = expectedOf(point);
      const hash = hashText(hashWord(seed, repetition), configurationText(config));
      const run = noiseOf(hash);
      const { memoryBytes, fits, runtimeSeconds } = expected;
      return {
        hash,
        memoryBytes,
        fits,
        ...surroundingsOf(hash),
        runtimeSeconds: runtimeSeconds * run.runtime,
        slowRuntimeSeconds: runtimeSeconds * run.slowRuntime,
        lossAt(i) {
          const mean = expected.lossAt(i);
          return report(Math.min(layers.loss.untrained, mean * run.loss(mean, i)), point, hash, i);
        },
      };
    },
  };
}
