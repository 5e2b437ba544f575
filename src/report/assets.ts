import { createRequire } from "node:module";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { packageRoot } from "../flight/code-hash.ts";

/** Files of other packages that the built package carries, in dist/assets/NAME: where they come from, and which. */
export const ASSETS: Readonly<Record<"fonts" | "swagger", Asset>> = {
  fonts: {
    from: "dejavu-fonts-ttf",
    folder: "ttf",
    files: ["", "-Bold", "-Oblique", "-BoldOblique", "Mono", "Mono-Bold"].map((face) => `DejaVuSans${face}.ttf`),
  },
  swagger: {
    from: "swagger-ui-dist",
    folder: ".",
    files: ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"],
  },
};

interface Asset {
  readonly from: string;
  readonly folder: string;
  readonly files: readonly string[];
}

/** The folder of such files: in dist when this code runs there, else in the package they come from. */
export function assetFolder(name: keyof typeof ASSETS): string {
  const here = fileURLToPath(import.meta.url);
  const root = packageRoot(here);
  if (relative(root, here).split(sep)[0] === "dist") return join(root, "dist/assets", name);
  const { from, folder } = ASSETS[name];
  return join(dirname(createRequire(import.meta.url).resolve(`${from}/package.json`)), folder);
}
