import { AverageNodes } from "../../src/surface/laws/averaged/moving-average.ts";

/** The loss a run reports after `steps` steps, by the quadrature that stands for the average along it. */
export function movingAverage(lossAt: (step: number) => number, untrainedLoss: number, steps: number): number {
  const average = new AverageNodes();
  average.fill(steps);
  let reported = average.untrainedShare * untrainedLoss;
  for (let i = 0; i < average.count; i++)
    reported += (average.weights[i] as number) * lossAt(average.steps[i] as number);
  return reported;
}
