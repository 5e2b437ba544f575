import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderPng, renderSheet } from "../../report/figure.ts";
import { worldPanels } from "../../report/figures/world.ts";
import { makeFolder } from "../../table/files.ts";
import { UserError } from "../../task/errors.ts";
import type { CommonOptions, Terminal } from "../command.ts";
import { loadWorld } from "../load-world.ts";

/** The options of `isoflop worlds plot`, parsed. */
export interface PlotOptions extends CommonOptions {
  readonly out: string;
}

/** Draws one sheet of a world, as SVG and PNG. */
export async function plotWorld(name: string, { out, json }: PlotOptions, terminal: Terminal): Promise<void> {
  const world = await loadWorld(name);
  if (world.replay) throw new UserError(`"${name}" replays a table of runs and has no surface to draw`);
  makeFolder(out);
  const { document } = world;
  const svg = renderSheet(document.name, document.description, worldPanels(world));
  const stem = join(out, document.name.replaceAll("/", "-"));
  writeFileSync(`${stem}.svg`, svg);
  writeFileSync(`${stem}.png`, renderPng(svg));
  const files = [`${stem}.svg`, `${stem}.png`];
  if (json) terminal.out(`${JSON.stringify({ world: document.name, files }, null, 2)}\n`);
  else for (const file of files) terminal.out(`wrote ${file}\n`);
}
