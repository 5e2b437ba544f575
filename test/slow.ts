/** Milliseconds for a test that starts processes or goes through thousands of files or requests, on a busy machine. */
export const SLOW: number = 300_000;
