import { execFile, execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { requires } from "../requires.ts";
import { startMock } from "./mock.ts";

const SCRIPT = fileURLToPath(new URL("../python/handout_client.py", import.meta.url));
const python = ["python3", "/usr/bin/python3"].find(hasRequests);
const { skip, note } = requires("python3 with requests", python !== undefined);

function hasRequests(command: string): boolean {
  try {
    execFileSync(command, ["-c", "import requests"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

test.skipIf(skip)(`a client of the handout's needs nothing but another base URL${note}`, async () => {
  const mock = await startMock();
  const { stdout } = await promisify(execFile)(python as string, [SCRIPT, mock.url], {
    env: { ...process.env, no_proxy: "127.0.0.1" },
  });
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
