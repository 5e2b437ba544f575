// npm run bench:fit: approach 3 and related methods on the 240 Chinchilla points, side by side with SciPy in one run.
import { availableParallelism, loadavg } from "node:os";
import { chinchillaPoints, hasPublicData, PUBLIC_DATA } from "./data-sets.ts";
import { measureFits, measureScipy } from "./speed.ts";

if (!hasPublicData()) {
  console.error(`bench:fit needs ${PUBLIC_DATA}`);
  process.exitCode = 1;
} else {
  const runs = chinchillaPoints(240);
  const ours = measureFits(runs);
  const scipy = measureScipy(runs);
  const milliseconds = (value: number) => `${value.toFixed(value < 10 ? 2 : 1)} ms`;
  const row = (what: string, own: number, other?: number) =>
    [
      what.padEnd(52),
      milliseconds(own).padStart(11),
      other === undefined ? "" : milliseconds(other).padStart(12),
      other === undefined ? "" : `${(other / own).toFixed(1)}×`.padStart(8),
    ].join("");
  console.log(
    `${"240 Chinchilla points, summed log-Huber(1e-3)".padEnd(52)}${"isoflop".padStart(11)}${(scipy ? "SciPy" : "").padStart(12)}${(scipy ? "ratio" : "").padStart(8)}`,
  );
  console.log(row("approach 3, 16 starts from cold", ours.multiStart, scipy?.multiStart));
  console.log(row("one bootstrap refit", ours.refit, scipy?.refit));
  console.log(row("4,000 bootstrap refits", ours.refits4000));
  console.log(row("variable projection with Huber", ours.projection));
  console.log(
    `objective reached${" ".repeat(35)}${ours.objective.toExponential(10)}${scipy ? ` / ${scipy.objective.toExponential(10)} by SciPy` : ""}; variable projection ${ours.projectionObjective.toExponential(10)}`,
  );
  console.log(
    `peak memory${" ".repeat(41)}${ours.memory.toFixed(0)} MB${scipy ? ` / ${scipy.memory.toFixed(0)} MB` : ""} (whole process)`,
  );
  console.log(`load average ${loadavg()[0]!.toFixed(1)} on ${availableParallelism()} cores`);
  if (!scipy) console.log("SciPy was not found beside python3: no ratios.");
}
