import { describe, expect, it } from "vitest";
import { shellWord, thrownText, UserError, unknownName } from "../../src/task/errors.ts";

describe("what was thrown", () => {
  it.each([
    [new Error("no idea\n    at once"), "no idea"],
    ["a word", "a word"],
    [null, "null"],
    [new Error(""), "threw an error without a message"],
    [Object.create(null), "threw something that has no text"],
    [
      new Proxy(
        {},
        {
          getPrototypeOf: () => {
            throw new Error("inside");
          },
        },
      ),
      "threw something that has no text",
    ],
    ["x".repeat(300), "x".repeat(300)],
    ["x".repeat(1e6), `${"x".repeat(299)}…`],
  ])("gives a text of one line: $1", (thrown, text) => {
    expect(thrownText(thrown)).toBe(text);
  });
});

describe("a mistake of the user's", () => {
  it("is one line, whatever it quotes", () => {
    const error = new UserError('the file holds "a\r\n\u001b[2Jb"');
    expect(error.message).toBe('the file holds "a [2Jb"');
    expect(`${error}`).toBe('UserError: the file holds "a [2Jb"');
  });
});

describe("a name that is not known", () => {
  const names = (count: number) => Array.from({ length: count }, (_, i) => `name${i}`);

  it("comes with the nearest of those that are, and with all of them when they are few", () => {
    expect(unknownName("method", "parabla", ["minimum", "parabola"]).message).toBe(
      'unknown method "parabla"; did you mean "parabola"? (one of: minimum, parabola)',
    );
    expect(unknownName("world", "name1x", names(12)).message).toContain("name10, name11)");
    expect(unknownName("world", "name1x", names(13)).message).toBe('unknown world "name1x"; did you mean "name1"?');
  });

  it("comes with up to 24 of them where none is near", () => {
    expect(unknownName("world", "zzzz", names(24)).message).toContain("name23)");
    expect(unknownName("world", "zzzz", names(25)).message).toBe('unknown world "zzzz"');
    expect(unknownName("world", "zzzz", names(25), "isoflop worlds").message).toContain("isoflop worlds");
  });

  it("comes with no guess where none is known", () => {
    expect(unknownName("world", "x", []).message).toMatch(/^unknown world "x" \(/);
  });
});

it.each([
  ["a/b-c_1.2:@%+=,", "a/b-c_1.2:@%+=,"],
  ["a b", "'a b'"],
  ["", "''"],
  ["it's", "'it'\\''s'"],
  ["$x", "'$x'"],
  ["a\n", "'a\n'"],
])("the word %j is written for a shell as %s", (word, written) => expect(shellWord(word)).toBe(written));
