import { computeOf } from "../../fit/compute.ts";
import { canBeTrainedRun, isOnGrid } from "../../law/stanford-2025.ts";
import type { Accounting } from "../../task/accounting.ts";
import { UserError } from "../../task/errors.ts";
import { type Rng, randomStream } from "../../task/random.ts";
import type { RunPoint } from "../../task/run-point.ts";
import { quantiser } from "../answers.ts";
import type { Noise } from "../noise.ts";
import { pointOf } from "../points.ts";
import type { SurfaceDocument } from "../surface.ts";
import type { WorldDocument } from "../world-document.ts";
import type { Answer } from "./answer-table.ts";
import type { CalibratedLaw, Values } from "./calibrated-law.ts";
import { type TaskOverrides, taskOfAnswers, taskOfRuns } from "./derived-task.ts";
import { type CalibratedFit, fitLaw, logPredictions } from "./fit-law.ts";
import { type Residual, type ResidualGroup, residualGroups, rootMeanSquare } from "./residuals.ts";
import { API_ANSWERS, apiSamples, lawSamples, type Sample, standOf } from "./sample.ts";

/** A distribution of worlds as data: the best fit, then draws from what the runs allow. */
export interface FamilyDocument {
  readonly schema: "isoflop-family/1";
  readonly name: string;
  readonly description: string;
  readonly law: string;
  readonly parameters: Values;
  /** Root mean square of ln(predicted / observed) over all rows. */
  readonly rms: number;
  readonly groups: readonly ResidualGroup[];
  readonly worlds: readonly WorldDocument[];
}

/** A family with what a report shows of its fit. */
export interface Calibration {
  readonly family: FamilyDocument;
  readonly fit: CalibratedFit;
  readonly residuals: readonly Residual[];
  readonly draws: readonly Values[];
}

export interface CalibrationOptions extends TaskOverrides {
  readonly law: CalibratedLaw;
  readonly fixed?: Values;
  readonly draws: number;
  readonly seed: number;
  /** The family's name; its worlds are called `NAME/central` and `NAME/01`, `NAME/02`, … */
  readonly name: string;
  /** Called after the fit and after each draw. */
  readonly onFit?: () => void;
}

/** Starts of the search for the best fit. A draw starts at the best fit only. */
const STARTS = 12;
/** Standard deviation of runs that differ in the number of heads alone, by loss. */
const API_NOISE: Noise = {
  sdByLoss: [
    [3, 0.004],
    [5, 0.03],
    [7.5, 0.012],
    [10.5, 0.007],
  ],
};

/** Calibrates a law to answers of a training API. */
export function calibrateAnswers(answers: readonly Answer[], options: CalibrationOptions): Calibration {
  const cellOf = quantiser(API_ANSWERS, 0);
  const samples = apiSamples(answers, "stanford-2025");
  const rows = answers.map((answer) => ({
    point: pointOf(standOf(answer, cellOf), "stanford-2025"),
    logLoss: Math.log(answer.loss),
    weight: 1,
    group: "",
    onGrid: isOnGrid(answer.config),
    trained: canBeTrainedRun(answer.config),
    ...(answer.edition !== undefined && { edition: answer.edition }),
  }));
  return calibrate(samples, rows, options, {
    accounting: "stanford-2025",
    noise: API_NOISE,
    answers: API_ANSWERS,
    task: taskOfAnswers(answers, overridesOf(options)),
  });
}

/** Calibrates a law to runs known by N, D and C. */
export function calibrateRuns(runs: readonly RunPoint[], options: CalibrationOptions): Calibration {
  const samples = lawSamples(runs);
  const rows = samples.map((sample) => ({ ...sample, onGrid: true, trained: true }));
  const calibration = calibrate(samples, rows, options, {
    accounting: accountingOf(runs),
    noise: { sdByLoss: [] },
    answers: { kind: "smooth" },
    task: taskOfRuns(runs, overridesOf(options)),
  });
  // The residuals of the fit serve as noise: the worlds scatter as the runs do.
  const losses = runs.map(({ loss }) => loss).toSorted((a, b) => a - b);
  const typical = losses[losses.length >> 1] as number;
  const noise: Noise = { sdByLoss: [[typical, Number((calibration.family.rms * typical).toPrecision(3))]] };
  const worlds = calibration.family.worlds.map((world) => ({ ...world, noise }));
  return { ...calibration, family: { ...calibration.family, worlds } };
}

/**
 * The accounting of a table: C = k·N·D, with k = 6 or the table's own constant.
 *
 * @throws UserError where C/(N·D) is not constant, as a world needs it.
 */
