// Which room may import which, types included, and no circle of files anywhere: the one table behind CONTRIBUTING's
// picture of the house.
import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const PURE_FLOOR = ["task", "statistics", "law"];
const SURFACE = [...PURE_FLOOR, "table", "fit"];
const EXPERIMENT = ["task", "statistics", "law", "ledger", "fit", "surface", "training-api", "strategies"];
const FLIGHT = [...EXPERIMENT, "table", "experiment"];
const ANY = undefined;
/** What the rooms that may import anything may not, since it stands above them. */
const ABOVE = { cli: ["benchmarks", "site"], site: ["benchmarks"], benchmarks: [] };

/** Room: what it may import besides itself. */
const ROOMS = {
  task: [],
  statistics: [],
  law: ["task"],
  ledger: ["task"],
  table: ["task", "statistics"],
  fit: ["task", "law", "statistics", "table"],
  surface: SURFACE,
  "training-api": ["task", "surface", "ledger"],
  strategies: ["task", "law", "fit", "statistics"],
  experiment: EXPERIMENT,
  flight: FLIGHT,
  tournament: FLIGHT.filter((room) => room !== "flight"),
  report: [...FLIGHT, "flight", "tournament"],
  testing: ["task", "law", "fit", "surface"],
  "mock-server": ["task", "table", "fit", "surface", "ledger", "training-api", "report"],
  cli: ANY,
  benchmarks: ANY,
  site: ANY,
};

function roomOf(file) {
  const [top, second, third] = file.split("/");
  if (top !== "src") return top;
  return third === undefined ? "cli" : second;
}

const IMPORT = /(?:\bfrom|\bimport\(?|new URL\()\s*"(\.[^"]+\.(?:ts|js|json))"/g;
const files = globSync("{src,strategies,mock-server,benchmarks,site}/**/*.ts").sort();
const imports = new Map(
  files.map((file) => {
    const code = readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
    return [file, [...code.matchAll(IMPORT)].map(([, path]) => normalize(join(dirname(file), path)))];
  }),
);

const faults = [];
for (const [file, targets] of imports) {
  const room = roomOf(file);
  if (!(room in ROOMS)) faults.push(`${file}: no room of the table in scripts/lint-arrows.js`);
  for (const target of targets) {
    const other = roomOf(target);
    if (target === "package.json" || other === room) continue;
    const allowed = ROOMS[room];
    if (other === "test" || (allowed ? !allowed.includes(other) : ABOVE[room].includes(other)))
      faults.push(`${file}: ${room} may not import ${other} (${target})`);
  }
}

/** Depth first; a file met again on the way down closes a circle. */
const done = new Set();
function follow(file, way) {
  if (way.includes(file)) {
    faults.push(`a circle: ${[...way.slice(way.indexOf(file)), file].join(" → ")}`);
    return;
  }
  if (done.has(file)) return;
  for (const target of imports.get(file) ?? []) follow(target, [...way, file]);
  done.add(file);
}
for (const file of files) follow(file, []);

for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;
