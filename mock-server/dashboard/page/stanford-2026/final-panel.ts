import { formatCount, formatNats, parseQuantity } from "../../../../src/task/quantity.ts";
import { fieldOf } from "../config-fields.ts";
import { askUser, byId, make } from "../element.ts";
import type { FinalRun, FinalSubmission, JobsApi } from "./api.ts";
import { duration, type JobsStore } from "./jobs-store.ts";

/** The final submission: set in a dialog, then trained for 48 hours when told to. */
export function finalPanel(
  store: JobsStore,
  api: JobsApi,
  configuration: () => string,
  after: () => Promise<void>,
): void {
  const dialog = byId("final-dialog", HTMLDialogElement);
  const problem = byId("final-problem", HTMLElement);
  const input = make("input");
  Object.assign(input, { type: "text", inputMode: "decimal", id: "predicted" });
  const predicted = fieldOf("Predicted final loss", input, "nats, at the end of the 48 hours");
  byId("final-field", HTMLElement).append(predicted.element);

  store.on(() => draw(store.final));
  byId("final-open", HTMLButtonElement).onclick = () => {
    problem.textContent = api.hasKey ? "" : "Enter a key first: any eight digits.";
    byId("final-summary", HTMLElement).textContent = summary(configuration());
    dialog.showModal();
  };
  byId("final-cancel", HTMLButtonElement).onclick = () => dialog.close();
  // The policy of this page lets no form be sent, not even to a dialog.
  byId("final-form", HTMLFormElement).onsubmit = async (event) => {
    event.preventDefault();
    const loss = parseQuantity(input.value);
    predicted.mark(loss !== undefined && loss > 0 ? undefined : "a number above 0");
    if (!(loss !== undefined && loss > 0)) return input.focus();
    try {
      await api.ask("/final_submission", `{"training_config":${configuration()},"predicted_final_loss":${loss}}`);
      byId("final-result", HTMLElement).replaceChildren();
      dialog.close();
      await after();
    } catch (error) {
      problem.textContent = (error as Error).message;
    }
  };
  byId("final-run", HTMLButtonElement).onclick = async () => {
    const sure = await askUser({
      title: "Train the final submission?",
      text: "The mock trains it for 48 hours of its clock at once and shows the true loss, which the course never reveals.",
      ok: "Train it",
    });
    if (sure === undefined) return;
    try {
      showResult(await api.admin<FinalRun>("final_run", { api_key: api.key }));
    } catch (error) {
      byId("final-result", HTMLElement).replaceChildren(make("p", "problem", (error as Error).message));
    }
  };
}

function draw(final: FinalSubmission | null): void {
  byId("final-run", HTMLButtonElement).hidden = final === null;
  byId("final", HTMLElement).textContent = final
    ? `${summary(JSON.stringify(final.training_config))} Predicted loss ${formatNats(final.predicted_final_loss)}, set at ${final.submitted_at.slice(0, 19).replace("T", " ")}.`
    : "None yet: the configuration in the form, and the loss you predict for it after 48 hours.";
}

/** What a configuration trains, in a sentence. */
function summary(text: string): string {
  try {
    const { architecture_config: its, total_train_tokens: tokens } = JSON.parse(
      text,
    ) as FinalSubmission["training_config"];
    return `Width ${its.hidden_size}, ${its.num_hidden_layers} layers, ${formatCount(tokens)} tokens.`;
  } catch {
    return "The form holds no JSON object.";
  }
}

function showResult({
  status,
  final_loss: loss,
  predicted_final_loss: predicted,
  used_runtime_seconds: used,
  failure,
}: FinalRun): void {
  const ended = status === "completed" ? "It was trained" : status === "timeout" ? "It ran out of time" : "It failed";
  const text =
    failure ??
    (loss === null
      ? "No loss was reached."
      : `Loss ${loss.toFixed(4)}, predicted ${predicted} (${loss < predicted ? "" : "+"}${(loss - predicted).toFixed(4)}).`);
  byId("final-result", HTMLElement).replaceChildren(make("p", "", `${ended} after ${duration(used)}. ${text}`));
}
