/** A public table that tests and benchmarks read: what a good copy of it has. docs/data.md says where each is published. */
export interface PublishedTable {
  /** Its path in the data folder. */
  readonly file: string;
  readonly rows: number;
  /** The columns that the project reads. */
  readonly columns: readonly string[];
  /** Of the file's bytes, in hexadecimal. */
  readonly sha256: string;
}

const RUN = ["d_model", "num_layers", "num_heads", "batch_size", "learning_rate", "train_flops", "loss"];
const STEP_LAW = ["N", "D", "lr", "bs", "smooth loss"];
const MARIN = [
  "parameter_count",
  "throughput/total_tokens",
  "throughput/total_gflops",
  "eval/paloma/macro_loss",
  "trainer.train_batch_size",
  "optimizer.learning_rate",
];

export const PUBLISHED_TABLES: readonly PublishedTable[] = [
  {
    file: "training-api/answers.json",
    rows: 3968,
    columns: ["edition", "source", ...RUN],
    sha256: "252aab6d63dc4ba554138c593529dab7f7648da5c2f6e2c77547e6ace33e452c",
  },
  {
    file: "training-api/answers-top.json",
    rows: 26,
    columns: ["edition", "source", ...RUN],
    sha256: "b625f3588313b61672b8bf03bad62d4e85d03630da3f542d2ff13d261dc574df",
  },
  {
    file: "training-api-2026/runs.jsonl",
    rows: 187,
    columns: ["source", "config"],
    sha256: "a1ffe4da3f31e8beab4dd9eaaa4b0671e07f28ada690a1865f3738945c706c1d",
  },
  {
    file: "training-api-2026/golden.jsonl",
    rows: 185,
    columns: ["seq", "method", "path", "body", "status", "response"],
    sha256: "fd2e7e9a0a3f39a9cad3ad28e0d6ea6babf024cd0ec99f3139d7302129bc1df1",
  },
  {
    file: "fits/isoflops_curves.json",
    rows: 72,
    columns: ["parameters", "compute_budget", "final_loss"],
    sha256: "da6a464c3f5e5039d3f20e137dfcab3031a3d8e7ef0ac2f376f96e295d4afd27",
  },
  {
    file: "fits/chinchilla-points.csv",
    rows: 245,
    columns: ["Model Size", "Training FLOP", "loss"],
    sha256: "193478df4e90f040016431996c45682659306840ecdadf83cfb9cd5ca0aa1b30",
  },
  {
    file: "fits/chinchilla-subset.csv",
    rows: 234,
    columns: ["C", "N", "D", "loss"],
    sha256: "2ed2c412c6b408cb26896b92c0721fe9afa6515726b0db78c33db37cbf2816f9",
  },
  {
    file: "fits/isoflop-experiments.csv",
    rows: 683,
    columns: ["experiment", "tokens", "params", "budget", "loss", "outlier"],
    sha256: "b8e15c614a6d9c3354dd2bec07c6f56161ba2c6d4eafd6e70f7fc5b61b1e6e03",
  },
  {
    file: "replay/marin_isoflop_comma.csv",
    rows: 92,
    columns: MARIN,
    sha256: "0b352c08b3c96d97ef3d7534becbc0a2918493e6e37961943b022056277e4406",
  },
  {
    file: "replay/marin_isoflop_dclm.csv",
    rows: 85,
    columns: MARIN,
    sha256: "8a75a0fbc7b34250501de17ab336fdf99d6bee67e44f62b8bed4b81fb9f033af",
  },
  {
    file: "replay/steplaw-dense.csv",
    rows: 1911,
    columns: STEP_LAW,
    sha256: "9e46181076c04d450294d75dfe6f72adc416e231e154a07b337e378f9410002c",
  },
  {
    file: "replay/gemstones.jsonl",
    rows: 220,
    columns: ["params_active_precise", "width", "depth", "tokens", "final_loss"],
    sha256: "655467b59c99383403d6f73f5b7f23c02aea3f12935dc110382d8a8b43a0ff5d",
  },
  {
    file: "replay/mlfoundations-104.csv",
    rows: 104,
    columns: ["dataset", "params", "tokens", "lr", "global_bs", "loss_openlm"],
    sha256: "46087cf56187442f7ab915b863d02ea8cda707ebf42a35d5fdafa396742b79c2",
  },
  {
    file: "tables/farseer.csv",
    rows: 411,
    columns: ["split", "N", "D", "loss"],
    sha256: "6624e1d3dd7bbef5553a16cc4d942b2fff22eb4718e4931f82d48c5412552a96",
  },
  {
    file: "tables/porian_isoflop_points.csv",
    rows: 1745,
    columns: ["dataset", "hparams", "warmup", "decay", "param_count", "split", "flops", "params", "tokens", "loss"],
    sha256: "499fd118669c0fb0791e49987cfc07eda5eb57a62a60cbbf5c4a9e71ee727e95",
  },
  {
    file: "tables/oellm.csv",
    rows: 687,
    columns: ["params", "tokens", "learning_rate", "batch_size", "loss"],
    sha256: "1387bf118ccfe603332266386b27cce1b63d628302a936ed0e6803ee0fc24f0b",
  },
  {
    file: "tables/oellm_best_recipes.csv",
    rows: 36,
    columns: ["N", "D", "lr", "gbsz", "loss"],
    sha256: "3ac75c985a5d5c700d2d467f5ef58e2dcd2327bb324b620eda1e00757d50a342",
  },
  {
    file: "tables/steplaw-moe.csv",
    rows: 708,
    columns: [...STEP_LAW, "Na"],
    sha256: "653d585244a7b227423007e8b796bc16d76f6d24eb87b1919b8f048a91897b92",
  },
];
