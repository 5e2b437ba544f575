// Everything that is checked without running the product, side by side: format and lint rules, what no linter knows,
// who may import whom, types, dead files and exports. Prints what the failing ones said.
import { spawn } from "node:child_process";

const CHECKS = [
  ["biome", "ci", "."],
  ["node", "scripts/lint-core.js"],
  ["node", "scripts/lint-arrows.js"],
  // Several checkers would each check what all need, for a third more of work, and the other cores are busy here.
  ["tsc", "--noEmit", "--singleThreaded"],
  ["knip"],
];

function run([command, ...args]) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], shell: process.platform === "win32" });
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => {
        said += text;
      });
    child.once("error", reject);
    child.once("close", (code) => resolve({ name: [command, ...args].join(" "), code, said }));
  });
}

const results = await Promise.all(CHECKS.map(run));
for (const { name, code, said } of results) if (code !== 0) console.error(`${name}\n${said}`);
process.exitCode = results.some(({ code }) => code !== 0) ? 1 : 0;
