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

From \`isoflop COMMAND --help\`, by \`node scripts/reference.js\`. Every command also takes \`--help\`, and all but \`completion\`
take \`--json\` (one JSON document on stdout; progress and logs go to stderr) and \`--seed N\` (0 by default). Numbers may be written
\`2e18\`, \`2.1B\` or \`128\`. Exit codes: 0 done, 1 the work failed, 2 the call was wrong, 130 interrupted.

${sections.join("\n")}`;
}

function section(command: Command): string {
  const names: string[] = [];
  for (let each: Command = command; each.parent; each = each.parent) names.unshift(each.name());
  let help = "";
  command.configureHelp({ helpWidth: COLUMNS }).configureOutput({
    writeOut: (text) => {
      help += text;
    },
    getOutHelpWidth: () => COLUMNS,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return `## ${names.join(" ")}

\`\`\`
${withoutCommonOptions(help.trim())}
\`\`\`
`;
}

/** A help text without the options that the head of the page names. */
function withoutCommonOptions(help: string): string {
  return help
    .replace(/^Usage: (.*?)( \[options\])?( .*)?\n/, "$1$3\n")
    .replace(/^ {2}(--json|--seed <n>|-h, --help) .*\n?(?: {4,}.*\n)*/gm, "")
    .replace(/^Options:\n\n/m, "")
    .trim();
}
