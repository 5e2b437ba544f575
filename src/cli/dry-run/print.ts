import { shellWord } from "../../task/errors.ts";
import {
  formatAmount,
  formatCount,
  formatFlops,
  formatNats,
  formatPercent,
  formatSeconds,
} from "../../task/quantity.ts";
import { configurationText, queryTable } from "../query-table.ts";
import type { DryRunReport, InTime, Spread } from "./report.ts";

/** The report of a dry run as text. Everything in it is simulated. */
export function dryRunText(
  name: string,
  suite: string,
  rehearsals: number,
  report: DryRunReport,
  width: number = Number.POSITIVE_INFINITY,
): string {
  const { queries, invalid, first, spread, worst, scenarios, plan, fingerprint, asked, outcome } = report;
  const { seconds } = report;
  const cost = seconds ?? report.flops!;
  const amount = (value: number) => formatAmount(value, seconds ? "seconds" : "FLOPs");
  const table = queryTable(width, seconds !== undefined);
  const { inTime } = outcome;
  const lines = [
    `${name}: ${rehearsals} ${rehearsals === 1 ? "rehearsal" : "rehearsals"} on ${suite} (simulated; nothing was sent)`,
    ...(report.history === undefined ? [] : [`history     ${report.history}: not simulated, and free of charge`]),
    "",
    `cost        ${seconds ? amount(cost.planned) : formatFlops(cost.planned)} of ${amount(cost.cap)} at most${cost.least < cost.planned ? `, ${seconds ? amount(cost.least) : formatFlops(cost.least)} at least` : ""}`,
    ...(seconds ? [`reserved    ${amount(seconds.reserved)} at most, spent seconds included`] : []),
    `queries     ${queries} at most; ${asked.length} different configurations in all rehearsals`,
    `            ${levels(asked)}`,
    `invalid     ${invalid.length === 0 ? "none" : `${invalid.length}, such as ${JSON.stringify(invalid[0])}`}`,
    "",
    "over the rehearsals, median (least to most):",
    `regret      ${range(spread.regret, formatNats)} nats`,
    `predicted   loss ${range(spread.predictedLoss, formatNats)} nats`,
    `N           ${range(spread.N, formatCount)} parameters`,
    ...(inTime ? [`in time     ${inTimeText(inTime)}`] : []),
    `worst case  regret ${formatNats(worst.regret)} on ${worst.world}, repetition ${worst.repetition}: predicted ${formatNats(worst.submission.predictedLoss)}, ${configurationText(worst.submission.config)}`,
    "",
    `queries on ${first.world}, with reasons (other answers lead to other queries):`,
    table.head,
    ...first.questions.map(({ run, reason, spent }, i) => table.line(i + 1, run, { reason, spent, cap: cost.cap })),
    ...(first.note === undefined ? [] : [`stopped: ${first.note}`]),
    table.foot,
    "if something goes wrong, median (least to most) over one rehearsal per world:",
    ...scenarios.map(
      ({ scenario, regret, refused, spent }) =>
        `  ${scenario}: regret ${range(regret, formatNats)}, ${seconds ? amount(spent.median) : formatFlops(spent.median)} spent, ${refused.most} refused`,
    ),
    ...(seconds
      ? []
      : [
          `  the endpoint is slow: it takes ${minutes(queries / 6)} at 10 s per answer, ${minutes(queries / 2)} at 30 s`,
        ]),
    "",
    `fingerprint ${fingerprint}`,
    plan === null
      ? "no plan written; to write it, add --out plan.json"
      : `plan        ${plan}; to run it: isoflop run ${shellWord(plan)} --url URL --key-file FILE`,
  ];
  return `${lines.join("\n")}\n`;
}

function inTimeText({ finished, stated, timedOut }: InTime): string {
  const said = stated === undefined ? "" : `, ${formatPercent(stated)} by its own statement`;
  return `${formatPercent(finished)} of the submissions end within the target${said}; ${formatPercent(timedOut)} of the jobs time out`;
}

function levels(asked: DryRunReport["asked"]): string {
  const byBudget = Map.groupBy(asked, (each) =>
    "seconds" in each ? formatSeconds(each.seconds) : formatFlops(each.train_flops),
  );
  return [...byBudget].map(([budget, own]) => `${own.length} at ${budget}`).join(", ");
}

function range({ least, median, most }: Spread, format: (value: number) => string): string {
  return least === most ? format(median) : `${format(median)} (${format(least)} to ${format(most)})`;
}

function minutes(count: number): string {
  const whole = Math.ceil(count);
  return `${whole} ${whole === 1 ? "minute" : "minutes"}`;
}
