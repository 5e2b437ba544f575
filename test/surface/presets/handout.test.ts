import { describe, expect, it } from "vitest";
import { handout } from "../../../benchmarks/presets/handout.ts";
import { presetDocument, presetNames } from "../../../src/surface/presets.ts";

describe("the handout's worlds", () => {
  it("are drawn exactly as they are shipped", () => {
    const shipped = presetNames().filter((name) => name.startsWith("handout/"));
    expect(handout().map(({ name }) => name)).toEqual(shipped);
    expect(JSON.parse(JSON.stringify(handout()))).toEqual(shipped.map(presetDocument));
  });
});
