import type { Plugin } from "vitest/config";

/**
 * Which mutants a test reaches is counted in the first run, the one without a mutant. Stryker goes on counting in all
 * others, which makes the loops of a fit many times slower; a limit of hits is set in those only.
 */
export const countOnce: Plugin = {
  name: "count-once",
  enforce: "pre",
  transform(code) {
    return code.replace(
      /function (stryCov_\w+)\(\) \{\n\s*var ns = \w+\(\);/,
      "$&\nif (ns.hitLimit !== undefined) { $1 = function () {}; return; }",
    );
  },
};
