/** What a column of a runs table can hold. */
export const QUANTITIES = [
  "N",
  "D",
  "C",
  "loss",
  "weight",
  "d_model",
  "num_layers",
  "num_heads",
  "batch_size",
  "learning_rate",
  "unique_tokens",
  "dataset",
  "run",
  "step",
  "state",
] as const;
export type Quantity = (typeof QUANTITIES)[number];

/**
 * The names each quantity is recognized by, in the order in which they are preferred: lower case, letters and digits
 * only. docs/tables.md prints this list.
 */
export const NAMES: Readonly<Record<Quantity, readonly string[]>> = {
  N: words(`n params parameters modelsize parametercount numparams numparameters nparams nparameters paramcount
    totalparams totalparameters paramstotal modelparams modelparameters modelparametercount trainableparams
    trainableparameters numberofparameters paramsnoembed nonembeddingparams nonembeddingparameters nonembedparams
    nonembparams numnonembeddingparams paramsnonembedding paramsnonembed nnonembed paramsactiveprecise activeparams
    activeparameters`),
  D: words(`d tokens trainingtokens numtokens totaltokens traintokens ntokens tokencount tokenstrained trainedtokens
    tokensseen seentokens tokensconsumed consumedtokens trainingtokencount numtrainingtokens numtraintokens
    totaltrainingtokens numberoftokens datasetsize datasize datatokens throughputtotaltokens`),
  C: words(`c flops budget computebudget trainflops trainingflop trainingflops compute traincompute trainingcompute
    trainflop flop totalflops totalflop flopstotal totalcompute computeflops computeflop trainingcomputeflops
    trainingcomputeflop flopsbudget flopbudget budgetflops isoflopbudget isoflops isoflop numflops
    estimatedflops`),
  loss: words(`loss finalloss valloss validationloss evalloss testloss finalvalloss finalvalidationloss finalevalloss
    validloss lossval lossvalidation losseval losstest vallossfinal evallossfinal crossentropy crossentropyloss celoss
    valcrossentropy nll valnll lmloss smoothloss smoothedloss evalpalomamacroloss lossopenlm trainloss trainingloss
    losstrain finaltrainloss finaltrainingloss`),
  weight: [],
  d_model: words(`dmodel width h hiddensize hiddendim nembd modeldim modelwidth embeddim embeddingdim dim`),
  num_layers: words(`numlayers depth layers numl nlayers nlayer numhiddenlayers numberoflayers numblocks`),
  num_heads: words(`numheads heads numh nheads nhead numattentionheads attentionheads`),
  batch_size: words(`batchsize bs globalbs globalbatchsize trainbatchsize gbs gbsz totalbatchsize effectivebatchsize`),
  learning_rate: words(`learningrate lr peaklr maxlr peaklearningrate maxlearningrate baselr`),
  unique_tokens: words(`uniquetokens u uniquetokencount numuniquetokens datasetuniquetokens uniquedata`),
  dataset: words(`dataset corpus`),
  run: words(`name run runname runid id displayname expname`),
  step: words(`step globalstep trainerglobalstep trainstep`),
  state: words(`state status`),
};

function words(text: string): string[] {
  return text.split(/\s+/);
}

/** The factor of a unit in a name, by what comes before `flops`. */
const FLOPS: Readonly<Record<string, number>> = {
  ...{ k: 1e3, m: 1e6, g: 1e9, t: 1e12, p: 1e15, e: 1e18, z: 1e21, y: 1e24 },
  ...{ kilo: 1e3, mega: 1e6, giga: 1e9, tera: 1e12, peta: 1e15, exa: 1e18, zetta: 1e21, yotta: 1e24 },
};
const COUNTS: Readonly<Record<string, number>> = { k: 1e3, m: 1e6, b: 1e9, t: 1e12 };
const SCALED_FLOPS =
  /^(?:total|train|training|throughputtotal|model)?(k|m|g|t|p|e|z|y|kilo|mega|giga|tera|peta|exa|zetta|yotta)flops?$/;
const PETAFLOP_DAYS = /^(?:train|training|total|compute)?(?:pf|petaflops?|pflops?)s?days?$/;

