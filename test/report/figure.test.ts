import * as Plot from "@observablehq/plot";
import { describe, expect, it } from "vitest";
import { renderPng, renderSvg } from "../../src/report/figure.ts";

const figure = (title: string) => ({
  title,
  legend: [{ label: "runs", color: "#0072b2" }],
  plot: {
    marks: [
      Plot.dot([
        [1, 2],
        [3, 4],
      ]),
    ],
  },
});

describe("a figure", () => {
  it("is a self-contained SVG with its words escaped", () => {
    const svg = renderSvg(figure("a < b & c"));
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="760"/);
    expect(svg).toContain("a &lt; b &amp; c");
    expect(svg.match(/<circle/g)).toHaveLength(3);
  });

  it("is drawn as PNG with its text: other words, other pixels", () => {
    const [one, other] = [renderPng(renderSvg(figure("one"))), renderPng(renderSvg(figure("other")))];
    expect(Buffer.from(one.subarray(1, 4)).toString()).toBe("PNG");
    expect(Buffer.from(one).equals(Buffer.from(other))).toBe(false);
    expect(Buffer.from(one).equals(Buffer.from(renderPng(renderSvg(figure("one")))))).toBe(true);
  });
});
