import { describe } from "vitest";
import { MemoryLedger } from "../../src/ledger/memory.ts";
import { ledgerLaws } from "./laws.ts";

describe("the ledger in memory", () => {
  ledgerLaws(() => [new MemoryLedger()], 300);
});
