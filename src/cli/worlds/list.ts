import { DEFAULT_WORLD, presetDocument, presetNames } from "../../surface/presets.ts";
import { jobPresetDocument, jobPresetNames } from "../../surface/stanford-2026/presets.ts";
import { JOB_SUITES, jobSuiteNamed } from "../../surface/suites/job-suites.ts";
import { DEFAULT_SUITE, suiteNamed, suiteNames } from "../../surface/suites/suites.ts";
import type { CommonOptions, Terminal } from "../command.ts";
import { alignedRows, wrapped } from "../table.ts";

/** Every world of the package with description and tags, and the suites. */
export function listWorlds({ json }: CommonOptions, terminal: Terminal): void {
  const documents = [...presetNames().map(presetDocument), ...jobPresetNames().map(jobPresetDocument)];
  const worlds = documents.map(({ name, description, tags }) => ({ name, description, tags }));
  const named = [
    ...suiteNames().map((name) => ({ name, documents: suiteNamed(name) })),
    ...JOB_SUITES.map((name) => ({ name, documents: jobSuiteNamed(name) })),
  ];
  const suites = named.map(({ name, documents }) => ({ name, worlds: documents.map((world) => world.name) }));
  if (json) {
    terminal.out(`${JSON.stringify({ worlds, suites }, null, 2)}\n`);
    return;
  }
  const width = Math.max(...worlds.map(({ name }) => name.length));
  for (const { name, description, tags } of worlds) {
    // Draws of a family differ only in their constants: one line stands for all of them.
    if (tags.includes("draw") && !name.endsWith("/01")) continue;
    const draws = tags.includes("draw") ? worlds.filter((world) => isSibling(world, name)).length : 0;
    const more = draws > 1 ? ` The family goes up to ${String(draws).padStart(2, "0")}.` : "";
    const marked = `${description}${name === DEFAULT_WORLD ? " The default of serve." : more}`;
    const lines = wrapped(`${marked} [${tags.join(", ")}]`, Math.max(40, terminal.columns - width - 2));
    terminal.out(alignedRows(lines.map((line, index) => [index === 0 ? name.padEnd(width) : " ".repeat(width), line])));
  }
  const rows = suites.map((suite) => [
    suite.name === DEFAULT_SUITE ? `${suite.name} (the default)` : suite.name,
    `${suite.worlds.length} worlds`,
  ]);
  terminal.out(`\nsuites\n${alignedRows(rows)}`);
}

function isSibling(
  { name, tags }: { readonly name: string; readonly tags: readonly string[] },
  first: string,
): boolean {
  return tags.includes("draw") && name.startsWith(first.slice(0, first.lastIndexOf("/") + 1));
}
