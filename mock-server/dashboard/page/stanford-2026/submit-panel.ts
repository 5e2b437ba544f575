import { formatCount, parseQuantity } from "../../../../src/task/quantity.ts";
import { EXAMPLE_CONFIG } from "../../../../src/task/stanford-2026/example.ts";
import { feedForward } from "../../../../src/task/stanford-2026/job.ts";
import { fieldOf } from "../config-fields.ts";
import { byId, make } from "../element.ts";
import { type JobsApi, Refusal } from "./api.ts";
import { duration, type JobsStore } from "./jobs-store.ts";

/** A configuration as JSON, of whatever its user has made of it. */
type Config = Record<string, unknown>;

/** A field of the form, and where its number stands in a configuration. */
interface FieldRule {
  readonly path: readonly string[];
  readonly title: string;
  readonly hint: string;
  readonly whole?: true;
}

const FIELDS: readonly FieldRule[] = [
  { path: ["architecture_config", "hidden_size"], title: "width", hint: "a multiple of head_dim", whole: true },
  { path: ["architecture_config", "num_hidden_layers"], title: "layers", hint: "", whole: true },
  { path: ["train_batch_size"], title: "batch size", hint: "sequences of 512 tokens", whole: true },
  { path: ["optimizer_config", "lr_scheduler", "peak_value"], title: "peak learning rate", hint: "" },
  { path: ["total_train_tokens"], title: "tokens, such as 16M", hint: "", whole: true },
  { path: ["max_runtime_seconds"], title: "most seconds", hint: "reserved; a job that takes longer fails" },
];
const SEQUENCE = 512;

export interface Submitting {
  /** The configuration in the form, as JSON. */
  text(): string;
  /** Puts a configuration into the form and goes there. */
  use(config: object): void;
}

/** The form that submits jobs: a few numbers, or all of the configuration as JSON. */
export function submitPanel(store: JobsStore, api: JobsApi, after: () => Promise<void>): Submitting {
  const json = byId("config", HTMLTextAreaElement);
  const answer = byId("answer", HTMLElement);
  const jsonField = byId("config-problem", HTMLElement);
  const fields = FIELDS.map((rule) => {
    const input = make("input");
    input.type = "text";
    input.inputMode = "decimal";
    input.name = rule.path.at(-1)!;
    return { ...rule, ...fieldOf(rule.title, input, rule.hint) };
  });
  byId("submit-fields", HTMLElement).append(...fields.map(({ element }) => element));

  const config = (): Config | undefined => {
    try {
      const value: unknown = JSON.parse(json.value);
      return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Config) : undefined;
    } catch {
      return undefined;
    }
  };
  const fill = () => {
    const now = config();
    jsonField.textContent = now ? "" : "This is not a JSON object.";
    json.ariaInvalid = String(!now);
    for (const { path, input, mark } of now ? fields : []) {
      const value = at(now!, path);
      if (document.activeElement !== input) input.value = value === undefined ? "" : String(value);
      mark(undefined);
    }
    price();
  };
  const price = () => {
    const now = config();
    const seconds = Number(at(now ?? {}, ["max_runtime_seconds"]));
    const left = store.budget?.remaining_seconds;
    const cost = byId("cost", HTMLElement);
    cost.dataset.kind = left !== undefined && seconds > left ? "too expensive" : "affordable";
    cost.textContent = !(seconds > 0)
      ? ""
      : left === undefined
        ? `Reserves ${duration(seconds)}. Enter a key to submit.`
        : seconds > left
          ? `Reserves ${duration(seconds)}, but ${duration(left)} are left.`
          : `Reserves ${duration(seconds)} of the ${duration(left)} left; what it does not use comes back.`;
    const [tokens, batch, evaluations] = [["total_train_tokens"], ["train_batch_size"], ["n_evals"]].map((path) =>
      Number(at(now ?? {}, path)),
    ) as [number, number, number];
    const steps = tokens / (batch * SEQUENCE);
    const facts = Number.isFinite(steps) ? `${formatCount(steps)} steps, ${evaluations || 16} evaluations` : "";
    byId("submit-facts", HTMLElement).textContent = facts;
  };
  for (const { path, input, mark, whole } of fields) {
    input.oninput = () => {
      const now = config();
      const value = parseQuantity(input.value);
      const isNumber = value !== undefined && value > 0 && (!whole || Number.isInteger(value));
      mark(isNumber ? undefined : whole ? "a whole number above 0" : "a number above 0");
      if (!now || !isNumber) return;
      put(now, path, value);
      if (path.at(-1) === "hidden_size") shape(now, value);
      json.value = JSON.stringify(now, null, 1);
      price();
    };
    // Tokens are whole evaluations of whole steps.
    input.onchange = () => {
      const now = config();
      if (!now) return;
      const unit = SEQUENCE * Number(at(now, ["train_batch_size"])) * Number(at(now, ["n_evals"]) ?? 16);
      const tokens = Number(at(now, ["total_train_tokens"]));
      if (!(unit > 0 && tokens > 0)) return;
      put(now, ["total_train_tokens"], Math.max(1, Math.round(tokens / unit)) * unit);
      json.value = JSON.stringify(now, null, 1);
      const field = fields.find((one) => one.path[0] === "total_train_tokens")!;
      if (field.input !== document.activeElement || input === field.input)
        field.input.value = String(at(now, ["total_train_tokens"]));
      price();
    };
  }
  json.oninput = fill;
  store.on(price);

  byId("submit-form", HTMLFormElement).onsubmit = async (event) => {
    event.preventDefault();
    const wrong = fields.find(({ input }) => input.ariaInvalid === "true");
    if (wrong) return wrong.input.focus();
    if (!api.hasKey) {
      answer.textContent = "Enter a key first: any eight digits.";
      return byId("key", HTMLInputElement).focus();
    }
    try {
      const { experiment_id: id } = await api.ask<{ experiment_id: number }>("/submit", json.value);
      answer.textContent = `Job ${id} is queued.`;
      store.chosen.add(id);
      await after();
    } catch (error) {
      refuse(error as Error);
    }
  };
  /** Says what the API refuses at its field, where the form has it. */
  const refuse = (error: Error) => {
    answer.textContent = error.message;
    for (const { loc, msg } of error instanceof Refusal ? error.faults : []) {
      const field = fields.find(({ path }) => path.at(-1) === loc.at(-1));
      field?.mark(msg);
      field?.input.focus();
    }
  };
  const write = (value: object) => {
    json.value = JSON.stringify(value, null, 1);
    fill();
  };
  write(EXAMPLE_CONFIG);
  return {
    text: () => json.value,
    use(value) {
      write(value);
      answer.textContent = "";
      byId("submit-form", HTMLFormElement).scrollIntoView({ block: "center" });
      fields[0]!.input.focus({ preventScroll: true });
    },
  };
}

function at(config: Config, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (value as Config | undefined)?.[name], config);
}

function put(config: Config, path: readonly string[], value: number): void {
  let parent = config;
  for (const name of path.slice(0, -1)) {
    if (typeof parent[name] !== "object" || parent[name] === null) parent[name] = {};
    parent = parent[name] as Config;
  }
  parent[path.at(-1)!] = value;
}

/** Heads and the width of the MLP follow the width, as in a planned job. */
function shape(config: Config, width: number): void {
  const architecture = config.architecture_config as Config;
  const heads = width / Number(architecture.head_dim ?? 64);
  if (!Number.isInteger(heads)) return;
  const intermediate = feedForward(width);
  Object.assign(architecture, {
    num_attention_heads: heads,
    num_key_value_heads: heads,
    intermediate_size: intermediate,
  });
}
