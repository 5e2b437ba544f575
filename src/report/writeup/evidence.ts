import { isUsable } from "../../fit/fitter.ts";
import { formatCount, formatFlops } from "../../task/quantity.ts";
import { type Block, heading, powerLawEquation, table, text } from "./block.ts";
import { isoflopFigure, lossLawFigure, sizeLawFigure } from "./figures.ts";
import type { MethodNumbers, WriteupNumbers } from "./numbers.ts";

/** Which runs were bought, how laws were made of them, and how well those fit. */
export function evidence(numbers: WriteupNumbers): Block[] {
  return [...selection(numbers), ...method(numbers), ...quality(numbers)];
}

function selection(numbers: WriteupNumbers): Block[] {
  const { runs, budgets, plan, spent } = numbers;
  const answered = runs.filter(({ status }) => status === "ok");
  const reused = answered.filter(({ from }) => from === "previous_runs").length;
  const rejected = runs.length - answered.length;
  return [
    heading("Run selection"),
    text(
      `The strategy ${plan.strategy.name} ${plan.strategy.kind === "list" ? "is a list fixed in advance" : "chose each run from the answers so far"} (plan ${plan.fingerprint.slice(0, 12)}).`,
      ...(plan.rehearsal?.history === undefined ? [] : [`It knew from the start: ${plan.rehearsal.history}.`]),
      ...(plan.rehearsal
        ? [
            `It was rehearsed ${plan.rehearsal.worlds * plan.rehearsal.repetitions} times on simulated worlds (suite ${plan.rehearsal.suite}), at a cost of up to ${formatFlops(plan.rehearsal.planned)} FLOPs there, and then run unchanged.`,
          ]
        : []),
      `It sent ${runs.length} queries: ${answered.length} were answered${rejected > 0 ? `, ${rejected} refused without charge` : ""}${reused > 0 ? `, ${reused} of them already paid for` : ""}. The key has spent ${formatFlops(spent)} FLOPs in all.`,
    ),
    table({
      caption:
        "Runs by budget. Asterisk: the lowest run has the smallest or largest size tried, so the optimum may lie beyond it.",
      columns: ["budget C", "runs", "paid, FLOPs", "lowest loss", "at N"],
      rows: budgets.map(({ C, runs: count, paid, best }) => [
        formatFlops(C),
        String(count),
        formatFlops(paid),
        best ? best.loss.toFixed(4) : "–",
        best ? `${formatCount(best.N)}${best.atEdge ? "*" : ""}` : "one size only",
      ]),
    }),
    {
      kind: "figure",
      name: "isoflop",
      figure: isoflopFigure(numbers),
      caption: "All runs. A budget determines an optimum when its lowest run is between its smallest and largest size.",
    },
  ];
}

function method(numbers: WriteupNumbers): Block[] {
  const { submission, minima, plan } = numbers;
  const own = submission.law
    ? `Its law, as stated by the strategy: ${submission.law}.`
    : "It states no law of its own.";
  const blocks: Block[] = [
    heading("Method"),
    text(`The submitted values are those of the strategy ${plan.strategy.name}. ${own}`),
  ];
  if (!minima)
    return [...blocks, text("The lowest runs of the budgets do not determine a power law, so none is shown.")];
  const sizes = sizeLawFigure(numbers);
  const losses = lossLawFigure(numbers);
  return [
    ...blocks,
    text(
      "For comparison, the simplest fit to the same runs: power laws through the lowest run of each budget, by least squares in log space.",
    ),
    powerLawEquation("N", minima.N),
    powerLawEquation("L", minima.loss),
    ...(sizes
      ? [
          {
            kind: "figure" as const,
            name: "sizes",
            figure: sizes,
            caption: "Model size over compute, extrapolated to the target.",
          },
        ]
      : []),
    ...(losses
      ? [
          {
            kind: "figure" as const,
            name: "losses",
            figure: losses,
            caption: "Loss over compute, extrapolated to the target.",
          },
        ]
      : []),
  ];
}

function quality({ methods, target, submission, modelSize, bootstrap, minima }: WriteupNumbers): Block[] {
  const determined = methods.filter(isUsable);
  const losses = [...determined.flatMap(({ loss }) => loss ?? []), ...(minima ? [minima.at.loss] : [])];
  const sizes = [...determined.flatMap(({ N }) => N ?? []), ...(minima ? [minima.at.N] : [])];
  const spread =
    losses.length > 1
      ? [
          `Over all methods that the runs determine, the predicted loss ranges from ${Math.min(...losses).toFixed(3)} to ${Math.max(...losses).toFixed(3)} and the size from ${formatCount(Math.min(...sizes))} to ${formatCount(Math.max(...sizes))}: this spread describes the uncertainty of the extrapolation better than the fit of any single law.`,
        ]
      : [];
  const refits = bootstrap
    ? [
        `Resampling the residuals of the parametric law ${bootstrap.draws} times gives, at ${100 * bootstrap.level} %, N from ${formatCount(bootstrap.N[0])} to ${formatCount(bootstrap.N[1])}${bootstrap.loss ? ` and a loss from ${bootstrap.loss[0].toFixed(3)} to ${bootstrap.loss[1].toFixed(3)}` : ""}; this assumes that the law is true.`,
      ]
    : ["The runs do not determine the parametric law, so there is no bootstrap of it."];
  return [
    heading("Fit quality and predictions"),
    table({
      caption: `Predictions of each method for ${formatFlops(target)} FLOPs. The residual is the root mean square of ln(predicted/observed).`,
      columns: ["method", "N", "loss", "residual", "status"],
      left: [4],
      rows: [
        ["submitted", formatCount(modelSize), submission.predictedLoss.toFixed(4), "–", "the strategy's own"],
        ...methods.map(methodRow),
      ],
    }),
    text(...spread, ...refits),
  ];
}

function methodRow({ method, N, loss, rms, status }: MethodNumbers): string[] {
  return [
    method,
    N === undefined ? "–" : formatCount(N),
    loss === undefined ? "–" : loss.toFixed(4),
    rms === undefined ? "–" : rms.toFixed(4),
    status,
  ];
}
