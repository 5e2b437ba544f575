// Worlds of one side of the split, as a suite for isoflop compare (docs/champion.md):
//   node --import tsx benchmarks/champion/worlds.ts development|heldOut [worlds per family] [FAMILY,…] > FILE.json

import { UserError } from "../../src/task/errors.ts";
import { drawWorlds, FAMILIES, type Side } from "./draws.ts";
import split from "./split.json" with { type: "json" };
import { tellUserErrors } from "./user-errors.ts";

const [side = "", count = "400", families = FAMILIES.join(",")] = process.argv.slice(2);
tellUserErrors("worlds");
if (!(side in split) || !(Number(count) >= 1))
  throw new UserError(
    `which side, ${Object.keys(split).join(" or ")}, and how many worlds a family, from 1 on? Got "${side}" and "${count}"`,
  );
const chosen = FAMILIES.filter((family) => families.split(",").includes(family));
console.log(JSON.stringify(chosen.flatMap((family) => drawWorlds(side as Side, family, Number(count)))));
