import { expect, it } from "vitest";
import { referencePage } from "../../scripts/reference-page.ts";
import { pageText } from "./pages.ts";

it("docs/reference.md is what `node scripts/reference.js` prints", () => {
  expect(pageText("docs/reference.md")).toBe(referencePage());
});
