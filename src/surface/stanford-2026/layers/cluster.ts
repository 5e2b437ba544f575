import * as z from "zod";
import { nonNegative, objectSchema, share } from "../../../task/schema.ts";
import { normal, uniform } from "../../hash.ts";
import type { JobLayer } from "./layer.ts";

/** What happens around the training of a job; none of it is charged. Times in seconds. */
export interface ClusterLayer {
  /** From the queue's tick to the dispatch, at least and at most. */
  readonly dispatch: readonly [least: number, most: number];
  /** Container start, data copy, compilation and report together: median, spread of the logarithm, least, most. */
  readonly overhead: {
    readonly median: number;
    readonly spread: number;
    readonly least: number;
    readonly most: number;
  };
  /** The part of the overhead before training starts. */
  readonly before: number;
  /** The share of jobs that are preempted, and start over. */
  readonly preempted: number;
}

/** What surrounds the run that a hash belongs to. */
export interface Surroundings {
  readonly dispatchSeconds: number;
  /** From dispatch to the start of training. */
  readonly startSeconds: number;
  /** From the end of training to its report. */
  readonly reportSeconds: number;
  readonly isPreempted: boolean;
  /** After what share of the run it would be preempted. */
  readonly preemptedAfter: number;
  /** From a preemption to the new start of training. */
  readonly restartSeconds: number;
}

export const cluster: JobLayer<ClusterLayer, (hash: number) => Surroundings> = {
  schema: objectSchema<ClusterLayer>({
    dispatch: z.tuple([nonNegative, nonNegative]),
    overhead: z.strictObject({
      median: z.number().positive(),
      spread: nonNegative,
      least: nonNegative,
      most: nonNegative,
    }),
    before: share,
    preempted: share,
  }),
  build: (c) => {
    const overhead = (hash: number, draw: number) => {
      const { median, spread, least, most } = c.overhead;
      return Math.min(most, Math.max(least, median * Math.exp(spread * normal(hash, draw))));
    };
    return (hash) => {
      const total = overhead(hash, 10);
      return {
        dispatchSeconds: c.dispatch[0] + (c.dispatch[1] - c.dispatch[0]) * uniform(hash, 12),
        startSeconds: c.before * total,
        reportSeconds: (1 - c.before) * total,
        isPreempted: uniform(hash, 13) < c.preempted,
        preemptedAfter: uniform(hash, 14),
        restartSeconds: overhead(hash, 15),
      };
    };
  },
};
