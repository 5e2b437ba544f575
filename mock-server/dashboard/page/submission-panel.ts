import { nonEmbeddingParameters } from "../../../src/task/accounting.ts";
import { FIELDS, type Field, type RunConfig } from "../../../src/task/configuration.ts";
import { formatCount, formatNats, formatSigned, parseQuantity } from "../../../src/task/quantity.ts";
import { realizeShape } from "../../../src/task/realize.ts";
import { choice, type Domain, integers, nearest, reals } from "../../../src/task/search-space.ts";
import { WIRE_NAMES } from "../../../src/task/stanford-2025/wire.ts";
import { inadmissibilities, type Submission } from "../../../src/task/submission.ts";
import type { Task } from "../../../src/task/task.ts";
import { type ConfigFields, configFields, fieldOf } from "./config-fields.ts";
import { byId, make } from "./element.ts";
import type { Graded, Store } from "./store.ts";

/** The level the interval of the form is stated at. */
const LEVEL = 0.9;

/**
 * The form of a submission, and its grade.
 *
 * @param grade rejects with the reason why a submission is not graded.
 */
export function submissionPanel(
  store: Store,
  grade: (submission: Submission) => Promise<Omit<Graded, "parameters">>,
): { fill(submission: Submission): void } {
  const host = byId("submission-fields", HTMLElement);
  const problem = byId("submission-problem", HTMLElement);
  const loss = lossInput("predicted loss");
  const low = lossInput("90 % interval from");
  const high = lossInput("to");
  let fields: ConfigFields | undefined;
  let world: string | undefined;

  const changed = () => {
    problem.textContent = "";
    for (const { mark } of [loss, low, high]) mark(undefined);
    fields!.mark({});
    const { dModel, numLayers } = fields!.read() as RunConfig;
    const parameters = nonEmbeddingParameters({ dModel, numLayers });
    byId("submission-size", HTMLElement).textContent = Number.isFinite(parameters)
      ? `N = 12·L·d² = ${formatCount(parameters)} parameters`
      : "";
  };
  store.on(["world"], () => {
    const { task, world: now } = store.state!;
    if (world === now.name) return;
    world = now.name;
    const inputs = make("div", "contents");
    fields = configFields(inputs, submissionDomains(task), changed);
    host.replaceChildren(...inputs.children, loss.element, low.element, high.element);
    fields.write({ batchSize: task.admissible.batchSizes[0]! });
  });
  store.on(["grade"], () => {
    const { graded } = store;
    for (const entry of document.querySelectorAll<HTMLElement>("[data-graded]")) entry.hidden = graded === undefined;
    byId("grade", HTMLElement).replaceChildren(...(graded ? gradeView(graded) : []));
  });
  byId("use-fit", HTMLButtonElement).addEventListener("click", () => {
    const target = store.chosenFit()?.target;
    if (!target) return;
    const { task } = store.state!;
    fields!.write({ ...realizeShape(target.N, task.admissible), ...habits(store, task) });
    loss.input.value = target.loss?.toFixed(4) ?? "";
    byId("submission", HTMLFormElement).scrollIntoView({ block: "center" });
    loss.input.focus({ preventScroll: true });
  });
  for (const field of [loss, low, high]) field.input.addEventListener("input", () => field.mark(undefined));
  byId("submission", HTMLFormElement).addEventListener("submit", async (event) => {
    event.preventDefault();
    const { task } = store.state!;
    const config = { ...(fields!.read() as RunConfig), trainFlops: task.target };
    const predictedLoss = loss.value();
    const problems = inadmissibilities(config, task.admissible, task.target);
    fields!.mark(problemsByField(config, problems));
    loss.mark(Number.isNaN(predictedLoss) ? "must be a number, in nats" : undefined);
    const halves = Number.isNaN(low.value()) !== Number.isNaN(high.value());
    (Number.isNaN(low.value()) ? low : high).mark(halves ? "fill in both ends of the interval, or neither" : undefined);
    const first = byId("submission", HTMLFormElement).querySelector<HTMLElement>("[aria-invalid=true]");
    if (first) first.focus();
    else if (problems[0]) problem.textContent = problems[0];
    else await handIn({ config, predictedLoss, ...intervalOf(low.value(), high.value()) });
  });
  const handIn = async (submission: Submission) => {
    try {
      store.graded = { parameters: nonEmbeddingParameters(submission.config), ...(await grade(submission)) };
      problem.textContent = "";
      store.tell("grade");
    } catch (error) {
      problem.textContent = (error as Error).message;
    }
  };
  return {
    fill({ config, predictedLoss, interval }) {
      fields!.write(config);
      loss.input.value = predictedLoss.toFixed(4);
      const ends = interval?.level === LEVEL ? [interval.low, interval.high] : [];
      for (const [i, { input }] of [low, high].entries()) input.value = ends[i]?.toFixed(4) ?? "";
    },
  };
}

/** What is wrong with each field, in the words of the check without its name. */
function problemsByField(config: RunConfig, problems: readonly string[]): Partial<Record<Field, string>> {
  return Object.fromEntries(
    FIELDS.flatMap((field) => {
      if (Number.isNaN(config[field])) return [[field, "a number is missing"]];
      const found = problems.find((text) => text.startsWith(`${WIRE_NAMES[field]} `));
      return found ? [[field, found.slice(WIRE_NAMES[field].length + 1)]] : [];
    }),
  );
}

function intervalOf(low: number, high: number): Pick<Submission, "interval"> {
  return Number.isNaN(low) ? {} : { interval: { level: LEVEL, low, high } };
}

/** The batch and learning rate of the best run so far, as near as may be submitted. */
function habits(store: Store, { admissible }: Task): Pick<RunConfig, "batchSize" | "learningRate"> {
  const runs = store.current()?.runs ?? [];
  const best = runs.reduce<(typeof runs)[number] | undefined>((a, b) => (a && a.loss <= b.loss ? a : b), undefined);
  return {
    batchSize: nearest(choice(admissible.batchSizes), best?.batchSize ?? 128),
    learningRate: nearest(reals(...admissible.learningRate), best?.learningRate ?? 1e-3),
  };
}

/** What each field of a submission accepts. */
export function submissionDomains({ admissible }: Task): Readonly<Partial<Record<Field, Domain>>> {
  return {
    dModel: integers(...admissible.dModel),
    numLayers: integers(...admissible.numLayers),
    numHeads: integers(1, Math.floor(admissible.dModel[1] / admissible.minimumHeadDimension)),
    batchSize: choice(admissible.batchSizes),
    learningRate: reals(...admissible.learningRate),
  };
}

function lossInput(title: string) {
  const input = make("input");
  input.type = "text";
  input.inputMode = "decimal";
  return { ...fieldOf(title, input), value: () => parseQuantity(input.value) ?? Number.NaN };
}

/** The grade: the regret and where it comes from, the prediction and the truth. */
export function gradeView({ parameters, grade }: Graded): HTMLElement[] {
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
  return [
    make("p", "regret", make("b", "regret-value", nats(regret)), " nats of regret"),
    make("p", "soft small", "your model's true loss minus the best possible loss"),
    make(
      "dl",
      "facts small",
      ...facts.map(([term, value]) => make("div", "", make("dt", "", term), make("dd", "", make("b", "", value)))),
    ),
  ];
}

/** Rounding may leave a regret of nothing just below zero. */
function nats(value: number): string {
  return formatNats(Math.max(0, value));
}
