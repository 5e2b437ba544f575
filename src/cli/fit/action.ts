import { basename, join } from "node:path";
import { bootstrapFits, FEWEST_REFITS, refitIntervals } from "../../fit/bootstrap.ts";
import { courseFile } from "../../fit/course-data.ts";
import { type FitOptions, type Fitter, isUsable } from "../../fit/fitter.ts";
import { holdOut } from "../../fit/hold-out.ts";
import { FITTERS, METHODS, methodFor } from "../../fit/index.ts";
import { dataConstrained } from "../../fit/methods/data-constrained.ts";
import { optima } from "../../fit/methods/optima.ts";
import { chooseModels } from "../../fit/model-choice.ts";
import { profileFloor } from "../../fit/profile.ts";
import { exponentSensitivity } from "../../fit/sensitivity.ts";
import { makeFolder } from "../../table/files.ts";
import { type Rows, readRows } from "../../table/rows.ts";
import { groupRows, type RunsTable, runsTable } from "../../table/runs.ts";
import { UserError, unknownName } from "../../task/errors.ts";
import { randomStream } from "../../task/random.ts";
import type { Terminal } from "../command.ts";
import { figureStyle } from "../figure-options.ts";
import { progressBar } from "../progress.ts";
import { rowProgress, sourceName, tableSources } from "../table-options.ts";
import { folderNames, type Group, groupName, labeled } from "./groups.ts";
import { fitsJson } from "./json.ts";
import {
  type FitCommandOptions,
  rejectBesideLawOf,
  rejectLimitsWithoutTarget,
  rejectUnusedOptions,
} from "./options.ts";
import { printReport } from "./print.ts";
import { type FitReport, type FittedRuns, LEVEL, type ReportedFit } from "./report.ts";
import { settingLawsReport } from "./setting-laws.ts";

/** Reads the runs, fits them, prints, and writes the figures. */
export async function runFit(
  sources: readonly string[],
  options: FitCommandOptions,
  terminal: Terminal,
): Promise<void> {
  if (options.lawOf) {
    rejectBesideLawOf(options);
    terminal.out(settingLawsReport(fittedGroups(sources, options, terminal), options.lawOf, options));
    return;
  }
  rejectLimitsWithoutTarget(options);
  const own =
    options.formula === undefined
      ? []
      : [(await import("../../fit/methods/formula.ts")).formulaFitter(options.formula)];
  const groups = fittedGroups(sources, options, terminal).map((group) => ({
    ...group,
    fitters: fittersOf(group.runs, options, own),
  }));
  for (const { fitters } of groups) if (fitters.length === 1) rejectUnusedOptions(fitters[0]!, options);
  if (options.bootstrap && options.bootstrap < FEWEST_REFITS)
    throw new UserError(`--bootstrap ${options.bootstrap}: intervals need ${FEWEST_REFITS} refits or more`);
  // Made first: a folder that cannot be had should not cost the refits.
  if (options.plot !== undefined) makeFolder(options.plot);
  const refits = groups.reduce((sum, { fitters }) => sum + fitters.length, 0) * (options.bootstrap ?? 0);
  const progress = refits > 0 ? progressBar(terminal, refits, "refits") : undefined;
  let done = 0;
  const reports = groups.map(({ by, runs, fitters }) => ({
    by,
    report: analyze(runs, fitters, options, () => progress?.update(++done)),
  }));
  progress?.stop();
  if (options.plot !== undefined) {
    const { writeFigures } = await import("./figures.ts");
    const stem = sources.map((source) => basename(source).replace(/\..*$/, "")).join("+");
    const names = folderNames(reports.map(({ by }) => by ?? {}));
    const paths: string[] = [];
    for (const [i, { by, report }] of reports.entries()) {
      const folder = by ? join(options.plot, names[i]!) : options.plot;
      makeFolder(folder);
      paths.push(...writeFigures(folder, stem, report, figureStyle(options)));
    }
    terminal.err(writtenText(paths, options.plot));
  }
  const methods = reports.flatMap(({ report }) => report.fits);
  if (methods.length === 1 && methods[0]!.fit.status === "search failed") process.exitCode = 1;
  if (options.json) {
    const documents = reports.map(({ by, report }) => ({ ...(by && { by }), ...fitsJson(report) }));
    const document = options.by ? { groups: documents } : documents[0];
    terminal.out(`${JSON.stringify(document, null, 2)}\n`);
  } else
    terminal.out(reports.map(({ by, report }) => (by ? `== ${groupName(by)}\n` : "") + printReport(report)).join("\n"));
}

