import { existsSync } from "node:fs";
import { buildAnyWorld, isJobDocument } from "../surface/any-world.ts";
import { buildWorld } from "../surface/build-world.ts";
import { presetDocument, presetNames } from "../surface/presets.ts";
import type { TableWorlds } from "../surface/replay/table-worlds.ts";
import { jobPresetNames } from "../surface/stanford-2026/presets.ts";
import { isSuite, suiteNamed } from "../surface/suites/suites.ts";
import type { AnyWorld, AnyWorldDocument, World } from "../surface/world.ts";
import type { WorldDocument } from "../surface/world-document.ts";
import { readJsonFile, readTableFile } from "../table/files.ts";
import type { Rows } from "../table/rows.ts";
import { UserError, unknownName } from "../task/errors.ts";
import type { Terminal } from "./command.ts";
import { isJobWorld, loadJobWorldDocument, loadJobWorldDocuments, worldsIn } from "./load-job-world.ts";
import type { Overlay } from "./recorded-answers.ts";
import { rowProgress, type TableOptions, tableText } from "./table-options.ts";

/** Short names of worlds. */
const ALIASES: Readonly<Record<string, string>> = { handout: "handout/smooth" };

/**
 * The document of a preset, of a world's JSON file, or of one world of a family's file (`FAMILY.json#central`).
 *
 * @throws UserError for a name or file that is none of them.
 */
