// Worlds of one side of the split, as a suite for isoflop compare (docs/champion.md):
//   node --import tsx benchmarks/champion/worlds.ts development|heldOut [worlds per family] > FILE.json

import { UserError } from "../../src/task/errors.ts";
import { drawWorlds, FAMILIES, type Side } from "./draws.ts";
import split from "./split.json" with { type: "json" };
import { tellUserErrors } from "./user-errors.ts";

const [side = "", count = "400"] = process.argv.slice(2);
tellUserErrors("worlds");
if (!(side in split) || !(Number(count) >= 1))
  throw new UserError(
    `which side, ${Object.keys(split).join(" or ")}, and how many worlds a family, from 1 on? Got "${side}" and "${count}"`,
  );
console.log(JSON.stringify(FAMILIES.flatMap((family) => drawWorlds(side as Side, family, Number(count)))));
