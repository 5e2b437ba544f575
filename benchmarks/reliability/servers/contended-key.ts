import type { Rng } from "../../../src/task/random.ts";
import { lossTarget } from "./asking.ts";
import { rowOf } from "./stored-runs.ts";

/** The budget of a key, in FLOPs. */
export const CAP = 2e18;

/** A configuration as plain as it can be written, and what it costs. */
interface Choice {
  readonly config: Readonly<Record<string, string>>;
  readonly row: string;
  readonly cost: number;
}

/** How many questions in a row are the same, so that equal ones meet. */
const CROWD = 6;
/** How many configurations are asked for; together they cost about twice the budget. */
const CHOICES = 40;
const COSTS = [1e16, 3e16, 6e16, 1e17, 1e17, 3e17];

/** One key, what is asked of it, and all that servers have said of it, held against each other as they say it. */
export class ContendedKey {
  readonly name: string;
  /** Losses as written, by row. */
  readonly losses: Map<string, string> = new Map();
  readonly violations: string[] = [];
  /** The highest spend that any answer told. */
  highest = 0;
  refusals = 0;
  /** Questions for a configuration without an answer yet that came while another was under way. */
  races = 0;
  /** By row, the servers that have answered it. */
  readonly #answeredBy = new Map<string, Set<number>>();
  readonly #choices: readonly Choice[];
  readonly #costs: ReadonlyMap<string, number>;
  readonly #refused = new Set<string>();
  readonly #flying = new Map<string, number>();
  readonly #rng: Rng;
  #asked = 0;

  constructor(name: string, rng: Rng) {
    this.name = name;
    this.#rng = rng;
    this.#choices = Array.from({ length: CHOICES }, (_, i) =>
      choice(i, COSTS[Math.floor(rng() * COSTS.length)] as number),
    );
    this.#costs = new Map(this.#choices.map(({ row, cost }) => [row, cost]));
  }

  /** The next question, written in one of the ways that mean it, and what to do with its answer. */
  next(): { readonly target: string; readonly hear: (server: number, status: number, body: string) => void } {
    const n = this.#asked++;
    const at = this.#rng() < 0.5 ? Math.floor(n / CROWD) : Math.floor(this.#rng() * CHOICES);
    const { config, row, cost } = this.#choices[at % CHOICES] as Choice;
    const target = lossTarget({ ...spelled(config, this.#rng), api_key: this.name });
    const [floor, paid, refused] = [this.highest, this.losses.has(row), this.#refused.has(row)];
    const flying = this.#flying.get(row) ?? 0;
    if (flying > 0 && !paid && !refused) this.races++;
    this.#flying.set(row, flying + 1);
    const hear = (server: number, status: number, body: string) => {
      this.#flying.set(row, (this.#flying.get(row) ?? 0) - 1);
      const [, loss, total] = /^\{"loss":([^,]+),"total_flops_used":(\d+)\}$/.exec(body) ?? [];
      const [, used] = /^\{"message":"FLOPs budget exceeded: used (\d+) \+ /.exec(body) ?? [];
      if (status === 200 && loss !== undefined) {
        this.read(Number(total), floor);
        if (refused) this.#violate(`${row} was refused, and then answered`);
        if ((this.losses.get(row) ?? loss) !== loss)
          this.#violate(`${row} has two losses: ${this.losses.get(row)}, ${loss}`);
        this.losses.set(row, loss);
        this.#answeredBy.set(row, (this.#answeredBy.get(row) ?? new Set()).add(server));
      } else if (status === 422 && used !== undefined) {
        this.refusals++;
        this.#refused.add(row);
        this.read(Number(used), floor);
        if (paid) this.#violate(`${row} was answered, and then refused`);
        if (Number(used) + cost <= CAP) this.#violate(`${row} was refused with ${used} used`);
      } else this.#violate(`${status} ${body}`);
    };
    return { target, hear };
  }

  /** The spend that an answer tells; at least what had been told when its question was sent. */
  read(total: number, floor: number): void {
    this.highest = Math.max(this.highest, total);
    if (!(total >= floor)) this.#violate(`the spend fell from ${floor} to ${total}`);
    if (total > CAP) this.#violate(`the spend is ${total}, above the budget`);
  }

  /** What the configurations answered cost, each once. */
  get paid(): number {
    return [...this.losses.keys()].reduce((sum, row) => sum + (this.#costs.get(row) as number), 0);
  }

  /** How many configurations were answered by more than one server. */
  get answeredByBoth(): number {
    return [...this.#answeredBy.values()].filter(({ size }) => size > 1).length;
  }

  #violate(what: string): void {
    this.violations.push(`${this.name}: ${what}`);
  }
}

function choice(i: number, cost: number): Choice {
  const config = {
    d_model: `${64 + i}`,
    learning_rate: i % 2 === 0 ? "0.001" : "0.0005",
    train_flops: cost.toFixed(0),
  };
  return { config, row: rowOf(config), cost };
}

/** A configuration written in one of the ways that docs/contract.md, section 4, has for its numbers. */
function spelled(config: Readonly<Record<string, string>>, rng: Rng): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).map(([name, text]) => {
      const ways = name === "learning_rate" ? DECIMAL : INTEGER;
      return [name, (ways[Math.floor(rng() * ways.length)] as (text: string) => string)(text)];
    }),
  );
}

const INTEGER: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => `${text}.0`,
  (text) => `+${text}`,
  (text) => ` ${text} `,
  (text) => `0${text}`,
  (text) => text.replace(/(?<=\d)(?=(?:\d{3})+$)/g, "_"),
];
const DECIMAL: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => Number(text).toExponential(),
  (text) => Number(text).toExponential().toUpperCase(),
  (text) => text.slice(1),
  (text) => `${text}0`,
  (text) => ` ${text} `,
];
