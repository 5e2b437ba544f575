import { describe, expect, it } from "vitest";
import { holdsKey } from "../../src/training-api/secret.ts";

const SECRET = "AAAAC3NzaC1l+DI1NTE5/AAAIPq+x/7Zk0bVtq";
const KEY = `ssh-ed25519 ${SECRET} me@host`;

describe("a text that holds the key", () => {
  it.each([
    ["as it is", SECRET],
    ["among words", `Invalid API key: ${KEY}!`],
    ["percent-encoded", `key=${encodeURIComponent(SECRET)}`],
    ["with other letters in its escapes", encodeURIComponent(SECRET).replaceAll("%2B", "%2b").replaceAll("%2F", "%2f")],
    ["with a blank for its +", SECRET.replaceAll("+", " ")],
    ["cut at its end", SECRET.slice(0, 24)],
    ["cut at its beginning", SECRET.slice(-24)],
    ["percent-encoded and cut on both sides", encodeURIComponent(SECRET).slice(3, -3)],
    ["cut on both sides", SECRET.slice(5, 29)],
  ])("%s", (_, text) => expect(holdsKey(text, KEY)).toBe(true));

  it("is known for a short key too", () => {
    expect(holdsKey("who is abc?", "abc")).toBe(true);
    expect(holdsKey("who is ab?", "abc")).toBe(false);
  });
});

describe("a text that does not", () => {
  it.each([
    ["a good part of it less a character", SECRET.slice(0, 23)],
    ["the type of the key", "ssh-ed25519 keys are taken"],
    ["its comment", "me@host"],
    ["a blank", " "],
  ])("holds %s", (_, text) => expect(holdsKey(text, KEY)).toBe(false));

  it("is every text where there is no key", () => {
    expect(holdsKey("anything", "")).toBe(false);
    expect(holdsKey("any thing", "  ")).toBe(false);
  });
});
