import type { Command } from "commander";
import { isoflopProgram } from "../src/cli/program.ts";

const COLUMNS = 100;

/** The reference page in Markdown, from the program's own help. */
export function referencePage(): string {
  const program = isoflopProgram({ out: () => undefined, err: () => undefined, interactive: false, columns: COLUMNS });
  const shown = program
    .createHelp()
    .visibleCommands(program)
    .filter((command) => command.name() !== "help");
  const sections = shown.flatMap((command) => [command, ...command.commands]).map(section);
  return `# Commands

\`isoflop COMMAND --help\` prints these texts with more examples ([glossary](glossary.md)). Not repeated below:

- Every command takes \`--help\`, and all but \`completion\` take \`--seed N\` (default 0), \`--wide\` (lines may be wider than
  the terminal) and \`--json\`: one JSON document on stdout, progress and logs on stderr.
- Commands that read a table take \`--columns\` and \`--where\` ([tables.md](tables.md)), tournaments and
  workers \`--workers N\` threads (default: one per core), \`fit\`, \`next\` and \`writeup\` \`--figure-width\`, such as 3.25in.
- Numbers may be written \`2e18\`, \`2.1B\` or \`128\`.
- Exit codes: 0 done, 1 the work failed, 2 the call was wrong, 130 interrupted.

${sections.join("\n")}`;
}

function section(command: Command): string {
  let help = "";
  command.configureHelp({ helpWidth: COLUMNS }).configureOutput({
    writeOut: (text) => {
      help += text;
    },
    getOutHelpWidth: () => COLUMNS,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  const [, usage = "", rest = ""] = /^Usage: isoflop (.*)\n([\s\S]*)$/.exec(help) ?? [];
  const [description = "", ...blocks] = rest.trim().split("\n\n");
  const shown = blocks.map(shortened).filter((block) => block !== "");
  const box = shown.length === 0 ? "" : `\n\`\`\`\n${shown.join("\n\n")}\n\`\`\`\n`;
  return `## \`${usage.replace(" [options]", "")}\`

${description[0]?.toUpperCase()}${description.slice(1)}.
${box}`;
}

/** A block of a help text without its title and what the head of the page says; empty for subcommands or a lone example. */
function shortened(block: string): string {
  return block
    .replace(/^Commands:\n[\s\S]*/, "")
    .replace(/^(Arguments|Options|Examples):\n/, "")
    .replace(
      /^ {2}(--json|--wide|--seed <n>|-h, --help|--columns <map>|--where <condition>|--workers <n>|--figure-width <length>) .*\n?(?: {4,}.*\n?)*/gm,
      "",
    )
    .replace(/^ {2}isoflop .*$/, "")
    .replace(/^ {2}/gm, "")
    .trimEnd();
}