function accountingOf(runs: readonly RunPoint[]): Accounting {
  const { k, n, d, note, fault } = computeOf(runs);
  if (fault) throw new UserError(fault);
  if (n !== 1 || d !== 1)
    throw new UserError(`${note}, but a world needs a constant: fit the rows of one kind with --where`);
  return k === 6 ? "handout" : { flopsPerParameterToken: k };
}

type Setting = Pick<WorldDocument, "accounting" | "noise" | "answers" | "task">;

function calibrate(
  samples: readonly Sample[],
  rows: readonly (Sample & Pick<Residual, "onGrid" | "trained" | "edition">)[],
  { law, fixed = {}, draws, seed, name, onFit }: CalibrationOptions,
  setting: Setting,
): Calibration {
  const fit = fitLaw(law, samples, { fixed, starts: STARTS, stream: `${seed}/calibrate/starts` });
  onFit?.();
  const predicted = logPredictions(law, fit.values, rows);
  const residuals = rows.map(({ point, logLoss, onGrid, trained, edition }, i) => ({
    trainFlops: point.trainFlops,
    onGrid,
    trained,
    error: (predicted[i] as number) - logLoss,
    ...(edition !== undefined && { edition }),
  }));
  const largestBudget = rows.reduce((largest, { point }) => Math.max(largest, point.trainFlops), 0);
  const drawn = Array.from({ length: draws }, (_, index) => {
    const rng = randomStream(`${seed}/calibrate/draw/${index}`);
    const held = { ...law.heldFor?.(index, draws, rng, largestBudget), ...fixed };
    const multipliers = bootstrap(samples, rng);
    const { values } = fitLaw(law, samples, {
      fixed: { ...heldValues(law, fit.values), ...held },
      start: fit.values,
      starts: 1,
      multipliers,
      stream: `${seed}/calibrate/draw/${index}/starts`,
    });
    onFit?.();
    const surface = law.surface(values);
    return { values, surface: law.withBeyond?.(surface, rng) ?? surface };
  });
  const world = (suffix: string, description: string, tags: string[], surface: SurfaceDocument, worldSeed: number) => ({
    schema: "isoflop-world/1" as const,
    name: `${name}/${suffix}`,
    description,
    tags: [name, law.name, "calibrated", setting.answers.kind === "smooth" ? "smooth" : "quantised", ...tags],
    seed: worldSeed,
    ...setting,
    surface: shortened(surface),
  });
  const central = world(
    "central",
    `The best fit of the ${law.name} law to ${rows.length} runs.`,
    [],
    law.surface(fit.values),
    seed + 1,
  );
  const others = drawn.map(({ surface }, index) =>
    world(
      String(index + 1).padStart(2, "0"),
      `Draw ${index + 1} of ${draws} from what ${rows.length} runs allow the ${law.name} law.`,
      ["draw"],
      surface,
      seed + index + 2,
    ),
  );
  return {
    fit,
    residuals,
    draws: drawn.map(({ values }) => values),
    family: {
      schema: "isoflop-family/1",
      name,
      description: `The ${law.name} law calibrated to ${rows.length} runs, and ${draws} draws from what they allow.`,
      law: law.name,
      parameters: fit.values,
      rms: rootMeanSquare(residuals.map(({ error }) => error)),
      groups: residualGroups(residuals),
      worlds: [central, ...others],
    },
  };
}

/** Weights of the Bayesian bootstrap (Rubin 1981): one exponential draw for each group of samples. */
function bootstrap(samples: readonly Sample[], rng: Rng): Float64Array {
  const weights = new Map<string, number>();
  return Float64Array.from(samples, ({ group }) => {
    const weight = weights.get(group) ?? -Math.log(1 - rng());
    weights.set(group, weight);
    return weight;
  });
}

function heldValues(law: CalibratedLaw, values: Values): Values {
  return Object.fromEntries(
    law.parameters.filter(({ held }) => held).map(({ name }) => [name, values[name] as number]),
  );
}

function overridesOf({ budget, target, batch }: CalibrationOptions): TaskOverrides {
  return {
    ...(budget !== undefined && { budget }),
    ...(target !== undefined && { target }),
    ...(batch !== undefined && { batch }),
  };
}

/** Fitted constants to eight digits: more than the data hold, fewer than a double prints. */
function shortened(surface: SurfaceDocument): SurfaceDocument {
  return JSON.parse(
    JSON.stringify(surface, (_, value) => (typeof value === "number" ? Number(value.toPrecision(8)) : value)),
  ) as SurfaceDocument;
}
