import { UserError } from "../task/errors.ts";
import type { RunPoint } from "../task/run-point.ts";
import { type Column, choiceText, type FoundColumns } from "./columns.ts";
import { matchName } from "./names.ts";

interface TableRun extends RunPoint {
  readonly row: number;
}
type Size = "N" | "D" | "C";

/** Fewer parameters, or tokens, than this are counted in millions or billions. */
const FEWEST = 1000;
/** How far C may be from a power of ten times 6ND and still be in another unit: 18ND, or .74 of 6ND, never is. */
const TOLERANCE = 0.2;

/**
 * Notices N, D and C in other units than parameters, tokens and FLOPs. A factor that the user gave is believed.
 *
 * @throws UserError naming the column, with the `--columns` that mends it.
 */
export function checkUnits(runs: readonly TableRun[], columns: FoundColumns): void {
  if (runs.length === 0) return;
  const scales: Partial<Record<Size, number>> = {};
  const reasons: string[] = [];
  for (const quantity of ["N", "D"] as const) {
    const column = columns[quantity];
    if (!column || column.stated) continue;
    const low = runs.filter((run) => run[quantity] < FEWEST);
    if (low.length === 0) continue;
    const noun = quantity === "N" ? "parameters" : "tokens";
    if (low.length < runs.length / 10) {
      const [{ row, ...run }] = low as [TableRun];
      throw new UserError(
        `row ${row}: ${quantity} is ${run[quantity]} ${noun} in column "${column.name}"; leave such rows out with --where "${quantity}>=${FEWEST}", or say --columns '${quantity}=1*${choiceText({ name: column.name, scale: 1 })}' if it is right`,
      );
    }
    scales[quantity] = unitIn(quantity, column) ?? (quantity === "N" ? 1e6 : 1e9);
    reasons.push(`${quantity} is ${extent(runs, quantity)} in column "${column.name}", too few ${noun}`);
  }
  const off = powerOff(runs, columns, scales);
  if (off !== 0) {
    const quantity = culprit(runs, columns, off);
    if (quantity !== undefined) {
      scales[quantity] = (scales[quantity] ?? 1) * Number(`1e${quantity === "C" ? -off : off}`);
      reasons.push(`C is 1e${powerOff(runs, columns, {})} times 6·N·D in every row`);
    }
  }
  const derived = derivedTokens(runs, columns);
  if (derived !== undefined && reasons.length === 0) {
    scales.C = unitIn("C", columns.C!) ?? derived;
    reasons.push(`C is ${extent(runs, "C")} in column "${columns.C!.name}", and D = C/(6N) below ${FEWEST} tokens`);
  }
  if (reasons.length === 0) return;
  const entries = (Object.entries(scales) as [Size, number][]).filter(([, scale]) => scale !== 1);
  const mend = entries.map(([quantity, scale]) => {
    const { name, scale: old } = columns[quantity]!;
    return `${quantity}=${choiceText({ name, scale: scale * old })}`;
  });
  const same = entries.map(([quantity]) => `${quantity}=1*${choiceText({ name: columns[quantity]!.name, scale: 1 })}`);
  throw new UserError(
    `the units look wrong: ${reasons.join("; ")}. N is in parameters, D in tokens, C in FLOPs: say --columns '${mend.join(",")}', or '${same.join(",")}' if the numbers are right`,
  );
}

/** The power of ten, of 100 or more, that C is off 6ND by in every row; 0 when there is none, or the table has not all three. */
function powerOff(runs: readonly TableRun[], columns: FoundColumns, scales: Partial<Record<Size, number>>): number {
  if (!(columns.N && columns.D && columns.C)) return 0;
  const factor = (scales.C ?? 1) / ((scales.N ?? 1) * (scales.D ?? 1));
  let power: number | undefined;
  for (const { N, D, C } of runs) {
    const ratio = (C / N / D / 6) * factor;
    const nearest = Math.round(Math.log10(ratio));
    power ??= nearest;
    if (nearest !== power || Math.abs(nearest) < 2 || Math.abs(ratio / Number(`1e${nearest}`) - 1) > TOLERANCE)
      return 0;
  }
  return power ?? 0;
}

/** Which of the three is in another unit: what its name says, or what makes it usual. */
function culprit(runs: readonly TableRun[], columns: FoundColumns, power: number): Size | undefined {
  const free = (["C", "N", "D"] as const).filter((quantity) => !columns[quantity]?.stated);
  const named = free.find((quantity) => {
    const unit = unitIn(quantity, columns[quantity]!);
    return unit !== undefined && unit === Number(`1e${quantity === "C" ? -power : power}`);
  });
  if (named) return named;
  if (power < 0) return free.includes("C") ? "C" : undefined;
  const smallest = (quantity: "N" | "D") =>
    runs.reduce((low, run) => Math.min(low, run[quantity]), Number.POSITIVE_INFINITY);
  const few = (["N", "D"] as const).filter((quantity) => free.includes(quantity));
  if (few.length === 2) return smallest("N") < smallest("D") / 10 ? "N" : "D";
  return few[0] ?? free[0];
}

/** The unit that a column's name speaks of, and that was not applied. */
function unitIn(quantity: Size, { name, scale }: Column): number | undefined {
  const unit = matchName(quantity, name)?.scale;
  return unit !== undefined && unit !== 1 && scale === 1 ? unit : undefined;
}

/** The factor C needs where D = C/(6N) is below a thousand tokens in every row: the one that makes D about 20 N. */
function derivedTokens(runs: readonly TableRun[], columns: FoundColumns): number | undefined {
  if (columns.D || !columns.C || columns.C.stated || !columns.N || !runs.every(({ D }) => D < FEWEST)) return undefined;
  const needed = runs.map(({ N, C }) => (120 * N * N) / C).toSorted((a, b) => a - b)[runs.length >> 1] as number;
  return Number(`1e${3 * Math.max(1, Math.round(Math.log10(needed) / 3))}`);
}

function extent(runs: readonly TableRun[], quantity: Size): string {
  let [low, high] = [Number.POSITIVE_INFINITY, 0];
  for (const run of runs) [low, high] = [Math.min(low, run[quantity]), Math.max(high, run[quantity])];
  const text = (value: number) => String(Number(value.toPrecision(3)));
  return low === high ? text(low) : `${text(low)} to ${text(high)}`;
}
