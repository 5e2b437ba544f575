import { type Accounting, trainingOf } from "../../../src/task/accounting.ts";
import { FIELDS, identityOf, type RunConfig } from "../../../src/task/configuration.ts";
import { bestPerSize, pointOf, type RunPoint } from "../../../src/task/run-point.ts";
import type { Score } from "../../../src/task/score.ts";
import type { RunRow, RunsEvent, State } from "../wire.ts";
import { readStored, writeStored } from "./browser-storage.ts";
import { type ChartRun, sourceColor } from "./chart.ts";
import type { DrawnTruth, Series } from "./charted.ts";
import type { FitResult, Method } from "./fit-results.ts";

/** What a key has bought. */
export interface KeyRuns {
  readonly key: string;
  readonly used: number;
  readonly runs: readonly PageRun[];
  /** The best run of each size and budget. */
  readonly best: readonly PageRun[];
  readonly byIdentity: ReadonlyMap<string, PageRun>;
}

/** Runs that can be drawn and fitted: those of a key, or of a table that was dropped on the page. */
export interface Source {
  /** The SHA-256 of a key, or the page's own name of a table. */
  readonly id: string;
  readonly name: string;
  readonly runs: readonly ChartRun[];
  /** The best run of each size and budget. */
  readonly best: readonly ChartRun[];
}

/** A table that was dropped on the page, and stays there. */
export interface UploadedTable {
  readonly id: string;
  readonly name: string;
  readonly runs: readonly ChartRun[];
  /** The runs that laws are fitted to. */
  readonly best: readonly ChartRun[];
  /** How it was read. */
  readonly notes: readonly string[];
}

/** A submission's size, in parameters, with its grade. */
export interface Graded {
  readonly parameters: number;
  readonly grade: Score;
  /** What the world hides, where the page is told. */
  readonly truth?: DrawnTruth;
}

/** What can change, so that panels draw again only what they show. */
type Topic = "world" | "runs" | "selection" | "names" | "fits" | "draft" | "grade" | "tables";

const NAMES = "isoflop-names";

/** What the page knows. Panels read it, and are told in the next frame when it changes. */
export class Store {
  state: State | undefined;
  readonly keys: Map<string, KeyRuns> = new Map();
  readonly tables: Map<string, UploadedTable> = new Map();
  /** The key or table that everything is about. */
  selected: string | undefined;
  /** Keys and tables that are drawn beside the selected one. */
  readonly compared: Set<string> = new Set();
  /** By key or table. */
  readonly fits: Map<string, readonly FitResult[]> = new Map();
  method: Method = "parametric";
  /** Methods that are drawn. */
  readonly drawn: Set<Method> = new Set(["parametric"]);
  /** The configuration in the form. */
  draft: RunConfig | undefined;
  /** Whether the form buys for a key that is typed, not for the selected one. */
  newKey = false;
  /** Keys that were typed in this tab, by their SHA-256; never stored. */
  readonly typedKeys: Map<string, string> = new Map();
  /** The last submission that was graded in this world. */
  graded: Graded | undefined;
  readonly #names: Record<string, string> = readNames();
  readonly #listeners: ((changed: ReadonlySet<Topic>) => void)[] = [];
  #changed = new Set<Topic>();

