/** What the first SIGTERM or SIGINT sets off. */
export interface Interruption {
  /** Aborted by the first of them. */
  readonly signal: AbortSignal;
  /** Resolves with the first of them. */
  readonly arrived: Promise<NodeJS.Signals>;
  /** Stops listening, so that the next signal ends the process as usual. */
  release(): void;
}

const SIGNALS = ["SIGTERM", "SIGINT"] as const;

/** Catches the first SIGTERM or SIGINT from now on; a second one ends the process as usual, at once. */
export function onInterrupt(): Interruption {
  const controller = new AbortController();
  const { promise: arrived, resolve } = Promise.withResolvers<NodeJS.Signals>();
  const stop = (signal: NodeJS.Signals) => {
    release();
    controller.abort();
    resolve(signal);
  };
  const release = () => {
    for (const each of SIGNALS) process.off(each, stop);
  };
  for (const each of SIGNALS) process.on(each, stop);
  return { signal: controller.signal, arrived, release };
}