/** A name as the dictionary has them. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** How a column matches a quantity: the lower the rank, the better. */
export interface Match {
  readonly rank: number;
  /** Factor of the unit in the column's name: 1e6 for `params_m`. */
  readonly scale: number;
}

/**
 * Whether a column's name is one of a quantity's: whole, with a unit (`tokens_b`, `Params (M)`, `total_gflops`), or at the
 * end of a path (`eval/c4/loss`, `optimizer.learning_rate`).
 */
export function matchName(quantity: Quantity, column: string): Match | undefined {
  const names = NAMES[quantity];
  if (names.length === 0) return undefined;
  const whole = names.indexOf(plainName(column));
  if (whole >= 0) return { rank: penalty(quantity, column) + whole, scale: 1 };
  const scaled = scaledMatch(quantity, column);
  if (scaled) return scaled;
  const path = column.split(/[/.:]/).filter((part) => part !== "");
  if (path.length > 1 && SECTIONS.has(path[0]!.toLowerCase())) {
    const inner = matchName(quantity, column.slice(column.indexOf(path[0]!) + path[0]!.length + 1));
    return inner && { ...inner, rank: inner.rank + 0.5 };
  }
  const last = path.at(-1);
  if (path.length < 2 || last === undefined || plainName(last).length < 2) return undefined;
  // `tokens/params` and `loss/tokens` are ratios.
  if (path.slice(0, -1).some((part) => ratioParts.has(plainName(part)))) return undefined;
  const inner = matchName(quantity, last);
  return inner && { ...inner, rank: inner.rank + SUFFIX + penalty(quantity, column) };
}

/** Parts of a run's record, under which its columns have their own names. */
const SECTIONS = new Set([
  "config",
  "cfg",
  "args",
  "hparams",
  "summary",
  "summary_metrics",
  "metrics",
  "results",
  "final",
]);
const SUFFIX = 1000;
const TRAINING = 4000;
const ratioParts = new Set([...NAMES.N, ...NAMES.D, ...NAMES.C, ...NAMES.loss]);

/** A loss over the training data comes after all others; one over several data sets before one over one. */
function penalty(quantity: Quantity, column: string): number {
  if (quantity !== "loss") return 0;
  const parts = column.toLowerCase().split(/[^a-z0-9]+/);
  if (parts.some((part) => part === "train" || part === "training")) return TRAINING;
  const held = parts.some((part) => ["eval", "val", "valid", "validation", "test"].includes(part)) ? 0 : 1;
  return (parts.includes("macro") ? 0 : 0.2) + held * 0.1;
}

function scaledMatch(quantity: Quantity, column: string): Match | undefined {
  const plain = plainName(column);
  if (quantity === "C") {
    const prefix = SCALED_FLOPS.exec(plain)?.[1];
    if (prefix !== undefined) return { rank: 500, scale: FLOPS[prefix]! };
    if (PETAFLOP_DAYS.test(plain)) return { rank: 500, scale: 8.64e19 };
  }
  if (quantity !== "N" && quantity !== "D" && quantity !== "C") return undefined;
  const power = /^(.*?)[\s_/]*[([]?\s*(?:in |x|×)?\s*1e(\d+)(?:\s*[a-z]+)?\s*[)\]]?$/i.exec(column);
  const letter =
    /^(.*?)[\s_-]*[([]\s*(?:in )?([kmbt])\s*[)\]]$/i.exec(column) ??
    /^(.{2,}?)[\s_-]+([kmbt])$/i.exec(column) ??
    /^(.*(?:params|parameters|tokens))([KMBT])$/.exec(column) ??
    /^(.*?)[\s_-]*[([]?\s*(?:in )?(thousand|million|billion|trillion)s?\s*[)\]]?$/i.exec(column);
  const flops = quantity === "C" ? /^(.*?)[\s_]*[([]\s*(?:in )?([a-z]+)flops?\s*[)\]]$/i.exec(column) : null;
  const [, base, unit] = flops ?? power ?? letter ?? [];
  if (base === undefined || unit === undefined) return undefined;
  const scale = flops ? FLOPS[unit.toLowerCase()] : power ? Number(`1e${unit}`) : COUNTS[unit[0]!.toLowerCase()];
  const index = NAMES[quantity].indexOf(plainName(base));
  return index < 0 || scale === undefined ? undefined : { rank: 500 + index, scale };
}
