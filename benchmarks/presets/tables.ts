// Fits the families of worlds that come from published tables, and writes their constants (no rows):
//   node --import tsx benchmarks/presets/tables.ts
// Needs the tables of docs/data.md in ../shared/data.
import { readFileSync, writeFileSync } from "node:fs";
import { chinchillaSize } from "../../src/law/chinchilla.ts";
import { UNTRAINED_LOSS } from "../../src/law/stanford-2025.ts";
import type { Interaction } from "../../src/surface/laws/interaction.ts";
import { experimentsOf } from "../../src/surface/replay/experiments.ts";
import type { FittedSurface } from "../../src/surface/replay/fitted-surface.ts";
import { levelsOf } from "../../src/surface/replay/levels.ts";
import { shapeOfSize } from "../../src/surface/replay/stand-in.ts";
import { accountingOf } from "../../src/surface/replay/table-question.ts";
import { fitRecipes, fitSizes } from "../../src/surface/replay/trimmed-fit.ts";
import { COMMON, drawer, learningRate, noise, ordinaryLayers } from "../../src/surface/suites/drawing.ts";
import type { WorldDocument } from "../../src/surface/world-document.ts";
import type { Columns } from "../../src/table/columns.ts";
import { readRows } from "../../src/table/rows.ts";
import type { TableRun } from "../../src/table/run-reader.ts";
import { formatFlops } from "../../src/task/quantity.ts";
import { randomStream } from "../../src/task/random.ts";
import { choice, integers, reals } from "../../src/task/search-space.ts";
import type { Task } from "../../src/task/task.ts";
import { sharedData } from "../shared-data.ts";

/** One experiment of a published table. */
interface Source {
  /** Worlds are named after it; what comes before the dash is the study. */
  readonly name: string;
  readonly file: string;
  readonly columns?: Columns;
  /** The values of the columns that split the table, of this experiment. */
  readonly labels?: RegExp;
  /** Top target, in FLOPs. */
  readonly top: number;
  /** What turns its losses, in another unit, into something like nats per token. */
  readonly toNats?: number;
  readonly effects?: true;
}

const POINTS = "tables/porian_isoflop_points.csv";
const ISO = "fits/isoflop-experiments.csv";
const SIZES: readonly Source[] = [
  { name: "farseer", file: "tables/farseer.csv", top: 2e21, toNats: 4 },
  { name: "llama3-raw", file: ISO, labels: /llama.3.*raw/, top: 1e22, toNats: 3 },
  { name: "llama3-exp", file: ISO, labels: /llama.3.*exp/, top: 1e22 },
  { name: "hoffmann-epoch", file: ISO, labels: /epoch/, top: 1e21 },
  { name: "hoffmann-scalefit", file: ISO, labels: /scalefit/, top: 1e21 },
  { name: "marin-comma", file: "replay/marin_isoflop_comma.csv", top: 3e20 },
  { name: "marin-dclm", file: "replay/marin_isoflop_dclm.csv", top: 3e20 },
  { name: "porian-rw-base", file: POINTS, labels: /rw.*short.*kaplan.*standard/, top: 1.28e19 },
  { name: "porian-rw-tuned", file: POINTS, labels: /rw.*short.*const.*standard/, top: 1.28e19 },
  { name: "porian-owt2-base", file: POINTS, labels: /owt2.*short.*kaplan.*standard/, top: 1.28e19 },
  { name: "porian-owt2-tuned", file: POINTS, labels: /owt2.*short.*const.*standard/, top: 1.28e19 },
  { name: "gemstones", file: "replay/gemstones.jsonl", top: 3e20 },
];
const RECIPES: readonly Source[] = [
  {
    name: "steplaw-dense",
    file: "replay/steplaw-dense.csv",
    columns: { loss: "smooth loss" },
    top: 3e20,
    effects: true,
  },
  {
    name: "steplaw-moe",
    file: "tables/steplaw-moe.csv",
    columns: { loss: "smooth loss", N: "Na" },
    top: 3e20,
    effects: true,
  },
  { name: "oellm", file: "tables/oellm.csv", top: 1e21, effects: true },
];
/** Targets of a family, as shares of the top one. */
const SHARES = [1, 0.5, 0.25, 0.12, 0.06];
/** Budgets of a table question, as shares of the target. */
const BUDGETS = [1 / 300, 1 / 150, 1 / 100, 1 / 60, 1 / 30, 1 / 20, 1 / 10];
const BATCHES = [16, 32, 64, 128, 256, 512, 1024, 2048];

