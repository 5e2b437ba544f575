import { expect, test } from "vitest";
import { httpApi } from "../../../src/training-api/http.ts";
import { startJobsMock } from "../../mock-server/stanford-2026/server.ts";

test("a client of the 2025 API at an endpoint of 2026 is told which edition answers, and nothing is charged", async () => {
  const { url, ledger } = await startJobsMock();
  const api = httpApi({ baseUrl: url, apiKey: "12345678", source: "simulated", retries: 0 });
  await expect(api.totalFlopsUsed()).rejects.toThrow("that of 2026 takes jobs at /submit");
  expect(ledger.keys()).toEqual([]);
});
