import type { Resampling } from "../../fit/bootstrap.ts";
import { FITTER_OPTIONS, type Fitter, type Prior } from "../../fit/fitter.ts";
import { FITTERS } from "../../fit/index.ts";
import type { ObjectiveName } from "../../fit/objective.ts";
import type { Space } from "../../fit/power-law.ts";
import type { SettingName } from "../../fit/setting-laws.ts";
import { UserError, unknownName } from "../../task/errors.ts";
import type { CommonOptions } from "../command.ts";
import type { FigureOptions } from "../figure-options.ts";
import type { TableOptions } from "../table-options.ts";

/** The options of `isoflop fit`, parsed. */
export interface FitCommandOptions extends CommonOptions, TableOptions, FigureOptions {
  readonly method?: string;
  readonly formula?: string;
  readonly objective?: ObjectiveName;
  readonly delta?: number;
  readonly fix?: Readonly<Record<string, number>>;
  readonly prior?: Readonly<Record<string, Prior>>;
  readonly weights?: string;
  readonly by?: readonly string[];
  readonly space?: Space;
  readonly keepAll?: true;
  readonly target?: readonly number[];
  readonly bootstrap?: number;
  readonly resample?: Resampling;
  readonly plot?: string;
  readonly window?: number;
  readonly holdOut?: number;
  readonly bestOf?: true;
  readonly maxParams?: number;
  readonly maxTokens?: number;
  readonly tableOfSizes?: true;
  readonly lawOf?: readonly SettingName[];
}

/**
 * Rejects limits and tables of sizes without a target to apply them to.
 *
 * @throws UserError naming the option.
 */
export function rejectLimitsWithoutTarget({ maxParams, maxTokens, tableOfSizes, target }: FitCommandOptions): void {
  if (target !== undefined) return;
  const given = { "max-params": maxParams, "max-tokens": maxTokens, "table-of-sizes": tableOfSizes };
  for (const [option, value] of Object.entries(given))
    if (value !== undefined) throw new UserError(`--${option} needs a budget to apply to: add --target FLOPS`);
}

/**
 * Rejects an option the method does not use. When methods are compared, it applies to those that use it.
 *
 * @throws UserError naming the option and the methods it goes with.
 */
export function rejectUnusedOptions(
  fitter: Fitter,
  { fix, prior, objective, delta, space, weights, window }: FitCommandOptions,
): void {
  const given = { space, objective, delta, weights, window };
  for (const option of FITTER_OPTIONS) {
    if (given[option] === undefined || fitter.options.includes(option)) continue;
    const using = FITTERS.filter(({ options }) => options.includes(option)).map(({ name }) => name);
    throw new UserError(`--${option} changes nothing in method ${fitter.name} (it goes with ${using.join(", ")})`);
  }
  for (const [option, named] of Object.entries({ fix, prior }))
    for (const name of Object.keys(named ?? {})) {
      if (!fitter.fixable)
        throw new UserError(
          `--${option} ${name}: method ${fitter.name} cannot fix a parameter or take a prior (parametric, frontier and formula can)`,
        );
      if (!fitter.fixable.includes(name)) throw unknownName("parameter", name, fitter.fixable);
    }
  if (delta !== undefined && objective?.endsWith("square"))
    throw new UserError(
      `--delta changes nothing in ${objective}: it is where a Huber loss turns from square to absolute`,
    );
}

/** What laws of settings use besides the table. */
const OF_SETTING_LAWS: readonly string[] = [
  ...["lawOf", "by", "bootstrap", "columns", "where", "keepAll"],
  // These have defaults.
  ...["resample", "seed", "json", "title"],
];

/** @throws UserError naming an option that laws of settings do not use. */
export function rejectBesideLawOf(options: FitCommandOptions): void {
  const unused = Object.entries(options).find(
    ([name, value]) => value !== undefined && !OF_SETTING_LAWS.includes(name),
  )?.[0];
  if (unused === undefined) return;
  const option = unused.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new UserError(`--${option} changes nothing in laws of settings (--law-of): leave it out`);
}