interface Family extends Source {
  readonly runs: readonly TableRun[];
  readonly fitted: FittedSurface;
}

function fitted(source: Source): Family {
  const rows = readRows([{ name: source.file, text: readFileSync(sharedData(source.file), "utf8") }], {
    columns: source.columns,
  });
  const all = source.effects ? [{ labels: [""], runs: rows.runs }] : experimentsOf(rows).experiments;
  const found = all.filter(({ labels }) => source.labels?.test(labels.join(" ")) ?? true);
  const runs = found.flatMap((experiment) => experiment.runs);
  const { fitted: fit } = source.effects ? fitRecipes(runs) : fitSizes(runs, levelsOf(runs));
  console.log(
    source.name.padEnd(20),
    found.length,
    String(fit.rows).padStart(5),
    fit.error.toFixed(4),
    JSON.stringify(fit.surface.base),
  );
  const factor = source.toNats ?? 1;
  return {
    ...source,
    runs: factor === 1 ? runs : runs.map((run) => ({ ...run, loss: factor * run.loss })),
    fitted: factor === 1 ? fit : scaled(fit, factor),
  };
}

/** The surface with losses in another unit. */
function scaled({ surface, error, rows }: FittedSurface, factor: number): FittedSurface {
  const base = surface.base as Interaction;
  const digits = (value: number) => Number(value.toPrecision(7));
  return {
    rows,
    error: error * factor,
    surface: {
      base: { ...base, E: digits(base.E * factor), A: digits(base.A * factor), B: digits(base.B * factor) },
      layers: surface.layers.map((layer) =>
        layer.layer === "residual"
          ? { ...layer, coefficients: layer.coefficients.map((c) => digits(c * factor)) }
          : layer,
      ),
      untrainedLoss: digits(surface.untrainedLoss * factor),
    },
  };
}

const sizes = SIZES.map(fitted);
const recipes = RECIPES.map(fitted);

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

function document(family: Family, suite: string, index: number, extra: Partial<WorldDocument>): WorldDocument {
  const { name, fitted: fit, toNats } = family;
  const middle = rounded(family.runs.map(({ loss }) => loss).toSorted((a, b) => a - b)[family.runs.length >> 1]!);
  return {
    ...COMMON,
    name: `${suite}/${name}-${index + 1}`,
    description: "",
    tags: [suite, name.split("-")[0]!],
    seed: 80_000 + 100 * [...sizes, ...recipes].findIndex((each) => each.name === name) + index,
    accounting: accountingOf(family.runs),
    surface: fit.surface,
    noise: { sdByLoss: [[middle, Number(fit.error.toPrecision(3))]] },
    ...(toNats === undefined ? {} : { unit: `the table's, times ${toNats}` }),
    ...extra,
  } as WorldDocument;
}

/** Sizes free, one recipe or, where the surface has effects, any. */
function tableWorlds(family: Family): WorldDocument[] {
  return SHARES.map((share, index) => {
    const target = rounded(family.top * share);
    const free = family.effects === true;
    const batches = free ? BATCHES : [128];
    const rates: [number, number] = free ? [1e-4, 1.5e-2] : [1e-3, 1e-3];
    const task: Task = {
      searchSpace: {
        dModel: integers(64, 8192),
        numLayers: integers(2, 80),
        numHeads: integers(1, 128),
        batchSize: choice(batches),
        learningRate: reals(...rates),
        trainFlops: choice(BUDGETS.map((each) => rounded(target * each))),
      },
      cap: rounded(0.2 * target),
      target,
      admissible: {
        batchSizes: batches,
        dModel: [64, 16384],
        numLayers: [2, 128],
        aspectRatio: [4, 256],
        minimumHeadDimension: 16,
        learningRate: rates,
      },
    };
    return document(family, "real-tables", index, {
      description: `Table question at ${formatFlops(target)} FLOPs on the surface of ${family.name}${free ? "; the best recipe depends on N and D" : "; one recipe"}.`,
      question: "table",
      task,
    });
  });
}

