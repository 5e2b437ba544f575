import { existsSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Command } from "commander";
import { UserError, unknownName } from "../task/errors.ts";
import type { FitterUnderTest } from "../testing/fitter-under-test.ts";
import type { PropertyResult } from "../testing/gauntlet.ts";
import { type CommonOptions, isoflopCommand, type Terminal } from "./command.ts";

/** `isoflop gauntlet`: property-test a fitter. */
export function gauntletCommand(terminal: Terminal): Command {
  return isoflopCommand("gauntlet", "property-test a fitter; show the smallest counterexamples")
    .argument("<fitter>", "a module whose default export is a fitter, or a method by name")
    .addHelpText("after", EXAMPLES)
    .action(async (fitter: string, options: CommonOptions) => runGauntlet(fitter, options, terminal));
}

const EXAMPLES = `
Examples:
  isoflop gauntlet ./my-fitter.ts
`;

/** Where the runs of the first failed property go. */
const COUNTEREXAMPLE = "counterexample.json";

/** Runs the fitter through every property and prints the results; a failed property gives exit code 1. */
async function runGauntlet(nameOrPath: string, { json, seed }: CommonOptions, terminal: Terminal): Promise<void> {
  const fitter = await loadFitter(nameOrPath);
  const { gauntlet } = await import("../testing/gauntlet.ts");
  const onProperty = (name: string, index: number, count: number) => terminal.err(`${index + 1}/${count} ${name}\n`);
  const results = gauntlet(fitter, { seed, onProperty });
  terminal.out(json ? `${JSON.stringify({ properties: results }, null, 2)}\n` : resultText(fitter.name, results));
  const first = results.find(({ counterexample }) => counterexample !== null)?.counterexample;
  if (first && !json) {
    writeFileSync(COUNTEREXAMPLE, `${JSON.stringify(first.table)}\n`);
    terminal.out(
      `wrote the runs of the first of them to ${COUNTEREXAMPLE}; to see them fitted: isoflop fit ${COUNTEREXAMPLE}\n`,
    );
  }
  if (results.some(({ passed }) => !passed)) process.exitCode = 1;
}

/**
 * A method of the package, or the default export of a module.
 *
 * @throws UserError for an unknown name, or a module that is missing, fails to load, or exports no fitter.
 */
async function loadFitter(nameOrPath: string): Promise<FitterUnderTest> {
  const { FITTERS } = await import("../fit/index.ts");
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
    throw new UserError(`the default export of "${nameOrPath}" is not a fitter: expected { name, fit(runs) }`);
  return {
    name: nameOrPath,
    ...(fitter as object),
    fit: (runs, options) => (fitter as FitterUnderTest).fit(runs, options),
  };
}

function resultText(name: string, results: readonly PropertyResult[]): string {
  const lines = results.flatMap(({ name: property, claim, passed, runs, counterexample }) => {
    const head = `${passed ? "passed" : "FAILED"}  ${property} (${runs} ${runs === 1 ? "case" : "cases"})`;
    if (!counterexample) return [head, `        ${claim}`];
    return [
      head,
      `        ${claim}`,
      `        ${counterexample.error}`,
      `        smallest case found: ${counterexample.about.replaceAll(",", ", ")}`,
    ];
  });
  const failed = results.filter(({ passed }) => !passed).length;
  const verdict =
    failed === 0
      ? `${name} passes all ${results.length} properties`
      : `${name} fails ${failed} of ${results.length} properties`;
  return `${lines.join("\n")}\n\n${verdict}\n`;
}
