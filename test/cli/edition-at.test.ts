import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { editionAt } from "../../src/cli/edition-at.ts";
import { EndpointError } from "../../src/training-api/request.ts";
import { folder } from "../flight/flight.ts";
import { startMock } from "../mock-server/mock.ts";
import { runCli } from "./run-cli.ts";

/** An endpoint of 2025 that spoils its first answers: it resets the connection, or fails with a 503, in turn. */
async function spoiled(failures: number): Promise<string> {
  const { url } = await startMock({});
  let asked = 0;
  const server = createServer(async (request, response) => {
    if (asked++ < failures) return asked % 2 === 1 ? request.socket.destroy() : response.writeHead(503).end();
    const { status } = await fetch(new URL(request.url!, url));
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it("the edition of an endpoint is found after resets and failures", async () => {
  const expected = await editionAt(await spoiled(0), 5000);
  expect(await editionAt(await spoiled(3), 5000)).toBe(expected);
});

it("the edition of an endpoint that only fails is unknown, and a run says so in one line", async () => {
  const url = await spoiled(1000);
  await expect(editionAt(url, 5000)).rejects.toThrow(EndpointError);
  const key = join(folder(), "key.txt");
  writeFileSync(key, "any text");
  const { code, err } = await runCli("run", "kaplan", "--url", url, "--key-file", key);
  expect([code, err.trim().split("\n")]).toEqual([2, [expect.stringContaining("No query was sent")]]);
});
