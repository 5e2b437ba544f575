import { createRequire, registerHooks } from "node:module";
import * as Plot from "@observablehq/plot";
import { describe, expect, it } from "vitest";
import { renderPng, renderSvg } from "../../src/report/figure.ts";
import { endsOf } from "../../src/report/figures/plot-axes.ts";
import { UserError } from "../../src/task/errors.ts";

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
  it("has axes that fit any number of runs", () => {
    expect(endsOf(Array.from({ length: 300_000 }, (_, i) => i - 5))).toEqual([-5, 299_994]);
  });

  it("is a self-contained SVG with its words escaped", () => {
    const svg = renderSvg(figure("a < b & c"));
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="760"/);
    expect(svg).toContain("a &lt; b &amp; c");
    expect(svg.match(/<circle/g)).toHaveLength(3);
  });

  it("is the same bytes when drawn again, and shares no id with another on its page", () => {
    const clipped = (slope: number) => {
      const line: [number, number][] = [
        [0, 0],
        [1, slope],
      ];
      return renderSvg({ title: "clipped", plot: { marks: [Plot.line(line, { clip: true, marker: "arrow" })] } });
    };
    const idsOf = (svg: string) => [...svg.matchAll(/ id="(plot-[^"]+)"/g)].map(([, id]) => id);
    const [first, second, other] = [clipped(1), clipped(1), clipped(2)];
    expect(second).toBe(first);
    expect(idsOf(first).length).toBeGreaterThan(1);
    expect(new Set([...idsOf(first), ...idsOf(other)]).size).toBe(idsOf(first).length + idsOf(other).length);
    const [, clip] = /clip-path="url\(#([^)]+)\)"/.exec(first) ?? [];
    expect(idsOf(first)).toContain(clip);
  });

  it("is SVG still where the drawing program was left out, and says in one line what a PNG needs", () => {
    const { cache, resolve } = createRequire(import.meta.url);
    const program = resolve("@resvg/resvg-js");
    const loaded = cache[program];
    delete cache[program];
    const hooks = registerHooks({
      resolve(specifier, context, next) {
        if (specifier === "@resvg/resvg-js")
          throw new Error("Cannot find module '@resvg/resvg-js-linux-x64-gnu'\nRequire stack:");
        return next(specifier, context);
      },
    });
    try {
      const svg = renderSvg(figure("one"));
      expect(() => renderPng(svg)).toThrow(
        new UserError(
          "a PNG needs the binary of @resvg/resvg-js, which is missing (Cannot find module '@resvg/resvg-js-linux-x64-gnu'): install without --omit=optional; SVG works without it",
        ),
      );
    } finally {
      hooks.deregister();
      if (loaded) cache[program] = loaded;
    }
  });

  it("is drawn as PNG with its text: other words, other pixels", () => {
    const [one, other] = [renderPng(renderSvg(figure("one"))), renderPng(renderSvg(figure("other")))];
    expect(Buffer.from(one.subarray(1, 4)).toString()).toBe("PNG");
    expect(Buffer.from(one).equals(Buffer.from(other))).toBe(false);
    expect(Buffer.from(one).equals(Buffer.from(renderPng(renderSvg(figure("one")))))).toBe(true);
  });
});
