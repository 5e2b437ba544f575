import { nonEmbeddingParameters } from "../../task/accounting.ts";
import { formatCount, formatFlops, formatNats } from "../../task/quantity.ts";
import { QUESTION_HEADS, questionLine } from "../question-table.ts";
import type { DryRunReport, Spread } from "./report.ts";

/** The report of a dry-run for a person. Everything in it is simulated. */
export function dryRunText(name: string, suite: string, rehearsals: number, report: DryRunReport): string {
  const { flops, queries, invalid, first, spread, worst, scenarios, plan, fingerprint, asked } = report;
  const { config } = worst.submission;
  const lines = [
    `${name}: ${rehearsals} rehearsals on ${suite} (simulated; nothing was sent anywhere)`,
    "",
    `cost        ${formatFlops(flops.planned)} of ${formatFlops(flops.cap)} FLOPs at most${flops.least < flops.planned ? `, ${formatFlops(flops.least)} at least` : ""}`,
    `queries     ${queries} at most; ${asked.length} different configurations over all rehearsals`,
    `            ${levels(asked)}`,
    `invalid     ${invalid.length === 0 ? "none" : `${invalid.length}, such as ${JSON.stringify(invalid[0])}`}`,
    `regret      ${range(spread.regret, formatNats)} nats`,
    `predicted   ${range(spread.predictedLoss, formatNats)} nats`,
    `N           ${range(spread.N, formatCount)}`,
    `worst case  regret ${formatNats(worst.regret)} on ${worst.world}, repetition ${worst.repetition}: N ${formatCount(nonEmbeddingParameters(config))}, ${config.numLayers} layers of ${config.dModel}, predicted ${formatNats(worst.submission.predictedLoss)}`,
    "",
    `what it asks on ${first.world}, and why (other answers lead to other questions):`,
    QUESTION_HEADS,
    ...first.questions.map(({ run, reason, spent }, i) => questionLine(i + 1, run, { reason, spent, cap: flops.cap })),
    "",
    "should it go wrong:",
    ...scenarios.map(
      ({ scenario, regret, refused, spent }) =>
        `  ${scenario}: regret ${range(regret, formatNats)}, ${formatFlops(spent.median)} spent, ${refused.most} refused`,
    ),
    `  the endpoint is slow: nothing changes but the time, ${Math.ceil(queries / 6)} minutes at 10 s an answer, ${Math.ceil(queries / 2)} at 30 s`,
    "",
    `fingerprint ${fingerprint}`,
    plan === null
      ? "no plan written: --out plan.json writes it"
      : `plan        ${plan}; fly it with: isoflop run ${plan} --url URL --key-file FILE`,
  ];
  return `${lines.join("\n")}\n`;
}

function levels(asked: DryRunReport["asked"]): string {
  const byBudget = Map.groupBy(asked, ({ train_flops }) => train_flops);
  return [...byBudget].map(([flops, own]) => `${own.length} at ${formatFlops(flops)}`).join(", ");
}

function range({ least, median, most }: Spread, format: (value: number) => string): string {
  return least === most ? format(median) : `${format(median)} (${format(least)} to ${format(most)})`;
}
