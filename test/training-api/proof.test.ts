import { expect, test } from "vitest";
import { MOCK_HEADER, NONCE_HEADER, PROOF_HEADER, proofOf } from "../../src/training-api/proof.ts";

test("the proof is the SHA-256 of isoflop: and the nonce, under the names that docs/contract.md gives", () => {
  // printf isoflop:abc | sha256sum
  expect(proofOf("abc")).toBe("88de191435ec907627ba2006257a97e81b22c99e2fda95dcdb80c0b1d677cc03");
  expect([MOCK_HEADER, NONCE_HEADER, PROOF_HEADER]).toEqual(["x-isoflop", "x-isoflop-nonce", "x-isoflop-proof"]);
});
