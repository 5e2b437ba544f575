import type { Snippet } from "./pages.ts";

/** How a test runs a command of a page: to its end, until interrupted, or only as far as its arguments go. */
export interface ShellCommand {
  readonly line: string;
  readonly how: "run" | "start" | "parse";
}

/**
 * The commands of `sh` blocks that a test can run: those of `isoflop` (as `npx isoflop` too, which runs the same), and
 * `cat > FILE`, `echo`, `curl -s` and `python3` beside them. CONTRIBUTING.md has the signs by which a page says that one is long, or needs what a test lacks.
 */
export function shellCommands({ language, text }: Snippet): ShellCommand[] {
  if (language !== "sh") return [];
  return logicalLines(text)
    .map((line) => line.replace(/^npx isoflop /, "isoflop ").trim())
    .filter((line) => /^(isoflop|cat >|echo|curl -s|python3) /.test(line))
    .map((line) => ({ line: smallest(line), how: way(line) }));
}

function way(line: string): ShellCommand["how"] {
  const long = LONG.test(line) && !SUITED.test(line);
  if (long || /# needs /.test(line) || / --live\b/.test(line) || /^isoflop worker\b/.test(line)) return "parse";
  return /^isoflop (serve|proxy)\b/.test(line) ? "start" : "run";
}

/** A long command on the smallest suite, with the quickest strategies: the last of two options counts, so that these win. */
function smallest(line: string): string {
  if (!LONG.test(line) || !SUITED.test(line)) return line;
  const field = line.includes(" compare") ? ` --strategies ${QUICK}` : "";
  return `${line.replace(LONG, "")} --suite smoke --repetitions 1${field}`;
}

const QUICK = "literature-only,isoflops-parabola,ladder";
const LONG = /\s*# takes a while$/;
const SUITED = /^isoflop (compare|dry-run)\b/;

/** Lines with their continuations and here-documents. */
function logicalLines(text: string): string[] {
  const lines: string[] = [];
  const rest = text.split("\n");
  while (rest.length > 0) {
    let line = rest.shift() as string;
    while (line.endsWith("\\") && rest.length > 0) line += `\n${rest.shift()}`;
    const end = /<<'?(\w+)'?$/.exec(line)?.[1];
    if (end !== undefined) while (rest.length > 0 && !line.endsWith(`\n${end}`)) line += `\n${rest.shift()}`;
    lines.push(line);
  }
  return lines;
}
