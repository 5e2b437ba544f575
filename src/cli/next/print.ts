import type { NextPlan } from "../../experiment/next/plan.ts";
import { HALF_WIDTH_80 } from "../../statistics/distributions.ts";
import { shellWord } from "../../task/errors.ts";
import { formatCount, formatFlops, formatPercent } from "../../task/quantity.ts";
import type { RunPoint } from "../../task/run-point.ts";
import { fittedTable, type TableColumn, wrapped } from "../table.ts";
import { type TableOptions, tableOptionsText } from "../table-options.ts";

/** What was asked for. */
interface Asked extends TableOptions {
  readonly source: string;
  readonly paths: readonly string[];
  readonly budget: number;
  readonly target: number;
  readonly strategy: string;
  readonly searchSpace?: string;
  /** The group's values, where each has a plan of its own. */
  readonly by?: Readonly<Record<string, string>> | undefined;
}

const WIDTH = 80;
const COLUMNS: readonly TableColumn[] = [
  { head: "#" },
  { head: "N" },
  { head: "D" },
  { head: "FLOPs" },
  { head: "spent" },
  { head: "loss ±" },
  { head: "N ×/÷" },
  { head: "why", words: true },
];

/** The plan for a person, in lines of at most 80 characters. */
export function nextText(
  { now, runs, left, enoughAfter, notes, strategy, recipes }: NextPlan,
  known: readonly RunPoint[],
  table: readonly (readonly [string, string])[],
  asked: Asked,
): string {
  const { source, budget } = asked;
  const computes = known.map(({ C }) => C);
  const ends = [computes.reduce((a, b) => Math.min(a, b)), computes.reduce((a, b) => Math.max(a, b))].map(formatFlops);
  const [low, high] = now.interval.loss.map(loss3);
  const [smallest, largest] = now.interval.N.map(formatCount);
  const facts: [string, string][] = [
    ["runs", `${known.length} from ${source}, ${ends.join(" to ")} FLOPs`],
    ...table.map(([head, text]): [string, string] => [head, text]),
    [
      "now",
      `at ${formatFlops(now.C)} FLOPs: N ${formatCount(now.N)} [${smallest}, ${largest}], D ${formatCount(now.D)}, loss ${loss3(now.loss)} [${low}, ${high}] (${formatPercent(now.interval.level)} intervals)`,
    ],
  ];
  let spent = 0;
  const rows = runs.map(({ N, D, C, reason, expected }, i) => {
    spent += C;
    return [
      String(i + 1),
      formatCount(N),
      formatCount(D),
      formatFlops(C),
      formatPercent(spent / budget),
      loss3(HALF_WIDTH_80 * expected.sdLoss),
      Math.exp(HALF_WIDTH_80 * expected.sdLnN).toFixed(2),
      reason,
    ];
  });
  const goesOn = runs.length > 0 && left >= computes.reduce((a, b) => Math.min(a, b));
  const next: [string, string][] = [
    ["stop", stopText(now.regret, runs, enoughAfter)],
    ["left", `${formatFlops(left)} of ${formatFlops(budget)} FLOPs`],
    ...notes.map((note): [string, string] => ["note", note]),
    ...(strategy === "champion"
      ? []
      : [
          ["note", `${strategy} chose the runs and the submission; what they are worth is the champion's estimate`] as [
            string,
            string,
          ],
        ]),
    ...(goesOn ? [["then", "add their losses to the table and ask again with what is left:"] as [string, string]] : []),
  ];
  const again = goesOn ? `  ${commandAgain(asked, left)}\n` : "";
  const head =
    runs.length === 0
      ? ""
      : `\n${fittedTable(COLUMNS, rows, WIDTH)}\n${wrapped(
          `loss ±, N ×/÷: the ${formatPercent(now.interval.level)} intervals at ${formatFlops(now.C)} expected after each run; now ±${loss3((now.interval.loss[1] - now.interval.loss[0]) / 2)} and ×/÷${Math.exp(HALF_WIDTH_80 * now.sdLnN).toFixed(2)}.${recipes ? "" : " The recipe is that of your runs."}`,
          WIDTH,
        ).join("\n")}\n`;
  return `${factLines(facts)}${head}\n${factLines(next)}${again}`;
}

/** The command that plans with what is left, as it would be typed. */
function commandAgain({ paths, target, by = {}, strategy, searchSpace, ...table }: Asked, left: number): string {
  const options: [option: string, value: string][] = [
    ["--budget", formatFlops(left)],
    ["--target", formatFlops(target)],
    ...(strategy === "champion" ? [] : [["--strategy", strategy] as [string, string]]),
    ...(searchSpace === undefined ? [] : [["--search-space", searchSpace] as [string, string]]),
    ...tableOptionsText(table),
    ...Object.entries(by).map(([column, value]): [string, string] => ["--where", `${column}=${value}`]),
  ];
  return ["isoflop next", ...[...paths, ...options.flat()].map(shellWord)].join(" ");
}

function stopText(now: number, runs: NextPlan["runs"], enoughAfter: number | undefined): string {
  const cost = (regret: number) => `${regret.toFixed(4)} above the lowest loss`;
  if (enoughAfter === 0)
    return `choosing N now is expected to end ${cost(now)}, less than equal runs differ by: further runs mainly narrow the predicted loss`;
  if (enoughAfter !== undefined)
    return `after run ${enoughAfter}: choosing N is then expected to end ${cost(runs[enoughAfter - 1]!.expected.regret)} (now ${now.toFixed(4)}), less than equal runs differ by`;
  const last = runs.at(-1);
  if (!last) return `choosing N now is expected to end ${cost(now)}`;
  return `not after these ${runs.length}: choosing N is then expected to end ${cost(last.expected.regret)} (now ${now.toFixed(4)})`;
}

function loss3(loss: number): string {
  return loss.toFixed(3);
}

function factLines(facts: readonly (readonly [string, string])[]): string {
  const width = Math.max(...facts.map(([head]) => head.length)) + 2;
  return facts
    .map(([head, text]) =>
      wrapped(text, WIDTH - width)
        .map((line, i) => `${(i === 0 ? head : "").padEnd(width)}${line}\n`)
        .join(""),
    )
    .join("");
}
