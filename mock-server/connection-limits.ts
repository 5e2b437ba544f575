/** Limits on client connections; times in milliseconds. */
export interface ConnectionLimits {
  /** From a connection's opening, or a request's first byte, to the end of the request's head. */
  readonly headersMs: number;
  /** The same to the end of its body. */
  readonly requestMs: number;
  /** From an answer to the next request on the connection. */
  readonly idleMs: number;
  /** How long a waiting answer may stay unread. */
  readonly unreadMs: number;
  /** After a refusal of the server's own, until it closes the connection. */
  readonly closeGraceMs: number;
  /** Between two checks of these times. */
  readonly pollMs: number;
  /** Open at a time; further ones are closed at once. */
  readonly connections: number;
}

export const CONNECTION_LIMITS: ConnectionLimits = {
  headersMs: 10_000,
  requestMs: 30_000,
  idleMs: 60_000,
  unreadMs: 30_000,
  closeGraceMs: 2_000,
  pollMs: 2_000,
  connections: 10_000,
};
