import * as z from "zod";
import { parseDocument } from "../../task/document.ts";
import { objectSchema } from "../../task/schema.ts";
import { type ClusterLayer, cluster } from "./layers/cluster.ts";
import { type LatticeLayer, lattice } from "./layers/lattice.ts";
import { type LossLayer, loss } from "./layers/loss.ts";
import { type MemoryLayer, memory } from "./layers/memory.ts";
import { type NoiseLayer, noise } from "./layers/noise.ts";
import { type RuntimeLayer, runtime } from "./layers/runtime.ts";
import { type UntestedLayer, untested } from "./layers/untested.ts";

/** A world of jobs as data: everything needed to rebuild it, bit for bit. */
export interface JobWorldDocument {
  readonly schema: "isoflop-job-world/1";
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** Seeds the noise. */
  readonly seed: number;
  readonly layers: {
    readonly loss: LossLayer;
    readonly untested: UntestedLayer;
    readonly runtime: RuntimeLayer;
    readonly memory: MemoryLayer;
    readonly noise: NoiseLayer;
    readonly lattice: LatticeLayer;
    readonly cluster: ClusterLayer;
  };
}

const schema = objectSchema<JobWorldDocument>({
  schema: z.literal("isoflop-job-world/1"),
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]*(\/[a-z0-9][a-z0-9.-]*)*$/, "must be words of a-z, 0-9, - and . joined by /"),
  description: z.string().min(1),
  tags: z.array(z.string().min(1)),
  seed: z.int32(),
  layers: objectSchema<JobWorldDocument["layers"]>({
    loss: loss.schema,
    untested: untested.schema,
    runtime: runtime.schema,
    memory: memory.schema,
    noise: noise.schema,
    lattice: lattice.schema,
    cluster: cluster.schema,
  }),
});

/**
 * A world of jobs from JSON of unknown origin.
 *
 * @param origin names the document in an error.
 * @throws UserError with the path of the first bad field, and the number of others.
 */
export function parseJobWorld(value: unknown, origin: string): JobWorldDocument {
  return parseDocument(schema, value, origin);
}
