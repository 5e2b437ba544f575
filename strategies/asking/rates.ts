import { accepts } from "../../src/task/search-space.ts";
import type { Task } from "../../src/task/task.ts";

/** Which learning rates a strategy asks for. */
export interface Rates {
  /** Rates to compare, ascending, the lowest and the highest on sale among them. */
  readonly probes: (task: Task) => number[];
  /** The rate to ask for where this one is wanted. */
  readonly asked: (wanted: number, task: Task) => number;
  /** The next lower rate to compare; the rate itself where there is none. */
  readonly lower: (rate: number, task: Task) => number;
}

/** Rates probed where any may be asked, evenly in ln η. */
const PROBES = 4;
/** Where the 2025 API's runs were trained: it answers every other rate as the next of these below it (docs/surface.md). */
const GRID = [1e-4, 5e-4, 1e-3];

/** Any rate on sale: what is asked by those who know nothing of the endpoint. */
export const EVEN: Rates = {
  probes({ searchSpace: { learningRate } }) {
    if (learningRate.kind === "choice") {
      const sorted = learningRate.values.toSorted((a, b) => a - b);
      const picked = Array.from({ length: PROBES }, (_, i) => Math.round((i * (sorted.length - 1)) / (PROBES - 1)));
      return [...new Set(picked)].map((index) => sorted[index] as number);
    }
    const { minimum, maximum } = learningRate;
    const step = Math.log(maximum / minimum) / (PROBES - 1);
    const inside = Array.from({ length: PROBES - 1 }, (_, i) => minimum * Math.exp(i * step));
    return [...new Set([...inside, maximum])];
  },
  asked: (wanted) => wanted,
  lower(rate, { searchSpace: { learningRate } }) {
    if (learningRate.kind === "choice")
      return Math.max(...learningRate.values.filter((value) => value < rate), 0) || rate;
    const { minimum, maximum } = learningRate;
    return Math.max(minimum, rate * Math.exp(-Math.log(maximum / minimum) / (PROBES - 1)));
  },
};

/** Only the rates at which the 2025 API has answers of its own; any rate where the task does not sell all of them. */
export const ON_GRID: Rates = {
  probes: (task) => (sellsGrid(task) ? GRID : EVEN.probes(task)),
  asked(wanted, task) {
    if (!sellsGrid(task)) return wanted;
    const distance = (rate: number) => Math.abs(Math.log(rate / wanted));
    return GRID.reduce((best, rate) => (distance(rate) < distance(best) ? rate : best));
  },
  lower: (rate, task) => (sellsGrid(task) ? (GRID.findLast((value) => value < rate) ?? rate) : EVEN.lower(rate, task)),
};

function sellsGrid({ searchSpace }: Task): boolean {
  return GRID.every((rate) => accepts(searchSpace.learningRate, rate));
}