/** N and D given, rate and batch wanted; runs of any size at up to a tenth of the compute. */
function recipeWorlds(family: Family): WorldDocument[] {
  const byCompute = family.runs.toSorted((a, b) => a.C - b.C);
  const cells = [0.35, 0.5, 0.65, 0.8, 0.999].map((share) => byCompute[Math.floor(share * (byCompute.length - 1))]!);
  return cells.map(({ N, D, C }, index) => {
    const target = rounded(C);
    const { dModel, numLayers } = shapeOfSize(N, 64);
    const smallest = family.runs.reduce((low, run) => Math.min(low, run.N), N);
    const least = shapeOfSize(smallest / 3, 64);
    const task: Task = {
      searchSpace: {
        dModel: integers(least.dModel, Math.max(dModel, least.dModel + 1)),
        numLayers: integers(least.numLayers, Math.max(numLayers, least.numLayers + 1)),
        numHeads: integers(1, 128),
        batchSize: choice(BATCHES),
        learningRate: reals(1e-4, 1.5e-2),
        trainFlops: choice(BUDGETS.map((each) => rounded(target * each))),
      },
      cap: rounded(0.2 * target),
      target,
      admissible: {
        batchSizes: BATCHES,
        dModel: [dModel, dModel],
        numLayers: [numLayers, numLayers],
        aspectRatio: [dModel / numLayers, dModel / numLayers],
        minimumHeadDimension: 16,
        learningRate: [1e-4, 1.5e-2],
      },
    };
    return document(family, "recipes", index, {
      description: `Recipe question for ${formatFlops(rounded(N))} parameters and ${formatFlops(rounded(D))} tokens on the surface of ${family.name}.`,
      question: "recipe",
      task,
    });
  });
}

/** The course question: the law moved to the course's target, in nats, under effects that are drawn. */
function lawWorld(family: Family, index: number): WorldDocument {
  const draw = drawer(randomStream(`real-laws/${family.name}`));
  const base = family.fitted.surface.base as Interaction;
  const shift = Math.sqrt(1e19 / family.top);
  const digits = (value: number) => Number(value.toPrecision(5));
  const { batch, rest } = ordinaryLayers(draw);
  const rate = learningRate(draw, draw.logBetween(2.5e-4, 9e-4));
  return {
    ...COMMON,
    name: `real-laws/${family.name}`,
    description: `The law of ${family.name}, moved from ${formatFlops(family.top)} to 1e19 FLOPs, with drawn effects.`,
    tags: ["real-laws", family.name.split("-")[0]!, "smooth"],
    seed: 90_000 + index,
    surface: {
      base: {
        ...base,
        gamma: digits(Math.max(-0.1, Math.min(0.1, base.gamma))),
        parameters: digits(base.parameters * shift),
        tokens: digits(base.tokens * shift),
      },
      layers: [batch, rate, ...rest],
      untrainedLoss: UNTRAINED_LOSS,
    },
    noise: noise(digits(draw.logBetween(0.5, 2))),
  };
}

const oellm = recipes.find(({ name }) => name === "oellm")!;
const families = {
  "real-laws": [...sizes, ...recipes.filter(({ name }) => name !== "steplaw-moe")].map(lawWorld),
  "real-tables": [...sizes, oellm].flatMap(tableWorlds),
  recipes: recipes.flatMap(recipeWorlds),
};
for (const [name, worlds] of Object.entries(families)) {
  const file = new URL(`../../src/surface/presets/${name}.json`, import.meta.url);
  writeFileSync(file, `${JSON.stringify(worlds, null, 2)}\n`);
}
console.log(
  Object.entries(families)
    .map(([name, worlds]) => `${name} ${worlds.length}`)
    .join(", "),
  chinchillaSize(1e19).toExponential(2),
);
