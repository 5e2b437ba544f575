import type { RunConfig } from "../../task/configuration.ts";

/** A finished run: a configuration with the loss it reached. */
export interface TableRun extends RunConfig {
  readonly loss: number;
}

/** A table of real runs in the place of a surface. Rows at the task's target are hidden: they are the truth. */
export interface Table {
  readonly law: "table";
  readonly runs: readonly TableRun[];
}
