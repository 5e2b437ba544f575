/** What a server bears of its clients; times in milliseconds. */
export interface Bounds {
  /** From a connection's opening, or a request's first byte, to the end of the request's head. */
  readonly headersMs: number;
  /** The same to the end of its body. */
  readonly requestMs: number;
  /** From an answer to the next request. */
  readonly idleMs: number;
  /** Without a byte of a waiting answer being taken. */
  readonly unreadMs: number;
  /** From a refusal of the server's own until it hangs up, whether the client does or not. */
  readonly partingMs: number;
  /** Between two looks at how long it has been. */
  readonly lookMs: number;
  /** Open at a time; more are closed as they come. */
  readonly connections: number;
}

export const BOUNDS: Bounds = {
  headersMs: 10_000,
  requestMs: 30_000,
  idleMs: 60_000,
  unreadMs: 30_000,
  partingMs: 2_000,
  lookMs: 2_000,
  connections: 10_000,
};
