import { UserError } from "../task/errors.ts";
import { PETAFLOP_DAY } from "./cells.ts";
import { type Column, choiceText, type FoundColumns } from "./columns.ts";
import { matchName } from "./names.ts";
import type { TableRun } from "./run-reader.ts";

type Size = "N" | "D" | "C";

/** Fewer parameters, or tokens, than this are counted in millions or billions. */
const FEWEST = 1000;
const NOUNS = { N: "parameters", D: "tokens" };
/** C counted in its own way is nearer to 6ND than by this factor: 18ND, or 1/31 of 6ND where N counts idle experts. */
const FAR = 80;

/**
 * Notices N, D and C in other units than parameters, tokens and FLOPs. A factor that the user gave is believed.
 *
 * @throws UserError naming the column, with the `--columns` that repairs it.
 */
export function checkUnits(runs: readonly TableRun[], columns: FoundColumns): void {
  const wrong: Size[] = [];
  const reasons: string[] = [];
  for (const quantity of ["N", "D"] as const) {
    const column = columns[quantity];
    if (!column || column.stated) continue;
    const low = runs.filter((run) => run[quantity] < FEWEST);
    if (low.length === 0) continue;
    if (low.length < runs.length / 10) {
      const [{ row, ...run }] = low as [TableRun];
      throw new UserError(
        `row ${row}: ${quantity} is ${run[quantity]} ${NOUNS[quantity]} in column "${column.name}"; leave such rows out with --where "${quantity}>=${FEWEST}", or say --columns '${quantity}=1*${choiceText({ name: column.name, scale: 1 })}' if it is right`,
      );
    }
    wrong.push(quantity);
    reasons.push(`${quantity} is ${extent(runs, quantity)} in column "${column.name}", too few ${NOUNS[quantity]}`);
  }
  const ratios = runs.map(({ N, D, C }) => C / N / D / 6).toSorted((a, b) => a - b);
  const [low, middle, high] = [ratios[0]!, ratios[ratios.length >> 1]!, ratios.at(-1)!];
  if (high < 1 / FAR || low > FAR)
    reasons.push(`C is about ${middle.toExponential(0).replace("+", "")} times 6·N·D, and far off in every row`);
  const derived = derivedFrom(columns);
  if (derived && columns.C && !columns.C.stated && runs.every((run) => run[derived] < FEWEST)) {
    wrong.push("C");
    reasons.push(
      `C is ${extent(runs, "C")} in column "${columns.C.name}", and ${derived} follows as ${extent(runs, derived)}`,
    );
  }
  if (reasons.length === 0) return;
  const scales = likelyScales(runs, columns, wrong);
  const entries = (Object.entries(scales) as [Size, number][]).filter(([, scale]) => scale !== 1);
  if (entries.length === 0) return;
  const mend = entries.map(([quantity, scale]) => {
    const { name, scale: old } = columns[quantity]!;
    return `${quantity}=${choiceText({ name, scale: scale * old })}`;
  });
  const same = entries.map(([quantity]) => `${quantity}=1*${choiceText({ name: columns[quantity]!.name, scale: 1 })}`);
  throw new UserError(
    `the units look wrong: ${reasons.join("; ")}. N is in parameters, D in tokens, C in FLOPs: say --columns '${mend.join(",")}', or '${same.join(",")}' if the numbers are right`,
  );
}

/** The one of N, D and C that follows from the two others. */
function derivedFrom(columns: FoundColumns): Size | undefined {
  if (!columns.N && !(columns.d_model && columns.num_layers)) return "N";
  if (!columns.D) return "D";
  return columns.C ? undefined : "C";
}

/** Factors of the units people write N, D and C in. */
const UNITS: Readonly<Record<Size, readonly number[]>> = {
  N: [1, 1e3, 1e6, 1e9],
  D: [1, 1e3, 1e6, 1e9, 1e12],
  C: [1, 1e9, 1e12, 1e15, 1e18, PETAFLOP_DAY, 1e21, 1e24],
};

/**
 * The factors that make the typical run the most usual one: 6ND FLOPs, some 20 tokens a parameter, sizes as people train
 * them, and as few columns in other units as possible. Those in `wrong` are in another unit for certain.
 */
function likelyScales(
  runs: readonly TableRun[],
  columns: FoundColumns,
  wrong: readonly Size[],
): Partial<Record<Size, number>> {
  const middle = (of: (run: TableRun) => number) =>
    Math.log10(runs.map(of).toSorted((a, b) => a - b)[runs.length >> 1] as number);
  const raw = { N: middle(({ N }) => N), D: middle(({ D }) => D), C: middle(({ C }) => C) };
  const named = { N: unitIn("N", columns.N), D: unitIn("D", columns.D), C: unitIn("C", columns.C) };
  const choices = (quantity: Size) => {
    if (columns[quantity]?.stated !== false) return [1];
    if (!wrong.includes(quantity)) return UNITS[quantity];
    return named[quantity] === 1 ? UNITS[quantity].slice(1) : [named[quantity]];
  };
  const beyond = (value: number, low: number, high: number) => Math.max(0, low - value, value - high);
  const derived = derivedFrom(columns);
  let best: { cost: number; scales: Partial<Record<Size, number>> } = { cost: Number.POSITIVE_INFINITY, scales: {} };
  for (const n of choices("N"))
    for (const d of choices("D"))
      for (const c of choices("C")) {
        let [N, D, C] = [raw.N + Math.log10(n), raw.D + Math.log10(d), raw.C + Math.log10(c)];
        if (derived === "N") N = C - D - Math.log10(6);
        if (derived === "D") D = C - N - Math.log10(6);
        if (derived === "C") C = N + D + Math.log10(6);
        const scales = { N: n, D: d, C: c };
        const scaled = (["N", "D", "C"] as const).filter((quantity) => scales[quantity] !== 1);
        const unnamed = scaled.filter(
          (quantity) => named[quantity] !== scales[quantity] && !usual(quantity, scales[quantity]),
        );
        const ratio = D - N - Math.log10(20);
        const cost =
          3 * Math.abs(C - N - D - Math.log10(6)) +
          0.2 * Math.abs(ratio) +
          2 * beyond(ratio, -1.5, 1.5) +
          2 * beyond(N, 6.5, 12) +
          2 * beyond(D, 7.5, 14) +
          0.3 * scaled.length +
          0.1 * unnamed.length;
        if (cost < best.cost - 1e-9) best = { cost, scales };
      }
  return best.scales;
}

/** Millions of parameters and billions of tokens. */
function usual(quantity: Size, scale: number): boolean {
  return quantity === "C" || scale === (quantity === "N" ? 1e6 : 1e9);
}

/** The unit that a column's name speaks of, and that was not applied; 1 if there is none. */
function unitIn(quantity: Size, column: Column | undefined): number {
  return (column?.scale === 1 && matchName(quantity, column.name)?.scale) || 1;
}

function extent(runs: readonly TableRun[], quantity: Size): string {
  let [low, high] = [Number.POSITIVE_INFINITY, 0];
  for (const run of runs) [low, high] = [Math.min(low, run[quantity]), Math.max(high, run[quantity])];
  const text = (value: number) => String(Number(value.toPrecision(3)));
  return low === high ? text(low) : `${text(low)} to ${text(high)}`;
}
