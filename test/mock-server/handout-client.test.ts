import { expect, test } from "vitest";
import { startMock } from "./mock.ts";
import { runPython, withPython } from "./python.ts";

const { skip, note } = withPython;

test.skipIf(skip)(`a client of the handout's needs nothing but another base URL${note}`, async () => {
  const mock = await startMock();
  const stdout = await runPython("handout_client.py", mock.url);
  const [loss = "", ...lines] = stdout.trimEnd().split("\n");
  expect(loss).toMatch(/^loss \d+\.\d{5,}$/);
  expect(lines).toEqual([
    "spent 10000000000000000",
    "same True",
    "small 11000000000000000",
    "message d_model must be in range [64, 1024], got 9999",
    "trapped int_parsing 1e+16",
    "total 1.1e+16",
    "runs 2",
    "first True",
    "unknown 422 Invalid API key provided: INVALID_API_KEY",
  ]);
});
