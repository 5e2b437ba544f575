import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { stopProxy } from "../../benchmarks/reliability/servers/stopped-proxy.ts";
import { forceStop, stopAgainAndAgain } from "../../benchmarks/reliability/servers/stopped-server.ts";
import { temporaryFolder } from "../ledger/temporary.ts";

const folder = temporaryFolder();
const own = () => mkdtempSync(join(folder, "own-"));

test.concurrent.each([
  ["SIGTERM", 2, false],
  ["SIGINT", 1, false],
  ["SIGTERM", 1, true],
] as const)(
  "a server told to stop under load gives every answer it owes: %s, %d times, late ones: %s",
  async (...how) => {
    const [signal, stops, late] = how;
    let owed = 0;
    const onStop = (_: unknown, inFlight: number) => {
      owed += inFlight;
    };
    expect(await stopAgainAndAgain({ folder: own(), signal, seed: 0, stops, late, onStop })).toBeGreaterThan(
      20 * stops,
    );
    expect(owed).toBeGreaterThan(stops);
  },
);

test.concurrent.each(["SIGTERM", "SIGINT"] as const)("a second %s does not wait for answers", async (signal) => {
  expect(await forceStop(own(), signal)).toMatchObject({ code: null });
});

test.concurrent("a proxy told to stop does not wait for its upstream, and finds the answer there afterwards", async () => {
  expect(await stopProxy(own())).toMatchObject({ code: 0 });
});
