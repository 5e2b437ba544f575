import { join } from "node:path";
import { renderSheet } from "../../report/figure.ts";
import { writeDrawing } from "../../report/figure-files.ts";
import { worldPanels } from "../../report/figures/world.ts";
import { makeFolder } from "../../table/files.ts";
import { UserError } from "../../task/errors.ts";
import type { CommonOptions, Terminal } from "../command.ts";
import { loadWorld } from "../load-world.ts";

/** The options of `isoflop worlds plot`, parsed. */
export interface PlotOptions extends CommonOptions {
  readonly out: string;
}

/** Draws one sheet of a world, as SVG, PNG and PDF. */
export async function plotWorld(name: string, { out, json }: PlotOptions, terminal: Terminal): Promise<void> {
  const world = await loadWorld(name);
  if (world.replay) throw new UserError(`"${name}" replays a table of runs and has no surface to draw`);
  makeFolder(out);
  const { document } = world;
  const svg = renderSheet(document.name, document.description, worldPanels(world));
  const files = writeDrawing(join(out, document.name.replaceAll("/", "-")), svg);
  if (json) terminal.out(`${JSON.stringify({ world: document.name, files }, null, 2)}\n`);
  else for (const file of files) terminal.out(`wrote ${file}\n`);
}
