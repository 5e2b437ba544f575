import { PETAFLOP_DAY, unitScale } from "./cells.ts";

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
/** One of them: N, D, C, the loss, a weight, a setting, or what tells runs apart. */
export type Quantity = (typeof QUANTITIES)[number];

/**
 * The names each quantity is recognized by, in the order in which they are preferred; capitals, blanks, dots and other
 * marks do not matter. docs/tables.md has some of them.
 */
export const NAMES: Readonly<Record<Quantity, readonly string[]>> = {
  N: words(`N params parameters model_size parameter_count num_params num_parameters n_params n_parameters param_count
    total_params total_parameters params_total model_params model_parameters model_parameter_count trainable_params
    trainable_parameters number_of_parameters params_no_embed non_embedding_params non_embedding_parameters
    non_embed_params non_emb_params num_non_embedding_params params_non_embedding params_non_embed n_non_embed
    params_active_precise active_params active_parameters`),
  D: words(`D tokens training_tokens num_tokens total_tokens train_tokens n_tokens token_count tokens_trained
    trained_tokens tokens_seen seen_tokens tokens_consumed consumed_tokens training_token_count num_training_tokens
    num_train_tokens total_training_tokens number_of_tokens dataset_size data_size data_tokens throughput_total_tokens`),
  C: words(`C flops budget compute_budget train_flops training_flop training_flops compute train_compute
    training_compute train_flop flop total_flops total_flop flops_total total_compute compute_flops compute_flop
    training_compute_flops training_compute_flop flops_budget flop_budget budget_flops isoflop_budget isoflops isoflop
    num_flops estimated_flops`),
  loss: words(`loss final_loss val_loss validation_loss eval_loss test_loss final_val_loss final_validation_loss
    final_eval_loss valid_loss loss_val loss_validation loss_eval loss_test val_loss_final eval_loss_final cross_entropy
    cross_entropy_loss ce_loss val_cross_entropy nll val_nll lm_loss smooth_loss smoothed_loss eval_paloma_macro_loss
    loss_openlm train_loss training_loss loss_train final_train_loss final_training_loss`),
  weight: [],
  d_model: words(`d_model width h hidden_size hidden_dim n_embd model_dim model_width embed_dim embedding_dim dim`),
  num_layers: words(`num_layers depth layers numl n_layers n_layer num_hidden_layers number_of_layers num_blocks`),
  num_heads: words(`num_heads heads numh n_heads n_head num_attention_heads attention_heads`),
  batch_size: words(`batch_size bs global_bs global_batch_size train_batch_size gbs gbsz total_batch_size
    effective_batch_size`),
  learning_rate: words(`learning_rate lr peak_lr max_lr peak_learning_rate max_learning_rate base_lr`),
  unique_tokens: words(`unique_tokens U unique_token_count num_unique_tokens dataset_unique_tokens unique_data`),
  dataset: words(`dataset corpus`),
  run: words(`name run run_name run_id id display_name exp_name`),
  step: words(`step global_step trainer_global_step train_step`),
  state: words(`state status`),
};

function words(text: string): string[] {
  return text.split(/\s+/);
}

/** The same names as they are compared. */
const PLAIN = Object.fromEntries(
  QUANTITIES.map((quantity) => [quantity, NAMES[quantity].map(plainName)]),
) as unknown as typeof NAMES;

/** What the name of a column with a unit ends in. */
const UNIT_AT_END = /(?:[kmbt]|thousands?|illions?|flops?|days?|[)\]]|e\d+)\s*$/i;
const SCALED_FLOPS =
  /^(?:total|train|training|throughputtotal|model)?(k|m|g|t|p|e|z|y|kilo|mega|giga|tera|peta|exa|zetta|yotta)flops?$/;
const PETAFLOP_DAYS = /^(?:train|training|total|compute)?(?:pf|petaflops?|pflops?)s?days?$/;

/** What is longer is no name. */
const LONGEST_NAME = 120;

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
  const names = PLAIN[quantity];
  if (column.length > LONGEST_NAME) return undefined;
  const whole = names.indexOf(plainName(column));
  if (whole >= 0) return { rank: penalty(quantity, column) + whole, scale: 1 };
  const scaled = UNIT_AT_END.test(column) ? scaledMatch(quantity, column) : undefined;
  if (scaled) return scaled;
  const [, base = "", unit = ""] = /(.+?)\s*[([]([^)\]]*)[)\]]$/.exec(column) ?? [];
  if (BASE_UNITS.has(plainName(unit))) {
    const inner = matchName(quantity, base);
    return inner && { ...inner, rank: inner.rank + 0.5 };
  }
  if (!/[/.:]/.test(column)) return undefined;
  const path = column.split(/[/.:]/).filter((part) => part !== "");
  const [first = "", last = ""] = [path[0], path.at(-1)];
  if (SECTIONS.has(first.toLowerCase())) {
    const inner = matchName(quantity, column.slice(column.indexOf(first) + first.length + 1));
    return inner && { ...inner, rank: inner.rank + 0.5 };
  }
  if (plainName(last).length < 2) return undefined;
  // `tokens/params` and `loss/tokens` are ratios.
  if (path.slice(0, -1).some((part) => RATIO_PARTS.has(plainName(part)))) return undefined;
  const inner = matchName(quantity, last);
  return inner && { ...inner, rank: inner.rank + SUFFIX + penalty(quantity, column) };
}

/** Units between brackets that change no number: `C (FLOPs)`, `loss [nats/token]`. */
const BASE_UNITS = new Set(
  words(`flop flops parameters params tokens nats nat natstoken natspertoken count number total final mean avg average
    val validation eval heldout`),
);
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
const RATIO_PARTS = new Set([...PLAIN.N, ...PLAIN.D, ...PLAIN.C, ...PLAIN.loss]);

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
    if (prefix !== undefined) return { rank: 500, scale: unitScale(`${prefix}flops`)! };
    if (PETAFLOP_DAYS.test(plain)) return { rank: 500, scale: PETAFLOP_DAY };
  }
  if (quantity !== "N" && quantity !== "D" && quantity !== "C") return undefined;
  // What stands between a name and its unit (blanks, a bracket) is no part of a name as it is compared.
  const power = /(.*?)(?:in |x)?\s*1e(\d+)(?:\s*[a-z]+)?\s*[)\]]?$/i.exec(column);
  const match =
    power ??
    /(.*?)[([]\s*(?:in )?([a-z]+)\s*[)\]]$/i.exec(column) ??
    /(.{2,})[\s_-]([kmbt])$/i.exec(column) ??
    /(.*(?:params|parameters|tokens))([KMBT])$/.exec(column) ??
    /(.*?)(?:in )?((?:thousand|million|billion|trillion)s?)$/i.exec(column);
  if (!match || (quantity !== "C" && /flop/i.test(column))) return undefined;
  const [, base, unit] = match as unknown as [string, string, string];
  const scale = power ? Number(`1e${unit}`) : unitScale(unit);
  const index = PLAIN[quantity].indexOf(plainName(base));
  return index < 0 || scale === undefined || scale === 1 ? undefined : { rank: 500 + index, scale };
}
