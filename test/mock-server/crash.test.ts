import { join } from "node:path";
import { expect, test } from "vitest";
import { killAgainAndAgain } from "../../benchmarks/reliability/servers/killed-server.ts";
import { temporaryFolder } from "../ledger/temporary.ts";

const folder = temporaryFolder();

// A server that answers before it stores loses one of the questions on their way at nearly every kill.
test.concurrent.each([0, 1])(
  "killed again and again under load, a ledger loses nothing it acknowledged (%d)",
  async (seed) => {
    const file = join(folder, `killed-${seed}`);
    expect(await killAgainAndAgain({ file, seed, kills: 3 })).toBeGreaterThan(30);
  },
);
