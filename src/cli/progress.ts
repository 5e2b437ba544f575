import { Writable } from "node:stream";
import cliProgress from "cli-progress";
import type { Terminal } from "./command.ts";

export interface Progress {
  /** @param note shown beside the counts, such as the leading strategies. */
  update(done: number, note?: string): void;
  stop(): void;
}

/**
 * A bar on an interactive terminal; elsewhere a line at every tenth, so that a log stays short. Both show the time left.
 *
 * @param start how much was done before, at no cost of time.
 */
export function progressBar(terminal: Terminal, total: number, unit: string, start = 0): Progress {
  const began = performance.now();
  const left = (done: number) =>
    done === start ? "" : `, ${duration(((performance.now() - began) * (total - done)) / (done - start) / 1000)} left`;
  return terminal.interactive ? bar(terminal, total, unit, start, left) : lines(terminal, total, unit, start, left);
}

/** `45 s`, `12 min`, `3 h 5 min`. */
export function duration(seconds: number): string {
  if (seconds < 99.5) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function bar(terminal: Terminal, total: number, unit: string, start: number, left: (done: number) => string): Progress {
  const stream = new Writable({
    write(chunk, _encoding, done) {
      terminal.err(String(chunk));
      done();
    },
  });
  Object.assign(stream, { isTTY: true, columns: Math.min(terminal.columns, process.stderr.columns ?? 80) });
  const single = new cliProgress.SingleBar({
    stream: stream as unknown as NodeJS.WritableStream,
    format: `  {bar} {value}/{total} ${unit}{left}  {note}`,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    // A signal may end the process before the cursor could be shown again.
    hideCursor: false,
    linewrap: false,
    barsize: 24,
  });
  let shown = "";
  single.start(total, start, { left: "", note: "" });
  return {
    update(done, note = shown) {
      shown = note;
      single.update(done, { left: left(done), note });
    },
    stop: () => single.stop(),
  };
}

function lines(
  terminal: Terminal,
  total: number,
  unit: string,
  start: number,
  left: (done: number) => string,
): Progress {
  let tenth = -1;
  let shown = "";
  const update = (done: number, note = shown) => {
    shown = note;
    const reached = Math.floor((10 * done) / total);
    if (reached === tenth) return;
    tenth = reached;
    terminal.err(`  ${done}/${total} ${unit}${done < total ? left(done) : ""}${note && `  ${note}`}\n`);
  };
  update(start);
  return { update, stop: () => undefined };
}
