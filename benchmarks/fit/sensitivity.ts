// node --import tsx benchmarks/fit/sensitivity.ts: how the exponent a of Chinchilla's points depends on what is
// minimized and on outliers, as a Markdown table; needs ../shared/data.
import { exponentSensitivity } from "../../src/fit/sensitivity.ts";
import { chinchillaPoints } from "./data-sets.ts";

const [usual, all] = [exponentSensitivity(chinchillaPoints(240)), exponentSensitivity(chinchillaPoints(245))];
const digits = (a: number | undefined) => a?.toFixed(4) ?? "";
console.log(
  `| objective | delta | 240 points | less ${usual.outliers.length} outliers | 245 points | less ${all.outliers.length} outliers |`,
);
console.log("| --- | ---: | ---: | ---: | ---: | ---: |");
for (const [i, { objective, delta = "infinite", a, withoutOutliers }] of usual.exponents.entries()) {
  const whole = all.exponents[i]!;
  const cells = [a, withoutOutliers, whole.a, whole.withoutOutliers].map(digits);
  console.log(`| ${[`\`${objective}\``, delta, ...cells].join(" | ")} |`);
}
