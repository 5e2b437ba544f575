import type { Accounting } from "../task/accounting.ts";
import type { Task } from "../task/task.ts";
import type { Answers } from "./answers.ts";
import type { Noise } from "./noise.ts";
import type { SurfaceDocument } from "./surface.ts";

/** A world as data: everything needed to rebuild it, bit for bit (docs/surface.md, "Worlds"). */
export interface WorldDocument {
  readonly schema: "isoflop-world/1";
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** Seeds the noise and the residuals of quantised answers. */
  readonly seed: number;
  readonly accounting: Accounting;
  readonly surface: SurfaceDocument;
  readonly noise: Noise;
  readonly answers: Answers;
  /** The assignment of Spring 2025, or a task of its own. */
  readonly task: "stanford-2025" | Task;
}
