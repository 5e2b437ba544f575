import { Argument, Command } from "commander";
import type { Terminal } from "./command.ts";

const SHELLS = ["bash", "zsh", "fish", "powershell"];

/** `isoflop completion`: the script that completes commands, options and names in a shell. */
export function completionCommand(): Command {
  return new Command("completion")
    .description("print the completion script for a shell")
    .addArgument(new Argument("<shell>").choices(SHELLS))
    .addHelpText("after", EXAMPLES)
    .action(async (shell: string) => {
      const { default: tab } = await import("@bomb.sh/tab");
      tab.setup("isoflop", "isoflop", shell);
    });
}

/**
 * The hidden command that completion scripts call: `isoflop complete -- WORDS`.
 *
 * @param build makes a separate program, since the library adds commands to the one it reads.
 */
export function completeCommand(build: () => Command, terminal: Terminal): Command {
  return new Command("complete").argument("[words...]").action(async (words: string[]) => {
    const { default: tab } = await import("@bomb.sh/tab/commander");
    const completion = tab(build(), { completionCommandName: "completion" });
    const known = await knownNames();
    for (const [path, command] of completion.commands) {
      for (const [name, option] of command.options) {
        const names = known[`${path} --${name}`] ?? known[`--${name}`];
        if (names) option.handler = (complete) => names.forEach((each) => void complete(each, ""));
      }
      for (const [name, argument] of command.arguments) {
        const names = known[`${path} <${name}>`];
        if (names) argument.handler = (complete) => names.forEach((each) => void complete(each, ""));
      }
    }
    const lines: string[] = [];
    const log = console.log;
    console.log = (line: string) => void lines.push(line);
    try {
      completion.parse(words);
    } finally {
      console.log = log;
    }
    // With no candidates of its own the library forbids file names; here, no candidates mean that a file is expected.
    terminal.out(lines.length === 1 ? ":0\n" : `${lines.join("\n")}\n`);
  });
}

/** Valid names by option or argument. */
async function knownNames(): Promise<Readonly<Record<string, readonly string[]>>> {
  const [{ STRATEGIES }, { presetNames }, { suiteNames }, { JOB_SUITES }, { FITTERS, METHODS }] = await Promise.all([
    import("../../strategies/index.ts"),
    import("../surface/presets.ts"),
    import("../surface/suites/suites.ts"),
    import("../surface/suites/job-suites.ts"),
    import("../fit/index.ts"),
  ]);
  const strategies = STRATEGIES.map(({ name }) => name);
  return {
    "--world": presetNames(),
    "--suite": [...suiteNames(), ...JOB_SUITES],
    "--strategies": ["all", ...strategies],
    "--method": [...METHODS, "all"],
    "try <strategy>": strategies,
    "dry-run <plan>": strategies,
    "fit <runs>": ["course"],
    "gauntlet <fitter>": FITTERS.map(({ name }) => name),
    "worlds show <name>": presetNames(),
    "worlds plot <name>": presetNames(),
    "worlds fidelity <world>": presetNames(),
  };
}

const EXAMPLES = `
Examples:
  source <(isoflop completion bash)                                     this shell
  isoflop completion zsh > ~/.isoflop.zsh; echo 'source ~/.isoflop.zsh' >> ~/.zshrc
  isoflop completion fish > ~/.config/fish/completions/isoflop.fish
`;
