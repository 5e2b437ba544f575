import { describe, expect, it } from "vitest";
import { secondsFor } from "../../../src/tournament/pilot.ts";

describe("the time estimated from a pilot", () => {
  it("takes the start once, and every result for as long as the average", () => {
    expect(secondsFor(1000, [5000, 6000, 6020, 6040])).toBeCloseTo(1 + 0.02 * 999, 9);
  });

  it("counts all time as start-up with one result, and none without results", () => {
    expect(secondsFor(3, [0, 100])).toBeCloseTo(0.3, 9);
    expect(secondsFor(3, [0])).toBe(0);
  });
});
