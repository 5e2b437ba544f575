import { UserError, unknownName } from "../task/errors.ts";

/** What a column of a runs table can hold. */
export type Quantity = "N" | "D" | "C" | "loss" | "weight";

/** Which column of the table holds which quantity. */
export type Columns = Readonly<Partial<Record<Quantity, string>>>;

/** The names a quantity is recognised by, letters and digits only and in lower case; the first present wins. */
const NAMES: Readonly<Record<Exclude<Quantity, "weight">, readonly string[]>> = {
  N: ["n", "params", "parameters", "modelsize", "parametercount", "numparams", "numparameters"],
  D: ["d", "tokens", "trainingtokens", "numtokens", "totaltokens"],
  C: ["c", "flops", "budget", "computebudget", "trainflops", "trainingflop", "trainingflops", "compute"],
  loss: ["loss", "finalloss"],
};

/**
 * Finds the columns of a table by their common names; what `given` maps is taken from there instead.
 *
 * @throws UserError when a mapped column is not in the table, or when the loss or two of N, D and C cannot be found.
 */
export function recogniseColumns(present: readonly string[], given: Columns = {}): Columns {
  requirePresent(present, given);
  const found: Partial<Record<Quantity, string>> = { ...given };
  for (const [quantity, names] of Object.entries(NAMES) as [Exclude<Quantity, "weight">, readonly string[]][])
    found[quantity] ??= findColumn(present, names)!;
  for (const quantity of Object.keys(found) as Quantity[]) if (found[quantity] === undefined) delete found[quantity];
  const missing = (["N", "D", "C"] as const).filter((quantity) => !found[quantity]);
  if (missing.length > 1) throw missingColumn(missing.join(" or "), present);
  if (!found.loss) throw missingColumn("loss", present);
  return found;
}

/** @throws UserError when a mapped column is not in the table. */
export function requirePresent(present: readonly string[], given: Columns): void {
  for (const column of Object.values(given))
    if (!present.includes(column)) throw unknownName("column", column, present);
}

/** The column of a table that has the first of these names: letters and digits only, lower case. */
export function findColumn(present: readonly string[], names: readonly string[]): string | undefined {
  const plain = present.map((column) => column.toLowerCase().replace(/[^a-z0-9]/g, ""));
  const name = names.find((candidate) => plain.includes(candidate));
  return name === undefined ? undefined : present[plain.indexOf(name)];
}

function missingColumn(what: string, present: readonly string[]): UserError {
  const name = what === "loss" ? "loss" : what[0];
  return new UserError(
    `no column for ${what} among "${present.join('", "')}": name it with --columns ${name}=COLUMN` +
      (what === "loss" ? "" : " (two of N, D and C are needed; the third follows from C = 6ND)"),
  );
}
