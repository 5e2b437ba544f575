import type { RunPoint } from "../../../src/task/run-point.ts";
import { fitAll } from "./fit-results.ts";

/** What the page sends; it is answered by the results of `fitAll` with the same number. */
export interface FitJob {
  readonly number: number;
  readonly runs: readonly RunPoint[];
  readonly target: number;
}

// Beside the page, so that a fit of many runs never holds up a click.
addEventListener("message", ({ data }: MessageEvent<FitJob>) => {
  postMessage({ number: data.number, results: fitAll(data.runs, data.target) });
});
