import { Writable } from "node:stream";
import cliProgress from "cli-progress";
import type { Terminal } from "./command.ts";

export interface Progress {
  update(done: number): void;
  stop(): void;
}

/** A bar on a person's terminal; elsewhere a line at every tenth, so that a log stays short. */
export function progressBar(terminal: Terminal, total: number, unit: string): Progress {
  if (!terminal.interactive) return progressLines(terminal, total, unit);
  const stream = new Writable({
    write(chunk, _encoding, done) {
      terminal.err(String(chunk));
      done();
    },
  });
  Object.assign(stream, { isTTY: true, columns: terminal.columns });
  const bar = new cliProgress.SingleBar({
    stream: stream as unknown as NodeJS.WritableStream,
    format: `  {bar} {percentage}%  {value}/{total} ${unit}, {eta_formatted} left`,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    hideCursor: true,
    barsize: 32,
  });
  bar.start(total, 0);
  return { update: (done) => bar.update(done), stop: () => bar.stop() };
}

function progressLines(terminal: Terminal, total: number, unit: string): Progress {
  let tenth = -1;
  const update = (done: number) => {
    const reached = Math.floor((10 * done) / total);
    if (reached === tenth) return;
    tenth = reached;
    terminal.err(`  ${done}/${total} ${unit}\n`);
  };
  update(0);
  return { update, stop: () => undefined };
}
