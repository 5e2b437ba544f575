import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { FITTERS } from "../../fit/index.ts";
import { UserError, unknownName } from "../../task/errors.ts";
import type { FitterUnderTest } from "../../testing/fitter-under-test.ts";
import { gauntlet, type PropertyResult } from "../../testing/gauntlet.ts";
import type { CommonOptions, Terminal } from "../command.ts";

/** Loads the fitter, runs it through every property and prints what came of it; a property that fails is exit code 1. */
export async function runGauntlet(
  nameOrPath: string,
  { json, seed }: CommonOptions,
  terminal: Terminal,
): Promise<void> {
  const fitter = await loadFitter(nameOrPath);
  const onProperty = (name: string, index: number, count: number) => terminal.err(`${index + 1}/${count} ${name}\n`);
  const results = gauntlet(fitter, { seed, onProperty });
  terminal.out(json ? `${JSON.stringify({ properties: results }, null, 2)}\n` : printed(fitter.name, results));
  if (results.some(({ passed }) => !passed)) process.exitCode = 1;
}

/**
 * A shipped method, or the default export of a module.
 *
 * @throws UserError for an unknown name, or a module that is missing, does not load, or holds no fitter.
 */
async function loadFitter(nameOrPath: string): Promise<FitterUnderTest> {
  if (!/\.[cm]?[jt]s$/.test(nameOrPath)) {
    const shipped = FITTERS.find(({ name }) => name === nameOrPath);
    if (!shipped)
      throw unknownName(
        "fitter",
        nameOrPath,
        FITTERS.map(({ name }) => name),
      );
    return shipped;
  }
  const file = resolve(nameOrPath);
  if (!existsSync(file)) throw new UserError(`fitter module "${nameOrPath}" does not exist`);
  const module = await import(pathToFileURL(file).href).catch((error: unknown) => {
    throw new UserError(`fitter module "${nameOrPath}" does not load: ${String(error).split("\n")[0]}`);
  });
  const fitter: unknown = module.default;
  if (typeof fitter !== "object" || fitter === null || typeof (fitter as FitterUnderTest).fit !== "function")
    throw new UserError(`the default export of "${nameOrPath}" is no fitter: expected { name, fit(runs) }`);
  return {
    name: nameOrPath,
    ...(fitter as object),
    fit: (runs, options) => (fitter as FitterUnderTest).fit(runs, options),
  };
}

function printed(name: string, results: readonly PropertyResult[]): string {
  const lines = results.flatMap(({ name: property, claim, passed, runs, counterexample }) => {
    const head = `${passed ? "passed" : "FAILED"}  ${property} (${runs} ${runs === 1 ? "case" : "cases"})`;
    if (!counterexample) return [head, `        ${claim}`];
    return [
      head,
      `        ${claim}`,
      `        ${counterexample.error}`,
      `        the smallest case found: ${counterexample.about}`,
      `        its rows, to save as counterexample.json for isoflop fit counterexample.json:`,
      `        ${JSON.stringify(counterexample.table)}`,
    ];
  });
  const failed = results.filter(({ passed }) => !passed).length;
  const verdict =
    failed === 0
      ? `${name} holds all ${results.length} properties`
      : `${name} breaks ${failed} of ${results.length} properties`;
  return `${lines.join("\n")}\n\n${verdict}\n`;
}
