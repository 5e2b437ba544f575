import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { stillSimulated } from "../../src/training-api/endpoint.ts";
import { httpApi } from "../../src/training-api/http.ts";
import { NONCE_HEADER, PROOF_HEADER, proofOf } from "../../src/training-api/proof.ts";

const config = { dModel: 512, numLayers: 8, numHeads: 8, batchSize: 128, learningRate: 1e-3, trainFlops: 1e16 };

it("gives neither question nor key to an endpoint that was replaced by a real one", async () => {
  let real = false;
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url as string);
    if (!real) response.setHeader(PROOF_HEADER, proofOf(String(request.headers[NONCE_HEADER])));
    const { pathname } = new URL(request.url as string, "http://x");
    const others: Record<string, string> = { "/total_flops_used": "10", "/previous_runs": '{"previous_runs": []}' };
    response.end(others[pathname] ?? '{"loss": 3, "total_flops_used": 10}');
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const patience = { timeoutMs: 5000, signal: new AbortController().signal };
  const api = stillSimulated(httpApi({ baseUrl, apiKey: "key", source: "simulated" }), baseUrl, patience);
  expect(await api.loss(config)).toMatchObject({ status: "ok", loss: 3 });
  expect([await api.totalFlopsUsed(), await api.previousRuns()]).toEqual([10, []]);

  real = true;
  asked.length = 0;
  for (const asking of [api.loss(config), api.totalFlopsUsed(), api.previousRuns()])
    await expect(asking).rejects.toThrow(/no longer proves/);
  expect(asked).toEqual(["/", "/", "/"]);
});
