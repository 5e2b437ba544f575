import assert from "node:assert/strict";
import { join } from "node:path";
import { createApp } from "../../../mock-server/app.ts";
import { holdAnswer } from "../../../mock-server/faults/delivery.ts";
import { startServer } from "../../../mock-server/server.ts";
import { loadWorld } from "../../../src/cli/load-world.ts";
import { fingerprintOf } from "../../../src/ledger/fingerprint.ts";
import { MemoryLedger } from "../../../src/ledger/memory.ts";
import { DEFAULT_WORLD } from "../../../src/surface/presets.ts";
import { ask, lossTarget } from "./asking.ts";
import { startListening } from "./serve-process.ts";
import { type Stop, stopped } from "./stopped-server.ts";

const KEY = "proxied";

/**
 * Stops a proxy whose upstream has charged for a question and does not answer it, and starts it again on its journal.
 *
 * @throws when it does not end with code 0, or when the question is not answered then, or is charged twice.
 */
export async function stopProxy(folder: string): Promise<Stop> {
  const ledger = new MemoryLedger();
  let onCharge: (() => void) | undefined;
  const app = createApp({
    world: await loadWorld(DEFAULT_WORLD),
    ledger,
    // Charges, reports the charge to the listener if there is one, and never answers.
    faults(request, response, next) {
      const charged = request.path === "/loss" ? onCharge : undefined;
      if (charged) holdAnswer(response, charged);
      next();
    },
  });
  const upstream = await startServer(app, "127.0.0.1", 0);
  try {
    const options = ["--upstream", upstream.url, "--cap", "2e18", "--journal", join(folder, "journal.jsonl")];
    const question = (d_model: string) => lossTarget({ d_model, api_key: KEY });
    const first = await startListening("proxy", ...options);
    assert.equal((await ask(first.port, question("64"))).status, 200);
    let unanswered: Promise<unknown> = Promise.resolve();
    await new Promise<void>((resolve) => {
      onCharge = resolve;
      unanswered = ask(first.port, question("65")).then(
        () => assert.fail("an answer that never came"),
        () => undefined,
      );
    });
    const stop = await stopped(first, "SIGTERM");
    await unanswered;
    assert.equal(stop.code, 0, first.errors());
    onCharge = undefined;
    const second = await startListening("proxy", ...options);
    assert.equal((await ask(second.port, question("65"))).status, 200);
    assert.equal(await second.end("SIGTERM"), 0);
    assert.equal(ledger.used(fingerprintOf(KEY)), 20_000_000_000_000_000n);
    return stop;
  } finally {
    await upstream.stop();
  }
}