/** The runs of the tables; with `--by` those of each group. */
function fittedGroups(
  paths: readonly string[],
  options: FitCommandOptions,
  terminal: Terminal,
): readonly { readonly by?: Group; readonly runs: FittedRuns }[] {
  const { by, where, weights, keepAll } = options;
  const generated = paths.length === 1 && paths[0] === "course";
  const sources = generated ? [{ name: "course", text: JSON.stringify(courseFile()) }] : tableSources(paths);
  const columns = weights === undefined ? options.columns : { ...options.columns, weight: weights };
  const rows = readRows(sources, {
    columns,
    where,
    optional: options.method === "optima" ? ["size", "loss"] : ["size"],
    onRows: rowProgress(terminal),
  });
  const source = generated ? "the course's synthetic data set" : sourceName(paths);
  const fitted = (part: Rows): FittedRuns => {
    // The best values of settings are found among all that were tried.
    const every = keepAll || options.lawOf !== undefined;
    const table = runsTable(options.bestOf ? bestOf(part) : part, { keepAll: every });
    return { source, table: { ...table, runs: labeled(table) }, course: isCourseTable(table) };
  };
  if (!by) return [{ runs: fitted(rows) }];
  return groupRows(rows, by).map((group) => ({ by: group.by, runs: fitted(group.rows) }));
}

/** The lowest loss of each N and D; the other rows are dropped. */
function bestOf(table: Rows): Rows {
  const kept = new Set(
    [...Map.groupBy(table.runs, ({ N, D }) => `${N}/${D}`).values()].map((members) =>
      members.reduce((best, run) => (run.loss < best.loss ? run : best)),
    ),
  );
  const others = table.runs.filter((run) => !kept.has(run));
  const dropped = others.map(({ row }) => ({ row, reason: "another run of the same N and D has a lower loss" }));
  return { ...table, runs: [...kept], dropped: [...table.dropped, ...dropped] };
}

/** Whether these are the course's runs, also when they come from its file. */
function isCourseTable({ runs }: RunsTable): boolean {
  const known = courseFile();
  return (
    runs.length === known.length &&
    known.every(({ parameters, compute_budget }, i) => runs[i]!.N === parameters && runs[i]!.C === compute_budget)
  );
}

/** What Hoffmann et al. 2022 call their three ways. */
const METHOD_ALIASES: Readonly<Record<string, string>> = {
  chinchilla: "parametric",
  "approach-1": "envelope",
  "approach-2": "parabola",
  "approach-3": "parametric",
};

function fittersOf(runs: FittedRuns, options: FitCommandOptions, own: readonly Fitter[]): readonly Fitter[] {
  const { method, formula } = options;
  const given = method ?? (formula === undefined ? defaultMethod(runs, options) : "formula");
  const name = METHOD_ALIASES[given.toLowerCase()] ?? given;
  if (name === "formula" && formula === undefined)
    throw new UserError('--method formula needs a law: --formula "E + A/N^alpha + B/D^beta"');
  if (formula !== undefined && name !== "formula" && name !== "all")
    throw new UserError(`--formula goes with --method formula or all, not with ${name}`);
  const known = [...FITTERS, ...own, optima, dataConstrained];
  if (name === "all")
    return [
      ...FITTERS,
      ...own,
      ...(runs.table.runs.some(({ uniqueTokens }) => uniqueTokens !== undefined) ? [dataConstrained] : []),
    ];
  const fitter = known.find((one) => one.name === name);
  if (!fitter) throw unknownName("method", name, [...METHODS, ...Object.keys(METHOD_ALIASES), "all"]);
  return [fitter];
}

/** The course asks for its own recipe; options of one law ask for that law; otherwise the table decides. */
function defaultMethod({ course, table }: FittedRuns, options: FitCommandOptions): string {
  const { objective, delta, fix, prior, weights, maxParams, maxTokens, tableOfSizes, holdOut: hidden } = options;
  if (hidden !== undefined) return "all";
  if (
    [objective, delta, fix, prior, weights, maxParams, maxTokens, tableOfSizes].some((option) => option !== undefined)
  )
    return "parametric";
  return course ? "minimum" : methodFor(table.runs);
}

