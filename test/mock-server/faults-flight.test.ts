import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FAULTS, parseFaults } from "../../mock-server/faults/document.ts";
import { faultsMiddleware } from "../../mock-server/faults/middleware.ts";
import { drive } from "../../src/experiment/drive.ts";
import { planStream } from "../../src/flight/plan.ts";
import { MemoryLedger } from "../../src/ledger/memory.ts";
import { identityOf, type RunConfig } from "../../src/task/configuration.ts";
import { httpApi } from "../../src/training-api/http.ts";
import { EndpointError } from "../../src/training-api/request.ts";
import { simulatedApi } from "../../src/training-api/simulated.ts";
import { fly, folder, plan, strategy, world } from "../flight/flight.ts";
import { startMock } from "./mock.ts";

const example = JSON.parse(readFileSync(new URL("../../docs/faults.example.json", import.meta.url), "utf8"));
/** A day, its rules, the client's patience with one answer in milliseconds, and how many seeds are tried. */
const PROFILES: readonly [string, object[], number, number][] = [
  ...FAULTS.map((fault): [string, object[], number, number] => [fault, [{ shares: { [fault]: 0.4 } }], 10_000, 3]),
  // Half of the answers come after the client has given up.
  ["late", [{ jitterMs: 400 }], 200, 1],
  ["the example", example.rules.map((rule: object) => ({ ...rule, latencyMs: 1, jitterMs: 4 })), 10_000, 3],
];

/** A ledger that counts how often each configuration is settled for the first time. */
class CountingLedger extends MemoryLedger {
  readonly charged = new Map<string, number>();

  override settle(key: string, config: RunConfig, loss: number): bigint {
    const identity = identityOf(config);
    if (!this.entries(key).some((entry) => identityOf(entry.config) === identity))
      this.charged.set(identity, (this.charged.get(identity) ?? 0) + 1);
    return super.settle(key, config, loss);
  }
}

test.each(PROFILES)(
  "a flight over an endpoint of this day comes to the same as on a good one: %s",
  async (_, rules, timeoutMs, seeds) => {
    const expected = await drive(strategy, simulatedApi(world), world.task, { stream: planStream(plan) });
    for (let seed = 1; seed <= seeds; seed++) {
      const faults = faultsMiddleware(
        parseFaults(JSON.stringify({ schema: "isoflop-faults/1", seed, rules }), "faults.json"),
      );
      const ledger = new CountingLedger();
      const { url } = await startMock({ world, ledger, faults });
      const endpoint = httpApi({
        baseUrl: url,
        apiKey: "ssh-ed25519 AAAA",
        source: "simulated",
        timeoutMs,
        retries: 2,
        pauseMs: 1,
      });
      const file = join(folder(), "journal.jsonl");
      // Where asking again at once does not help, the same command goes on from there.
      for (let flight = 1; ; flight++) {
        expect(flight).toBeLessThan(60);
        const result = await fly(file, endpoint).catch((error: unknown) => {
          expect(error).toBeInstanceOf(EndpointError);
          return undefined;
        });
        if (!result) continue;
        expect(result.submission).toEqual(expected.submission);
        expect(result.spent).toBe(expected.spent);
        break;
      }
      expect([...ledger.charged.values()]).toEqual([1, 1, 1, 1]);
    }
  },
);