  /** Calls `draw` in a frame after any of these has changed. */
  on(topics: readonly Topic[], draw: () => void): void {
    this.#listeners.push((changed) => {
      if (topics.some((topic) => changed.has(topic))) draw();
    });
  }

  tell(...topics: Topic[]): void {
    if (this.#changed.size === 0) setTimeout(() => this.#publish());
    for (const topic of topics) this.#changed.add(topic);
  }

  takeState(state: State): void {
    if (this.state?.world.name !== state.world.name) this.graded = undefined;
    this.state = state;
    this.keys.clear();
    for (const rows of state.keys) this.#take({ ...rows, from: 0 });
    if (!this.#has(this.selected)) this.selected = this.keys.keys().next().value ?? this.tables.keys().next().value;
    for (const id of this.compared) if (!this.#has(id)) this.compared.delete(id);
    this.tell("world", "runs", "selection", "grade");
  }

  takeRuns(event: RunsEvent): void {
    this.#take(event);
    this.tell("runs");
  }

  takeTable(table: UploadedTable): void {
    this.tables.set(table.id, table);
    if (this.selected === undefined) this.selected = table.id;
    else this.compared.add(table.id);
    this.tell("tables", "selection");
  }

  removeTable(id: string): void {
    this.tables.delete(id);
    this.compared.delete(id);
    this.fits.delete(id);
    if (this.selected === id) this.selected = this.keys.keys().next().value ?? this.tables.keys().next().value;
    this.tell("tables", "selection");
  }

  select(id: string): void {
    this.selected = id;
    this.newKey = false;
    this.tell("selection");
  }

  /** Draws a key or table beside the selected one, or no longer. */
  compare(id: string, wanted: boolean): void {
    if (wanted) this.compared.add(id);
    else this.compared.delete(id);
    this.tell("selection");
  }

  /** The runs of the selected key. */
  current(): KeyRuns | undefined {
    return this.selected === undefined ? undefined : this.keys.get(this.selected);
  }

  /** What is drawn: the selected source, then those that are compared with it. */
  sources(): Source[] {
    const ids = this.selected === undefined ? [] : [this.selected, ...this.compared];
    return [...new Set(ids)].flatMap((id) => this.#source(id) ?? []).filter(({ runs }) => runs.length > 0);
  }

  /** The same with their fits and colors. */
  series(): Series[] {
    const sources = this.sources();
    return sources.map(({ id, name, runs, best }, i) => ({
      name,
      ...(sources.length > 1 ? { color: sourceColor(i) } : {}),
      ...{ runs, best },
      fits: (this.fits.get(id) ?? [])
        .filter(({ method }) => this.drawn.has(method))
        .toSorted((a, b) => Number(b.method === this.method) - Number(a.method === this.method)),
    }));
  }

  /** The chosen method's fit of the selected source. */
  chosenFit(): FitResult | undefined {
    return this.fits.get(this.selected ?? "")?.find(({ method }) => method === this.method);
  }

  /** Chooses a method, and draws it in place of the one that was alone. */
  choose(method: Method): void {
    if (this.drawn.size === 1) this.drawn.clear();
    this.drawn.add(method);
    this.method = method;
    this.tell("fits");
  }

  /** What its user calls a key, or how its fingerprint begins; a table's own name. */
  nameOf(id: string): string {
    return this.tables.get(id)?.name ?? this.#names[id] ?? id.slice(0, 8);
  }

  hasName(key: string): boolean {
    return this.#names[key] !== undefined;
  }

  /** Names a key in this browser; an empty name takes it away. */
  rename(key: string, name: string): void {
    if (name === "") delete this.#names[key];
    else this.#names[key] = name;
    writeStored("localStorage", NAMES, JSON.stringify(this.#names));
    this.tell("names");
  }

  #has(id: string | undefined): boolean {
    return id !== undefined && (this.keys.has(id) || this.tables.has(id));
  }

  #source(id: string): Source | undefined {
    const name = this.nameOf(id);
    const table = this.tables.get(id);
    if (table) return { id, name, runs: table.runs, best: table.best };
    const key = this.keys.get(id);
    return key && { id, name, runs: key.runs, best: key.best };
  }

  #take({ key, used, from, runs }: RunsEvent): void {
    const { accounting } = this.state!.world;
    const kept = this.keys.get(key)?.runs.slice(0, from) ?? [];
    const all = [...kept, ...runs.map((row, i) => pageRun(row, key, from + i + 1, accounting))];
    const byIdentity = new Map(all.map((run) => [run.identity, run]));
    this.keys.set(key, { key, used, runs: all, best: bestPerSize(all), byIdentity });
    if (!this.#has(this.selected)) this.select(key);
  }

  #publish(): void {
    const changed = this.#changed;
    this.#changed = new Set();
    for (const listener of this.#listeners) listener(changed);
  }
}

/** The names kept in this browser; none when something else was written over them. */
function readNames(): Record<string, string> {
  try {
    const names: unknown = JSON.parse(readStored("localStorage", NAMES) ?? "{}");
    const pairs = Object.entries(names ?? {}).filter(([, name]) => typeof name === "string");
    return Object.fromEntries(pairs);
  } catch {
    return {};
  }
}

/** A run as the page shows it: what was asked, what its FLOPs bought, what came out. */
export interface PageRun extends RunConfig, RunPoint {
  /** SHA-256 of the key that paid. */
  readonly key: string;
  /** Its place among the runs of its key, from 1. */
  readonly place: number;
  /** N = 12·L·d². */
  readonly parameters: number;
  readonly tokens: number;
  readonly steps: number;
  readonly identity: string;
}

export function pageRun(row: RunRow, key: string, place: number, accounting: Accounting): PageRun {
  const config = Object.fromEntries(FIELDS.map((field, i) => [field, row[i]])) as unknown as RunConfig;
  const point = pointOf({ ...config, loss: row[6] });
  return { ...config, ...trainingOf(config, accounting), ...point, key, place, identity: identityOf(config) };
}
