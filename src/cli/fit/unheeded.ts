import type { Fitter } from "../../fit/fitter.ts";
import { FITTERS } from "../../fit/methods/index.ts";
import { UserError, unknownName } from "../../task/errors.ts";
import type { FitCommandOptions } from "../fit.ts";

/**
 * Refuses an option that would change nothing in a method. Where methods are compared an option is for those that heed it.
 *
 * @throws UserError naming the option and the methods it goes with.
 */
export function refuseUnheeded(
  fitter: Fitter,
  { fix, prior, objective, delta, space, weights }: FitCommandOptions,
): void {
  const given = { space, objective, delta, weights };
  for (const option of ["space", "objective", "delta", "weights"] as const) {
    if (given[option] === undefined || fitter.heeds.includes(option)) continue;
    const heeding = FITTERS.filter(({ heeds }) => heeds.includes(option)).map(({ name }) => name);
    throw new UserError(`--${option} changes nothing in method ${fitter.name} (it goes with ${heeding.join(", ")})`);
  }
  for (const [option, named] of Object.entries({ fix, prior }))
    for (const name of Object.keys(named ?? {})) {
      if (!fitter.holds)
        throw new UserError(
          `--${option} ${name}: method ${fitter.name} cannot hold a parameter (parametric and formula can)`,
        );
      if (!fitter.holds.includes(name)) throw unknownName("parameter", name, fitter.holds);
    }
  if (delta !== undefined && objective?.endsWith("square"))
    throw new UserError(`--delta changes nothing in ${objective}: it is where a Huber loss turns`);
}
