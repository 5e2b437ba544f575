import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";
import { answersDigest } from "./answers-digest.ts";

/** Nodes that may be on a machine beside the project's own. */
const NODES = [process.execPath, "/usr/bin/node", "/usr/local/bin/node"].filter(existsSync);

describe("answers are the same, bit for bit", () => {
  const bundle = join(mkdtempSync(join(tmpdir(), "isoflop-digest-")), "digest.mjs");
  beforeAll(async () => {
    await build({
      stdin: {
        contents: 'import { answersDigest } from "./answers-digest.ts"; console.log(answersDigest());',
        resolveDir: import.meta.dirname,
      },
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
      outfile: bundle,
      logLevel: "silent",
      banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    });
  });

  it.each(NODES)("in another process of %s", (node) => {
    const digest = execFileSync(node, [bundle], { encoding: "utf8" }).trim();
    expect(digest).toBe(answersDigest());
  });
});
