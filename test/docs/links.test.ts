import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { anchors, links, PAGES, ROOT } from "./pages.ts";

describe("links and anchors", () => {
  it.each(PAGES)("of %s lead somewhere", (page) => {
    const broken = links(page).filter((link) => !resolves(page, link));
    expect(broken).toEqual([]);
  });

  it("are reported as broken when they do not", () => {
    expect(resolves("README.md", "docs/no-such-page.md")).toBe(false);
    expect(resolves("README.md", "docs/contract.md#no-such-heading")).toBe(false);
  });
});

/** Whether a link within the project leads to a file, and its anchor to a heading there. */
function resolves(page: string, link: string): boolean {
  if (/^[a-z]+:/.test(link)) return URL.canParse(link);
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? page : join(dirname(page), path);
  if (!existsSync(join(ROOT, target))) return false;
  return anchor === undefined || anchors(target).includes(anchor);
}
