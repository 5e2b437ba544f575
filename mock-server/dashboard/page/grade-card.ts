import { formatCount, formatNats, formatSigned } from "../../../src/task/quantity.ts";
import { make } from "./element.ts";
import type { Store } from "./store.ts";

/** The grade: the regret and where it comes from, the prediction and the truth. */
export function drawGrade(host: HTMLElement, graded: Store["graded"]): void {
  for (const entry of document.querySelectorAll<HTMLElement>("[data-graded]")) entry.hidden = graded === undefined;
  if (!graded) {
    host.replaceChildren();
    return;
  }
  const { parameters, grade } = graded;
  const { regret, regretFromSize, regretFromHyperparameters, trueLoss, predictedLoss, lossError, lnNError, covered } =
    grade;
  const facts: [string, string][] = [
    ["from the size", nats(regretFromSize)],
    ["from the hyperparameters", nats(regretFromHyperparameters)],
    ["true loss", formatNats(trueLoss)],
    ["you predicted", `${formatNats(predictedLoss)} (${formatSigned(lossError)})`],
    ["your size", formatCount(parameters)],
    ["best size", `${formatCount(parameters / Math.exp(lnNError))} (yours is ${Math.exp(lnNError).toFixed(2)}×)`],
    ...(covered === undefined
      ? []
      : [["interval", covered ? "contains the true loss" : "misses the true loss"] as [string, string]]),
  ];
  host.replaceChildren(
    make("p", "regret", make("b", "regret-value", nats(regret)), " nats of regret"),
    make("p", "soft small", "your model's true loss minus the best possible loss"),
    make(
      "dl",
      "facts small",
      ...facts.map(([term, value]) => make("div", "", make("dt", "", term), make("dd", "", make("b", "", value)))),
    ),
  );
}

/** Rounding may leave a regret of nothing just below zero. */
function nats(value: number): string {
  return formatNats(Math.max(0, value));
}
