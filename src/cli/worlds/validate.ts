import { buildWorld } from "../../surface/build-world.ts";
import { parseJobWorld } from "../../surface/stanford-2026/world-document.ts";
import { optimumOf } from "../../surface/truth.ts";
import { parseWorld } from "../../surface/world-document.ts";
import { readJsonFile } from "../../table/files.ts";
import { nonEmbeddingParameters } from "../../task/accounting.ts";
import { UserError } from "../../task/errors.ts";
import { formatCount, formatFlops } from "../../task/quantity.ts";
import type { CommonOptions, Terminal } from "../command.ts";
import { isJobWorld, worldsIn } from "../load-job-world.ts";

/**
 * Checks a world, or every world of a family or a list, and that each has an optimum.
 *
 * @throws UserError naming the first bad field.
 */
export async function validateWorld(file: string, { json }: CommonOptions, terminal: Terminal): Promise<void> {
  const value = readJsonFile(file, "world");
  if (isJobWorld(file)) {
    const names = (worldsIn(value) ?? [value]).map((each, i) => parseJobWorld(each, `${file}, world ${i + 1}`).name);
    terminal.out(
      json
        ? `${JSON.stringify({ valid: true, worlds: names })}\n`
        : `${file}: valid worlds of jobs: ${names.join(", ")}\n`,
    );
    return;
  }
  const list = worldsIn(value);
  const worlds = list ? list.map((each, i) => checked(each, `${file}, world ${i + 1}`)) : [checked(value, file)];
  if (json) terminal.out(`${JSON.stringify({ valid: true, ...(list ? { worlds } : worlds[0]) }, null, 2)}\n`);
  else
    for (const { name, optimum } of worlds)
      terminal.out(
        `${file}: valid world "${name}"; best at ${formatFlops(optimum.trainFlops)} FLOPs: N ${formatCount(optimum.parameters)}, loss ${optimum.loss.toFixed(4)}\n`,
      );
}

function checked(value: unknown, origin: string) {
  const document = parseWorld(value, origin);
  const { config, loss } = optimumOf(buildWorld(document));
  if (!Number.isFinite(loss)) throw new UserError(`${origin}: surface: the best loss at the target is ${loss}`);
  return { name: document.name, optimum: { ...config, parameters: nonEmbeddingParameters(config), loss } };
}
