import { type Accounting, trainingOf } from "../../../src/task/accounting.ts";
import { FIELDS, identityOf, type RunConfig } from "../../../src/task/configuration.ts";
import { bestPerSize, pointOf, type RunPoint } from "../../../src/task/run-point.ts";
import type { Grade, RunRow, RunsEvent, State } from "../wire.ts";
import type { FitResult, Method } from "./fit-results.ts";

/** What a key has bought. */
export interface KeyRuns {
  readonly key: string;
  readonly used: number;
  readonly runs: readonly PageRun[];
  readonly byIdentity: ReadonlyMap<string, PageRun>;
}

/** A submission's size, in parameters, with its grade. */
export interface Graded {
  readonly parameters: number;
  readonly grade: Grade;
  /** What the world hides, where the page is told. */
  readonly truth?: DrawnTruth;
}

/** The truth as it is drawn: the best choice at budgets up to the target, and the best loss of sizes at budgets. */
export interface DrawnTruth {
  readonly path: readonly { readonly C: number; readonly N: number; readonly loss: number }[];
  readonly profiles: readonly {
    readonly C: number;
    readonly curve: readonly { readonly N: number; readonly loss: number }[];
  }[];
}

/** What can change, so that panels draw again only what they show. */
type Topic = "world" | "runs" | "selection" | "names" | "fits" | "draft" | "grade";

const NAMES = "isoflop-names";

/** What the page knows. Panels read it, and are told in the next frame when it changes. */
export class Store {
  state: State | undefined;
  readonly keys: Map<string, KeyRuns> = new Map();
  /** The key whose runs are drawn: a SHA-256. */
  selected: string | undefined;
  fits: readonly FitResult[] = [];
  method: Method = "parametric";
  /** The configuration in the what-if panel. */
  draft: RunConfig | undefined;
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
    this.tell("world", "runs", "selection", "grade");
  }

  takeRuns(event: RunsEvent): void {
    this.#take(event);
    this.tell("runs");
  }

  select(key: string): void {
    this.selected = key;
    this.tell("selection");
  }

  /** The runs of the selected key. */
  current(): KeyRuns | undefined {
    return this.selected === undefined ? undefined : this.keys.get(this.selected);
  }

  /** The selected key's best run of each size and budget: what fits are fitted to. */
  points(): (RunPoint & PageRun)[] {
    return bestPerSize((this.current()?.runs ?? []).map((run) => ({ ...run, ...pointOf(run) })));
  }

  chosenFit(): FitResult | undefined {
    return this.fits.find(({ method }) => method === this.method);
  }

  /** What its user calls a key, or how its fingerprint begins. */
  nameOf(key: string): string {
    return this.#names[key] ?? key.slice(0, 8);
  }

  hasName(key: string): boolean {
    return this.#names[key] !== undefined;
  }

  /** Names a key in this browser; an empty name takes it away. */
  rename(key: string, name: string): void {
    if (name === "") delete this.#names[key];
    else this.#names[key] = name;
    localStorage.setItem(NAMES, JSON.stringify(this.#names));
    this.tell("names");
  }

  #take({ key, used, from, runs }: RunsEvent): void {
    const { accounting } = this.state!.world;
    const kept = this.keys.get(key)?.runs.slice(0, from) ?? [];
    const all = [...kept, ...runs.map((row, i) => pageRun(row, key, from + i + 1, accounting))];
    this.keys.set(key, { key, used, runs: all, byIdentity: new Map(all.map((run) => [run.identity, run])) });
    if (this.selected === undefined || !this.keys.has(this.selected)) this.select(key);
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
    const names: unknown = JSON.parse(localStorage.getItem(NAMES) ?? "{}");
    const pairs = Object.entries(names ?? {}).filter(([, name]) => typeof name === "string");
    return Object.fromEntries(pairs);
  } catch {
    return {};
  }
}

/** A run as the page shows it: what was asked, what its FLOPs bought, what came out. */
export interface PageRun extends RunConfig {
  /** SHA-256 of the key that paid. */
  readonly key: string;
  /** Its place among the runs of its key, from 1. */
  readonly place: number;
  /** Nats per token. */
  readonly loss: number;
  /** N = 12·L·d². */
  readonly parameters: number;
  readonly tokens: number;
  readonly steps: number;
  readonly identity: string;
}

export function pageRun(row: RunRow, key: string, place: number, accounting: Accounting): PageRun {
  const config = Object.fromEntries(FIELDS.map((field, i) => [field, row[i]])) as unknown as RunConfig;
  return { ...config, ...trainingOf(config, accounting), key, place, loss: row[6], identity: identityOf(config) };
}
