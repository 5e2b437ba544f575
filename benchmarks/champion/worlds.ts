// Worlds of one side of the split, as a suite for isoflop compare (docs/champion.md):
//   node --import tsx benchmarks/champion/worlds.ts development|heldOut [worlds per family] > FILE.json

import { drawWorlds, FAMILIES, type Side } from "./draws.ts";
import split from "./split.json" with { type: "json" };

const [side = "", count = "400"] = process.argv.slice(2);
if (!(side in split) || !(Number(count) >= 1)) {
  console.error(`worlds: which side, ${Object.keys(split).join(" or ")}, and how many worlds per family?`);
  process.exit(2);
}
console.log(JSON.stringify(FAMILIES.flatMap((family) => drawWorlds(side as Side, family, Number(count)))));
