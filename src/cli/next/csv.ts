import type { NextPlan } from "../../experiment/next/plan.ts";
import type { RunsTable } from "../../table/runs.ts";
import { toWire } from "../../task/stanford-2025/wire.ts";

/** A plan with the runs it follows from. */
export interface PlannedGroup {
  readonly by?: Readonly<Record<string, string>>;
  readonly table: RunsTable;
  readonly plan: NextPlan;
}

/** The runs to buy as CSV, under names that every command reads; the losses are left to be filled in. */
export function csvText(groups: readonly PlannedGroup[]): string {
  const by = Object.keys(groups[0]?.by ?? {});
  const recipes = groups.some(({ plan }) => plan.recipes);
  const head = [
    ...by,
    ...["N", "D", "C", "loss", "d_model", "num_layers", "num_heads"],
    ...(recipes ? ["batch_size", "learning_rate"] : []),
    ...["expected_sd_loss", "expected_sd_ln_N", "reason"],
  ];
  const rows = groups.flatMap(({ by: values = {}, plan }) =>
    plan.runs.map(({ N, D, C, config, reason, expected }) => {
      const { d_model, num_layers, num_heads, batch_size, learning_rate } = toWire(config);
      return [
        ...by.map((column) => values[column] ?? ""),
        ...[N, Number(D.toPrecision(6)), C, "", d_model, num_layers, num_heads],
        ...(recipes ? [batch_size, Number(learning_rate.toPrecision(4))] : []),
        ...[Number(expected.sdLoss.toPrecision(4)), Number(expected.sdLnN.toPrecision(4)), reason],
      ];
    }),
  );
  return `${[head, ...rows].map((cells) => cells.map(quotedCell).join(",")).join("\n")}\n`;
}

function quotedCell(cell: string | number): string {
  const text = String(cell);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
