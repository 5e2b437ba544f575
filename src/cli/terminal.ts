import type { Terminal } from "./command.ts";

/**
 * The terminal of this process. A closed pipe (`isoflop … | head`) ends the program quietly: with exit code 0 for stdout, 1
 * for stderr. Text on stderr never shows a key, even one pasted into the wrong option.
 */
export function processTerminal(): Terminal {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(stream === process.stderr ? 1 : 0);
      throw error;
    });
  }
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(withoutKeys(text)),
    interactive: process.stderr.isTTY === true,
    columns: process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY,
  };
}

/** An SSH public key starts with a length below 2^8 in four bytes, which is AAAA in base64. */
function withoutKeys(text: string): string {
  return text.replace(/AAAA[A-Za-z0-9+/]{28,}={0,2}/g, "(a key, not shown)");
}
