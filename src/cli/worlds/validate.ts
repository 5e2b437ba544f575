import { buildWorld } from "../../surface/build-world.ts";
import { optimumOf } from "../../surface/truth.ts";
import { parseWorld } from "../../surface/world-schema.ts";
import { nonEmbeddingParameters } from "../../task/accounting.ts";
import { UserError } from "../../task/errors.ts";
import { formatCount, formatFlops } from "../../task/quantity.ts";
import type { CommonOptions, Terminal } from "../command.ts";
import { readTextFile } from "../text-file.ts";

/** Checks a world's document, and that the world has a best submission. Throws a UserError naming the first bad field. */
export async function validateWorld(file: string, { json }: CommonOptions, terminal: Terminal): Promise<void> {
  const document = parseWorld(parseJson(readTextFile(file, "world"), file), file);
  const world = buildWorld(document);
  const { config, loss } = optimumOf(world);
  if (!Number.isFinite(loss)) throw new UserError(`${file}: surface: the best loss at the target is ${loss}`);
  const optimum = { ...config, parameters: nonEmbeddingParameters(config), loss };
  terminal.out(
    json
      ? `${JSON.stringify({ valid: true, name: document.name, optimum }, null, 2)}\n`
      : `${file}: valid world "${document.name}"; best at ${formatFlops(config.trainFlops)} FLOPs: N ${formatCount(optimum.parameters)}, loss ${loss.toFixed(4)}\n`,
  );
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(`${file}: not JSON: ${error instanceof Error ? error.message : error}`);
  }
}
