import { describe, expect, it } from "vitest";
import { matchName, NAMES, type Quantity } from "../../src/table/names.ts";
import { table } from "../docs/pages.ts";

describe("the names of columns", () => {
  const listed = Object.entries(NAMES).filter(([, names]) => names.length > 0);

  it("in the docs are known, each under its quantity", () => {
    const rows = table("docs/tables.md", ["quantity", "some of its names"]);
    for (const [quantity = "", cell = ""] of rows) {
      const own = listed.filter(([known]) => known === quantity.replaceAll("`", ""));
      for (const [, name] of cell.matchAll(/`(\w+)`/g))
        expect([name, (own.length > 0 ? own : listed).some(([, names]) => names.includes(name!))]).toEqual([
          name,
          true,
        ]);
    }
    expect(rows.length).toBeGreaterThan(4);
  });

  it("are each of one quantity only", () => {
    for (const [quantity, names] of listed)
      for (const name of names)
        for (const [other] of listed)
          expect([name, other, matchName(other as Quantity, name) !== undefined]).toEqual([
            name,
            other,
            other === quantity,
          ]);
  });

  it.each<[Quantity, string[]]>([
    ["N", ["N", "N (count)", "params", "config.params", "parameters", "params_m", "stats/params", "stats/parameters"]],
    ["C", ["C", "C [FLOPs]", "flops", "summary/flops", "C (PFLOPs)", "flops (PFLOPs)", "stats/flops"]],
    [
      "loss",
      [
        ...["loss", "loss (nats)", "final_loss", "val_loss", "eval/macro/loss", "eval/c4/loss", "c4/loss"],
        ...["train_loss", "train/c4/loss"],
      ],
    ],
  ])("of %s are preferred in the order %j", (quantity, names) => {
    const ranks = names.map((name) => matchName(quantity, name)!.rank);
    expect(ranks.every((rank, i) => i === 0 || rank > ranks[i - 1]!)).toBe(true);
  });

  it("of a loss on held-out data come before others, and of a loss on training data last", () => {
    const rank = (name: string) => matchName("loss", name)!.rank;
    for (const part of ["eval", "val", "valid", "validation", "Test"]) {
      expect(rank(`${part}/c4/loss`)).toBeLessThan(rank("c4/loss"));
      expect(rank(`${part}--macro/loss`)).toBeLessThan(rank(`${part}/c4/loss`));
    }
    for (const part of ["train", "Training"]) expect(rank(`${part}/c4/loss`)).toBeGreaterThan(rank("train_loss"));
    expect(matchName("N", "train/params")!.rank).toBe(matchName("N", "stats/params")!.rank);
  });

  it.each<[Quantity, string, number?]>([
    ["loss", "Eval/C4-en/Loss", 1],
    ["loss", "c4/loss/", 1],
    ["loss", `${"x".repeat(115)}/loss`, 1],
    ["loss", `${"x".repeat(116)}/loss`],
    ["loss", "loss/tokens"],
    ["loss", "eval/tokens/loss"],
    ["loss", "loss (k)"],
    ["loss", "eval/bits"],
    ["N", "tokens/params"],
    ["N", "a/tokens/params"],
    ["N", "config/N", 1],
    ["N", "params[count]", 1],
    ["N", "params (count) old"],
    ["N", "params (of seeds)"],
    ["N", "/config/N", 1],
    ["N", "Config.model.params", 1],
    ["N", "stats/N"],
    ["N", ".."],
    ["N", "config."],
    ["learning_rate", "optimizer.lr", 1],
    ["learning_rate", "optimizer:lr", 1],
    ["num_layers", "num_layers (k)"],
    ["num_layers", "layers (M)"],
    ["C", "PFLOPs", 1e15],
    ["C", "total_gflops", 1e9],
    ["C", "throughput/total_exaflops", 1e18],
    ["C", "C (GFLOPs)", 1e9],
    ["C", "C[PFLOP]", 1e15],
    ["C", "compute (in EFLOPs)", 1e18],
    ["C", "Compute_( zettaflops )", 1e21],
    ["C", "C (xflops)"],
    ["C", "rate (GFLOPs)"],
    ["C", "C (GFLOPs) per s"],
    ["C", "C (GFLOPs"],
    ["C", "C x (GFLOPs)"],
    ["C", "C (12flops)"],
    ["N", "N (GFLOPs)"],
    ["C", "total_pf_days", 8.64e19],
    ["C", "PF-days", 8.64e19],
    ["C", "petaflop_day", 8.64e19],
    ["C", "compute_pflop_s_days", 8.64e19],
    ["C", "total_gflop", 1e9],
    ["C", "old PF-days"],
    ...["config", "cfg", "args", "hparams", "summary", "summary_metrics", "metrics", "results", "final"].map(
      (section): [Quantity, string, number] => ["N", `${section}.N`, 1],
    ),
    ["C", "PF-days of C"],
  ])("of %s: %s has the factor %d", (quantity, name, scale) => {
    expect(matchName(quantity, name)?.scale).toBe(scale);
  });

  const SIZES: [string, number?][] = [
    ["(M)", 1e6],
    ["[k]", 1e3],
    ["( in B )", 1e9],
    [" (T)", 1e12],
    ["_(m)", 1e6],
    ["- (M)", 1e6],
    [" M", 1e6],
    ["_m", 1e6],
    ["--b", 1e9],
    ["M", 1e6],
    ["B", 1e9],
    [" (millions)", 1e6],
    [" in billions", 1e9],
    ["_thousand", 1e3],
    ["[in trillions]", 1e12],
    ["Million", 1e6],
    ["(1e6)", 1e6],
    [" [1e12]", 1e12],
    ["_1e9", 1e9],
    [" x1e6", 1e6],
    ["/1e6", 1e6],
    [" ( ×1e6 pairs)", 1e6],
    [" (thousands)", 1e3],
    [" (bn)", 1e9],
    ["m"],
    ["K M"],
    [" (1e6params)", 1e6],
    ["_m  (count)", 1e6],
    [" (M) old"],
    [" (M) atk"],
    ["M atk"],
    [" millions atk"],
    ["_1e6 2k"],
    ["_m2"],
    [" (mm)"],
    [" (in M"],
    [" (gazillion)"],
    [" millions old"],
    [" (1e)"],
    [" (1e6) old"],
    [" (2e6)"],
  ];
  it.each(SIZES)("with %j after them have the factor %d", (unit, scale) => {
    for (const [quantity, name] of [
      ["N", "params"],
      ["N", "Number of parameters"],
      ["D", "training_tokens"],
    ] as const) {
      expect([name, matchName(quantity, `${name}${unit}`)?.scale]).toEqual([name, scale]);
      expect([name, matchName(quantity, `old ${name}${unit}`)]).toEqual([name, undefined]);
    }
  });
});
