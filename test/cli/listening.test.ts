import { expect, test } from "vitest";
import { stopSignal } from "../../src/cli/listening.ts";

test("the first signal to stop is told of, and the next of either is left to end the process", async () => {
  const listeners = () => [process.listenerCount("SIGTERM"), process.listenerCount("SIGINT")];
  const before = listeners();
  const stopped = stopSignal();
  expect(listeners()).not.toEqual(before);
  process.emit("SIGTERM", "SIGTERM");
  expect(await stopped).toBe("SIGTERM");
  expect(listeners()).toEqual(before);
});
