import type { JournalledRun } from "../../../flight/reconstruct.ts";
import { nonEmbeddingParameters } from "../../../task/accounting.ts";
import { formatCount, formatFlops, formatShort } from "../../../task/quantity.ts";
import { type Block, heading, table, text } from "../block.ts";
import type { ChecklistItem } from "../checklist.ts";
import type { WriteupNumbers } from "../numbers.ts";

/** How to get every number again, the checklist, and all runs. */
export function reproduction({ plan, runs }: WriteupNumbers, checklist: readonly ChecklistItem[]): Block[] {
  return [
    heading("Reproduction"),
    text(
      "code.zip contains the journal of the run (every query and answer, with checksums), the plan, and a program. The program contacts no endpoint and needs no key: it repeats the strategy on the journal's answers, fits the laws again, and compares every number with numbers.json.",
    ),
    {
      kind: "code",
      text: 'unzip code.zip -d code\ncd code\nnode reproduce.js        # Node 22.18 or newer; ends in "every number reproduced"',
    },
    text(
      `isoflop ${plan.code.version}, seed ${plan.seed}, plan ${plan.fingerprint}${plan.strategy.hash && plan.strategy.kind !== "shipped" ? `, ${plan.strategy.kind} ${plan.strategy.hash.slice(0, 12)}` : ""}.`,
    ),
    heading("Submission checklist"),
    text("Each item was checked when this was written."),
    table({
      caption: "The assignment's checklist.",
      columns: ["", "item", "found"],
      left: [1, 2],
      rows: checklist.map(({ item, passed, detail }) => [passed ? "✓" : "✗", item, detail]),
    }),
    heading("All runs"),
    table({
      caption: "All queries in order. p: paid for earlier. h: refused before it was sent.",
      columns: ["", "C", "L", "d", "heads", "batch", "lr", "N", "loss", "why"],
      left: [9],
      small: true,
      rows: runs.map(runRow),
    }),
  ];
}

const MARKS = { endpoint: "", previous_runs: " p", here: " h" } as const;

function runRow(run: JournalledRun, i: number): string[] {
  const { trainFlops, numLayers, dModel, numHeads, batchSize, learningRate, status, loss, message, from, reason } = run;
  return [
    String(i + 1),
    formatFlops(trainFlops),
    String(numLayers),
    String(dModel),
    String(numHeads),
    String(batchSize),
    formatShort(learningRate),
    formatCount(nonEmbeddingParameters(run)),
    `${status === "ok" ? (loss as number).toFixed(4) : status}${MARKS[from]}`,
    status === "ok" ? (reason ?? "") : (message ?? ""),
  ];
}
