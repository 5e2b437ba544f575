// Published tables as worlds (docs/tables-as-worlds.md): errors of the fitted surfaces, planted surfaces found again, and
// how strategies fare, for the tables of docs/data.md or others.
//   node --import tsx benchmarks/tables/index.ts errors|planted|field [TABLE…] [--worlds N]
import { parseArgs } from "node:util";
import { printErrors } from "./errors.ts";
import { printField } from "./field.ts";
import { printPlanted } from "./planted.ts";
import { tablesNamed } from "./sources.ts";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { worlds: { type: "string", default: "1000" } },
});
const [what, ...files] = positionals;
const tables = tablesNamed(files);
if (what === "errors") printErrors(tables);
else if (what === "planted") printPlanted(tables);
else if (what === "field") await printField(tables, Number(values.worlds));
else console.error("name what to print: errors, planted or field");
