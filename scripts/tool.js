// Runs a tool that is too large for every checkout: `node scripts/tool.js FOLDER COMMAND …` installs tools/FOLDER by its
// lock file at the first use, and runs COMMAND of it here.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const [folder, command, ...args] = process.argv.slice(2);
const tools = fileURLToPath(new URL(`../tools/${folder}`, import.meta.url));
const shell = process.platform === "win32";
if (!existsSync(join(tools, "node_modules"))) run("npm", ["ci", "--prefix", tools]);
run(join(tools, "node_modules/.bin", command), args);

function run(program, words) {
  const { status } = spawnSync(program, words, { stdio: "inherit", shell });
  if (status !== 0) process.exit(status ?? 1);
}
