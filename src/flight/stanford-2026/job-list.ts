import { UserError } from "../../task/errors.ts";
import { type PythonObject, type PythonValue, parsePythonJson } from "../../task/python/json.ts";
import { BUDGET_SECONDS } from "../../task/stanford-2026/budget.ts";
import { configurationText, type TrainingConfig } from "../../task/stanford-2026/configuration.ts";
import { errorText, readTrainingConfig } from "../../task/stanford-2026/read.ts";

/**
 * The jobs in a file's text: a list of configurations as `POST /submit` takes them, or one of them; also of experiments as
 * `GET /experiments` lists them. Undefined for a text that is something else.
 *
 * @throws UserError that names the first job and field that the API would refuse, or two equal jobs.
 */
export function readJobList(text: string, file: string): readonly TrainingConfig[] | undefined {
  let value: PythonValue;
  try {
    value = parsePythonJson(text);
  } catch {
    return undefined;
  }
  const jobs = Array.isArray(value) ? value : [value];
  if (!jobs.some(isJob)) return undefined;
  const known = new Map<string, number>();
  return jobs.map((job: PythonValue, i) => {
    const config = isObject(job) ? (job.get("training_config") ?? job) : job;
    const read = readTrainingConfig(config);
    if ("errors" in read) throw new UserError(`${file}: job ${i + 1}: ${errorText(read.errors)}`);
    const identity = configurationText(read.value);
    const earlier = known.get(identity);
    if (earlier !== undefined)
      throw new UserError(
        `${file}: job ${i + 1} equals job ${earlier}, and the API takes a configuration once: change its model_seed`,
      );
    known.set(identity, i + 1);
    if (read.value.max_runtime_seconds > BUDGET_SECONDS)
      throw new UserError(
        `${file}: job ${i + 1}: max_runtime_seconds: ${read.value.max_runtime_seconds} is more than the budget of ${BUDGET_SECONDS}`,
      );
    return read.value;
  });
}

/** Whether a text is one that the API identifies a job by. */
export function isJobText(text: string): boolean {
  try {
    const read = readTrainingConfig(parsePythonJson(text));
    return "value" in read && configurationText(read.value) === text;
  } catch {
    return false;
  }
}

function isJob(value: PythonValue): boolean {
  return isObject(value) && (value.has("architecture_config") || value.has("training_config"));
}

function isObject(value: PythonValue): value is PythonObject {
  return value instanceof Map;
}