function analyze(
  runs: FittedRuns,
  fitters: readonly Fitter[],
  options: FitCommandOptions,
  onRefit: () => void,
): FitReport {
  const { bootstrap: draws = 0, resample: resampling = "runs", target: targets = [], seed } = options;
  const points = runs.table.runs;
  const settings = fitOptions(options);
  const fits = fitters.map((fitter): ReportedFit => {
    const fit = fitter.fit(points, settings);
    if (!isUsable(fit)) return { fit };
    const sensitivity = fitter.name === "parametric" &&
      points.length <= MOST_FOR_SENSITIVITY && { sensitivity: exponentSensitivity(points, settings) };
    if (draws === 0) return { fit, ...sensitivity };
    const rng = randomStream(`fit/${seed}/${fitter.name}`);
    const refits = bootstrapFits(fitter, points, fit, { resampling, draws, rng, options: settings, onRefit });
    const freedom =
      resampling === "residuals" ? { runs: points.length, parameters: Object.keys(fit.parameters).length } : undefined;
    const intervals = refitIntervals(refits, targets, LEVEL, freedom);
    const floor =
      fitter.name === "parametric" && !options.fix && !options.prior
        ? profileFloor(points, LEVEL, options.objective, options.delta)
        : undefined;
    const lacking = `no intervals: of ${draws} refits ${refits.length} were identified, ${FEWEST_REFITS} are needed`;
    return {
      fit: intervals ? fit : { ...fit, warnings: [...fit.warnings, lacking] },
      ...sensitivity,
      ...(intervals && { intervals, refits: { fits: refits, ...(freedom && { freedom }) } }),
      ...(floor && { floor }),
    };
  });
  const laws = FITTERS.filter(({ name }) => FAMILIES.includes(name));
  const choice =
    draws > 0 && targets.length > 0
      ? chooseModels(laws, points, {
          targets,
          level: LEVEL,
          draws,
          resampling,
          rng: randomStream(`fit/${seed}/choice`),
        })
      : undefined;
  const hidden =
    options.holdOut === undefined
      ? undefined
      : holdOut(fitters, points, {
          hidden: options.holdOut,
          draws: options.bootstrap ?? HOLD_OUT_REFITS,
          rng: (stream) => randomStream(`fit/${seed}/hold-out/${stream}`),
          options: fitOptions(options),
        });
  if (options.holdOut !== undefined && !hidden)
    throw new UserError(
      `--hold-out ${options.holdOut}: the table needs that many budgets with two sizes or more, and three budgets below them`,
    );
  return {
    runs,
    fits,
    targets,
    limits: { maxParams: options.maxParams, maxTokens: options.maxTokens },
    sizes: options.tableOfSizes ?? false,
    resampling,
    ...(choice && choice.targets.length > 0 && { choice }),
    ...(hidden && { holdOut: hidden }),
  };
}

/** Larger tables are not fitted twelve times more to show what a depends on. */
const MOST_FOR_SENSITIVITY = 10_000;
/** Refits to the runs that are not hidden, unless --bootstrap says otherwise. */
const HOLD_OUT_REFITS = 200;

/** The families a prediction is spread over: different laws, not different fits of one. */
const FAMILIES: readonly string[] = ["parametric", "kaplan", "farseer", "frontier"];

function fitOptions({ space, objective, delta, fix, prior, window, target }: FitCommandOptions): FitOptions {
  return {
    ...(target && { targets: target }),
    ...(window !== undefined && { window }),
    ...(space && { space }),
    ...(objective && { objective }),
    ...(delta !== undefined && { delta }),
    ...(fix && { fixed: fix }),
    ...(prior && { priors: prior }),
  };
}

/** One line, however many files there are. */
function writtenText(paths: readonly string[], folder: string): string {
  if (paths.length === 0) return "wrote no figures: no fit has a law to draw\n";
  return `wrote ${paths.length / 3} figures, as SVG, PNG and PDF, to ${folder}\n`;
}
