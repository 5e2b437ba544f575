import { describe, expect, it } from "vitest";
import { nearestName } from "../../src/task/errors.ts";

const NAMES = ["minimum", "envelope", "parabola", "parametric", "kaplan", "tpe", "champion", "handout/smooth"];

describe("the nearest name", () => {
  it.each([
    ["minimun", "minimum"],
    ["parametrik", "parametric"],
    ["Parametric", "parametric"],
    ["champoin", "champion"],
    ["tep", "tpe"],
    ["smooth", "handout/smooth"],
    ["handout-smooth", "handout/smooth"],
    ["enveloppe", "envelope"],
    ["kaplan2020", "kaplan"],
  ])("to %s is %s", (given, expected) => expect(nearestName(given, NAMES)).toBe(expected));

  it.each([
    ["ab", ["xab"], "xab"],
    ["abc", ["abcxxxxxxxxx"], "abcxxxxxxxxx"],
    ["ab", ["abxxxxxxxxxx"], undefined],
    ["ba", ["ab"], "ab"],
    ["abcdef", ["abcxyz"], "abcxyz"],
    ["abcdef", ["xbcxyf"], undefined],
    ["abcd", ["axyd"], "axyd"],
    ["abcd", ["xyzd"], undefined],
    ["ab", ["a"], undefined],
    ["kaplans", ["kaplan-long-name", "kaplan"], "kaplan"],
    ["modle", ["models", "model"], "model"],
    ["--", [""], undefined],
    ["abc", ["abcxxxx", "abcxx"], "abcxx"],
    ["abcd", ["abyz", "abcdxxxxxx"], "abcdxxxxxx"],
  ])("to %s among %j is %s", (given, known, expected) => expect(nearestName(given, known)).toBe(expected));

  it.each(["nope", "foo", "x", "", "linear", "-", "zzzzzzzz"])("to %j is none", (given) => {
    expect(nearestName(given, NAMES)).toBeUndefined();
  });
});
