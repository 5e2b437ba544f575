import type { Plugin } from "vitest/config";

/**
 * Which mutants a test reaches is counted in the first run, the one without a mutant, and quickly. Stryker goes on
 * counting in all others, and looks the test up for every expression, which makes the loops of a fit many times slower.
 * A limit of hits is set only where there is a mutant.
 */
export const countOnce: Plugin = {
  name: "count-once",
  enforce: "pre",
  transform(code) {
    return code
      .replace(
        /function (stryCov_\w+)\(\) \{\n\s*var ns = \w+\(\);/,
        "$&\nif (ns.hitLimit !== undefined) { $1 = function () {}; return; }\nvar test, c;",
      )
      .replace(
        /var c = cov\.static;\n\s*if \(ns\.currentTestId\) \{[^}]*\{\};\n\s*\}/,
        `if (test === undefined || ns.currentTestId !== test) {
           test = ns.currentTestId;
           c = test === undefined ? cov.static : (cov.perTest[test] = cov.perTest[test] || {});
         }`,
      );
  },
};
