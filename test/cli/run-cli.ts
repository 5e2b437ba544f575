import { main } from "../../src/cli/program.ts";

/** What a command line printed and how it ended, run in this process. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs one command line, as without a terminal. */
export async function runCli(...argv: string[]): Promise<Outcome> {
  let [out, err] = ["", ""];
  const terminal = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
    interactive: false,
    columns: Number.POSITIVE_INFINITY,
  };
  const code = await main(argv, terminal);
  process.exitCode = 0;
  return { code, out, err };
}
