// The noise of a table of answers: how much answers differ whose configurations differ in the number of heads alone.
//   node --import tsx benchmarks/calibration/heads.ts ../shared/data/training-api/answers.json
import { readFileSync } from "node:fs";
import { isOnGrid } from "../../src/law/stanford-2025.ts";
import { readAnswerTable } from "../../src/surface/calibration/answer-table.ts";

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error("usage: heads.ts RUNS");
const cells = new Map<string, { readonly trainFlops: number; readonly losses: number[] }>();
for (const { config, loss } of readAnswerTable(readFileSync(path, "utf8")).answers) {
  if (!isOnGrid(config)) continue;
  const key = JSON.stringify({ ...config, numHeads: 0 });
  const cell = cells.get(key) ?? { trainFlops: config.trainFlops, losses: [] };
  cell.losses.push(loss);
  cells.set(key, cell);
}
console.log("budget   cells  standard deviation in nats, in ln   mean loss");
for (const trainFlops of [...new Set([...cells.values()].map((cell) => cell.trainFlops))].toSorted((a, b) => a - b)) {
  const shared = [...cells.values()].filter((cell) => cell.trainFlops === trainFlops && cell.losses.length > 1);
  if (shared.length === 0) continue;
  const pooled = (transform: (loss: number) => number) => {
    let [squares, freedom] = [0, 0];
    for (const { losses } of shared) {
      const values = losses.map(transform);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      squares += values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
      freedom += values.length - 1;
    }
    return Math.sqrt(squares / freedom);
  };
  const losses = shared.flatMap((cell) => cell.losses);
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  console.log(
    `${trainFlops.toExponential().padEnd(8)} ${String(shared.length).padEnd(6)} ${pooled((loss) => loss).toFixed(4)}   ${pooled(Math.log).toFixed(4)}   ${mean.toFixed(2)}`,
  );
}
