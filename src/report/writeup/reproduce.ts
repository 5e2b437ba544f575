// Runs inside code.zip, bundled into one file: reconstructs the run from its journal, and compares every number.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readJournal } from "../../flight/journal/read.ts";
import { replayed } from "./replayed.ts";

const folder = dirname(fileURLToPath(import.meta.url));
const file = (name: string) => join(folder, name);

const contents = readJournal(file("journal.jsonl"));
if (!contents?.header.plan) throw new Error("journal.jsonl is missing beside this file, or has no plan");
const entry = existsSync(file("strategy.json"))
  ? JSON.parse(readFileSync(file("strategy.json"), "utf8")).entry
  : undefined;
const { plan, numbers } = await replayed(contents, entry === undefined ? undefined : file(entry));
const { config, predictedLoss } = numbers.submission;
const unit = plan.task.clock?.unit ?? "FLOPs";

print(`${plan.strategy.name}: ${numbers.runs.length} queries, ${numbers.spent} ${unit} spent (${numbers.source})`);
for (const { amount, best } of "budgets" in numbers
  ? numbers.budgets.map(({ C, best }) => ({ amount: C, best }))
  : numbers.reserved.map(({ seconds, best }) => ({ amount: seconds, best })))
  if (best) print(`  lowest at ${amount} ${unit}: loss ${best.loss} at N = ${best.N}`);
print(
  `  submitted: N = ${numbers.modelSize}, ${config.numLayers} layers of ${config.dModel}, ${config.numHeads} heads,`,
);
print(`  batch ${config.batchSize}, learning rate ${config.learningRate}, predicted loss ${predictedLoss}`);

const expected: unknown = JSON.parse(readFileSync(file("numbers.json"), "utf8"));
const difference = firstDifference(expected, JSON.parse(JSON.stringify(numbers)), "numbers");
if (difference) {
  console.error(`NOT reproduced: ${difference}`);
  process.exitCode = 1;
} else print("every number reproduced");

/** A strategy's module sends the console to standard error. */
function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** The path of the first value in which two JSON documents differ, with both. */
function firstDifference(a: unknown, b: unknown, path: string): string | undefined {
  if (Object.is(a, b)) return undefined;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null)
    return `${path} is ${JSON.stringify(b)}, the write-up has ${JSON.stringify(a)}`;
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const found = firstDifference(
      (a as Record<string, unknown>)[key],
      (b as Record<string, unknown>)[key],
      `${path}.${key}`,
    );
    if (found) return found;
  }
  return undefined;
}