export async function loadWorldDocument(nameOrFile: string): Promise<WorldDocument> {
  const name = ALIASES[nameOrFile] ?? nameOrFile;
  if (presetNames().includes(name)) return presetDocument(name);
  const [, file = nameOrFile, member] = /^(.+)#([^#]+)$/.exec(existsSync(nameOrFile) ? "" : nameOrFile) ?? [];
  if (!existsSync(file)) {
    if (/\.json$|^\.{0,2}\//.test(file)) throw new UserError(`world file "${file}" does not exist`);
    throw unknownName(
      "world",
      nameOrFile,
      [...presetNames(), ...jobPresetNames(), ...Object.keys(ALIASES)],
      "isoflop worlds",
    );
  }
  const { parseWorld } = await import("../surface/world-document.ts");
  const value = readJsonFile(file, "world file");
  const family = worldsIn(value);
  if (!family) return parseWorld(value, nameOrFile);
  const names = family.map((world) => String((world as { readonly name?: unknown } | null)?.name));
  const ends = names.map((full) => full.split("/").at(-1)!);
  if (member === undefined)
    throw new UserError(
      `${file} is a family of ${names.length} worlds: name one of them, such as ${file}#${ends[0]}${ends.length > 1 ? ` (the last is ${file}#${ends.at(-1)})` : ""}`,
    );
  const index = names.includes(member) ? names.indexOf(member) : ends.indexOf(member);
  if (index < 0) throw unknownName(`world of ${file}`, member, ends);
  return parseWorld(family[index], nameOrFile);
}

/** @param overlay lays recorded answers over the world. */
export async function loadWorld(nameOrFile: string, overlay: Overlay = (document) => document): Promise<World> {
  return buildWorld(overlay(await loadWorldDocument(nameOrFile)));
}

/** A world of either kind: what `loadWorld` takes, or a world of jobs. */
export async function loadAnyWorld(nameOrFile: string, overlay: Overlay): Promise<AnyWorld> {
  if (!isJobWorld(nameOrFile)) return loadWorld(nameOrFile, overlay);
  return buildAnyWorld(loadJobWorldDocument(nameOrFile));
}

/** The worlds of one suite of a list. */
export interface NamedSuite {
  readonly name: string;
  readonly worlds: readonly AnyWorldDocument[];
}

/** The worlds of suites, and the tables that some of them were made of. */
export interface LoadedSuite {
  readonly suites: readonly NamedSuite[];
  readonly worlds: readonly AnyWorldDocument[];
  readonly tables: readonly { readonly file: string; readonly rows: Rows }[];
}

/**
 * The worlds of a comma-separated list of suites: a suite by name or `full`, a JSON file with one world or a list of them
 * (or one of a list, as `FILE#NAME`), or `table:FILE` (also `replay:FILE`), a table of finished runs. How a table was read
 * is printed.
 *
 * @throws UserError for an unknown name, a file that holds something else, or two worlds of one name.
 */
export async function loadSuite(list: string, options: TableOptions, terminal: Terminal): Promise<LoadedSuite> {
  const names = existsSync(list) ? [list] : list.split(",").map((name) => name.trim());
  const suites: NamedSuite[] = [];
  const tables: LoadedSuite["tables"][number][] = [];
  for (const name of names) {
    const file = /^(?:table|replay):(.*)$/s.exec(name)?.[1];
    if (file === undefined) {
      suites.push({ name, worlds: await loadOne(name) });
      continue;
    }
    const { worlds, rows } = await loadTable(file, options, terminal);
    suites.push({ name, worlds });
    tables.push({ file, rows });
  }
  if (tables.length === 0 && (options.columns || options.where))
    throw new UserError("--columns and --where are for tables of runs: --suite table:FILE");
  const worlds = suites.flatMap((suite) => suite.worlds);
  const twice = worlds.find(({ name }, i) => worlds.findIndex((other) => other.name === name) !== i);
  if (twice) throw new UserError(`--suite ${list}: two worlds are named "${twice.name}"`);
  return { suites, worlds, tables };
}

/** The worlds of a table of finished runs, with what they were made of. */
export interface LoadedTable extends TableWorlds {
  readonly rows: Rows;
}

/**
 * Makes the worlds of a table. How it was read is printed first, even when this fails.
 *
 * @throws UserError when nothing can be made of it, saying what it lacks.
 */
export async function loadTable(file: string, options: TableOptions, terminal: Terminal): Promise<LoadedTable> {
  const source = readTableFile(file, "table of finished runs");
  const [{ readRows }, { worldsOfTable }] = await Promise.all([
    import("../table/rows.ts"),
    import("../surface/replay/table-worlds.ts"),
  ]);
  const { columns, where } = options;
  const rows = readRows([source], { columns, where, onRows: rowProgress(terminal) });
  terminal.err(tableText(file, rows));
  const made = worldsOfTable(rows, source.name.replace(/(?:\.\w+?)(?:\.gz)?$/, ""));
  if (made.worlds.length === 0) {
    const reasons = made.leftOut.map(({ rows: count, reason }) => `${count} rows: ${reason}`);
    const shown = reasons.slice(0, 3).join("; ");
    throw new UserError(
      `${file}: no world can be made of this table (docs/tables-as-worlds.md): ${shown}${reasons.length > 3 ? "; …" : ""}`,
    );
  }
  return { ...made, rows };
}

/** The worlds to rehearse on: a suite, by name or file (a family's too), or one world by name. */
export async function rehearsalWorlds(name: string, terminal: Terminal): Promise<readonly AnyWorldDocument[]> {
  if (!existsSync(name) && presetNames().includes(ALIASES[name] ?? name)) return [await loadWorldDocument(name)];
  return (await loadSuite(name, {}, terminal)).worlds;
}

/**
 * Worlds whose budget is in FLOPs.
 *
 * @throws UserError naming one whose jobs cost seconds, and what cannot take it.
 */
export function worldsOfFlops(worlds: readonly AnyWorldDocument[], what: string): readonly WorldDocument[] {
  const other = worlds.find(isJobDocument);
  if (other) throw new UserError(`the jobs of world "${other.name}" cost seconds: ${what} needs worlds of FLOPs`);
  return worlds as readonly WorldDocument[];
}

async function loadOne(nameOrFile: string): Promise<readonly AnyWorldDocument[]> {
  const { isJobSuite, jobSuiteNamed } = await import("../surface/suites/job-suites.ts");
  if (isJobSuite(nameOrFile)) return jobSuiteNamed(nameOrFile);
  if (isJobWorld(nameOrFile)) return loadJobWorldDocuments(nameOrFile);
  if (nameOrFile === "full") return (await import("../surface/suites/full-suite.ts")).fullSuite();
  if (isSuite(nameOrFile)) return suiteNamed(nameOrFile);
  if (!existsSync(nameOrFile))
    return nameOrFile.includes("#") ? [await loadWorldDocument(nameOrFile)] : suiteNamed(nameOrFile);
  const { parseWorld } = await import("../surface/world-document.ts");
  const value = readJsonFile(nameOrFile, "suite file");
  const worlds = (worldsIn(value) ?? [value]).map((world, i) => parseWorld(world, `${nameOrFile}, world ${i + 1}`));
  if (worlds.length === 0) throw new UserError(`${nameOrFile}: a suite needs at least one world`);
  return worlds;
}

/** The same world with another spending cap. */
export function withCap(document: WorldDocument, cap: number, task: { readonly cap: number }): WorldDocument {
  return { ...document, task: { ...task, cap } as Exclude<WorldDocument["task"], string> };
}
