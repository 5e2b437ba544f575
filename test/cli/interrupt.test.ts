import { expect, test } from "vitest";
import { onInterrupt } from "../../src/cli/interrupt.ts";

const listeners = () => [process.listenerCount("SIGTERM"), process.listenerCount("SIGINT")];

test("the first signal aborts and resolves, and the next one ends the process as usual", async () => {
  const before = listeners();
  const { arrived, signal } = onInterrupt();
  expect(listeners()).not.toEqual(before);
  process.emit("SIGTERM", "SIGTERM");
  expect(await arrived).toBe("SIGTERM");
  expect(signal.aborted).toBe(true);
  expect(listeners()).toEqual(before);
});

test("a released interruption no longer listens", () => {
  const before = listeners();
  const { signal, release } = onInterrupt();
  release();
  expect(listeners()).toEqual(before);
  expect(signal.aborted).toBe(false);
});
