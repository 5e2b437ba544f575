import type { RunPoint } from "../../../src/task/run-point.ts";
import { fitAll } from "./fit-results.ts";

/** What the page sends; it is answered by the results of `fitAll`. */
interface FitJob {
  readonly runs: readonly RunPoint[];
  readonly target: number;
}

addEventListener("message", ({ data }: MessageEvent<FitJob>) => {
  postMessage(fitAll(data.runs, data.target));
});
