import type { Terminal } from "./command.ts";

/**
 * The process's own terminal. A closed pipe (`isoflop … | head`) ends the program quietly; while it still had something to
 * tell of its work, that was not done. What is told never holds a key, in whatever word of a command line one was pasted.
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
    columns: process.stderr.columns ?? 100,
  };
}

/** An SSH public key is base64 of a length below 2^8 in four bytes, and of what has that length. */
function withoutKeys(text: string): string {
  return text.replace(/AAAA[A-Za-z0-9+/]{28,}={0,2}/g, "(a key, not shown)");
}
