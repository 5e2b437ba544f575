// Two rules no linter has: powers that differ in the last bit between Node versions stay out of what must be
// bit-identical, and the pure rooms touch no clock, network, file or global randomness.
import { globSync, readFileSync } from "node:fs";

const POWER = {
  pattern: /\*\*|\bMath\.pow\b/,
  message: "a power differs in the last bit between Node versions: write Math.exp(a * logN), or a product",
};
const IMPURE = {
  pattern: /\bMath\.random\b|\bDate\b|\bfetch\(|\bperformance\b|\bprocess\.|from "node:|\bsetTimeout\b/,
  message: "task, law, statistics, surface, fit and strategies are pure: no clock, network, file or global randomness",
};
const RULES = [
  { files: "{src,strategies}/**/*.ts", ...POWER },
  { files: "{src/task,src/law,src/statistics,src/surface,src/fit,strategies}/**/*.ts", ...IMPURE },
];

/** The source with comments and strings blanked, line for line; the modules of imports stay. */
function codeOnly(source) {
  const blank = (text) => text.replace(/[^\n]/g, " ");
  return source
    .replace(/\/\*[\s\S]*?\*\//g, blank)
    .replace(/(^|\s)\/\/.*$/gm, blank)
    .replace(/(?<!from )"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g, blank);
}

let failures = 0;
for (const { files, pattern, message } of RULES) {
  for (const file of globSync(files)) {
    for (const [index, line] of codeOnly(readFileSync(file, "utf8")).split("\n").entries()) {
      if (!pattern.test(line)) continue;
      failures++;
      console.error(`${file}:${index + 1}: ${message}\n    ${line.trim()}`);
    }
  }
}
process.exitCode = failures > 0 ? 1 : 0;
