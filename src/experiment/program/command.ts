import { accessSync, constants, existsSync, readFileSync, statSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { UserError } from "../../task/errors.ts";
import { contentHash } from "../content-hash.ts";

/** A program that was named as a strategy. */
export interface ProgramCommand {
  /** `exec:` and the command: the name it is ranked under. */
  readonly name: string;
  readonly command: string;
  /** Its source: every file on the command line, and the modules beside them that they import. Absolute paths. */
  readonly files: readonly string[];
  /** Identifies command and files. */
  readonly hash: string;
}

/** The command in a word that names a program: `exec:COMMAND`, or a Python file; undefined for any other word. */
export function commandIn(word: string): string | undefined {
  if (word.startsWith("exec:")) return word.slice("exec:".length).trim();
  if (!word.endsWith(".py") || (/\s/.test(word) && !existsSync(word))) return undefined;
  return `python3 ${/[\s"']/.test(word) ? `"${word}"` : word}`;
}

/**
 * A command line as a program, with the files that are its source.
 *
 * @param folder where it runs.
 * @throws UserError for an empty command, a program that is not there, or a script that is not there.
 */
export function programCommand(command: string, folder: string = process.cwd()): ProgramCommand {
  const words = commandWords(command);
  const [program] = words;
  if (program === undefined) throw new UserError('"exec:" needs a command, such as "exec:python3 my_plan.py"');
  if (!isExecutable(program, folder))
    throw new UserError(`program "${program}" cannot be started: there is no such executable, here or in PATH`);
  const script = words.slice(1).find((word) => /\.(py|jl|R|rb|[cm]?js|ts)$/.test(word));
  if (script !== undefined && !existsSync(resolve(folder, script)))
    throw new UserError(`program "${command}" cannot be started: there is no file "${script}"`);
  const files = sourceFiles(words, folder);
  const contents = files.map((file) => readFileSync(file));
  return { name: `exec:${command}`, command, files, hash: contentHash(command, ...contents) };
}

/**
 * The words of a command line: separated by spaces, kept together by single or double quotes, also by quotes inside a
 * word. No shell takes part.
 */
export function commandWords(command: string): string[] {
  return [...command.matchAll(/(?:"[^"]*"|'[^']*'|\S)+/g)].map(([word]) =>
    word.replace(/"([^"]*)"|'([^']*)'/g, (_, double, single) => double ?? single),
  );
}

function isExecutable(program: string, folder: string): boolean {
  const folders = program.includes("/") ? [""] : (process.env.PATH ?? "").split(delimiter);
  return folders.some((path) => {
    try {
      accessSync(resolve(folder, join(path, program)), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function sourceFiles(words: readonly string[], folder: string): string[] {
  const found = new Set(words.map((word) => resolve(folder, word)).filter(isFile));
  // A set is walked in the order of insertion, new members too.
  for (const file of found) for (const path of importsOf(file)) if (isFile(path)) found.add(path);
  return [...found];
}

/** Where the modules may lie that a file of Python or JavaScript imports from beside itself. */
function importsOf(file: string): string[] {
  const beside = (...names: string[]) => join(dirname(file), ...names);
  if (/\.[cm]?[jt]s$/.test(file))
    return [...readFileSync(file, "utf8").matchAll(RELATIVE_IMPORT)].map(([, path]) => beside(path as string));
  if (!file.endsWith(".py")) return [];
  return [...readFileSync(file, "utf8").matchAll(PYTHON_IMPORT)]
    .flatMap(([, from, names = ""]) => (from === undefined ? names.split(",") : [from]))
    .map((name) =>
      beside(
        ...name
          .trim()
          .split(/[\s.]+/)
          .filter(Boolean),
      ),
    )
    .flatMap((path) => [`${path}.py`, join(path, "__init__.py")]);
}

const PYTHON_IMPORT = /^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import|import[ \t]+([\w., \t]+))/gm;
const RELATIVE_IMPORT = /(?:from|import)\s*\(?\s*["'](\.{1,2}\/[^"']+)["']/g;

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
