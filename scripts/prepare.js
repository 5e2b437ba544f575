// Runs when packages have been installed in a checkout: where the machine's Node is too old, puts the pinned one of
// tools/node into node_modules/.bin, where every npm script finds it first; then builds.
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { isAbsolute, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const { engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const needed = engines.node.replace(">=", "");
const windows = process.platform === "win32";

// A Node of this checkout may run this, and be gone from node_modules since.
const place = relative(root, process.execPath);
const ours = !place.startsWith("..") && !isAbsolute(place);
const node = ours || isOld(process.versions.node) ? pinnedNode() : process.execPath;
const { status } = spawnSync(node, ["scripts/build.js"], { cwd: root, stdio: "inherit" });
process.exitCode = status ?? 1;

function isOld(version) {
  const [[major, minor], [leastMajor, leastMinor]] = [version, needed].map((each) => each.split(".").map(Number));
  return major < leastMajor || (major === leastMajor && minor < leastMinor);
}

/** Installs the pinned Node by its own lock file, with the npm that runs this. */
function pinnedNode() {
  const folder = join(root, "tools/node");
  const name = `node-${windows ? "win" : process.platform}-${process.arch}`;
  const { optionalDependencies: pinned } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  if (!pinned[name]) {
    console.error(
      `isoflop needs Node ${needed} or newer; this is ${process.versions.node}. Install one from nodejs.org.`,
    );
    process.exit(1);
  }
  const binary = join(folder, "node_modules", name, windows ? "bin/node.exe" : "bin/node");
  if (versionOf(join(folder, "node_modules", name)) !== pinned[name]) {
    console.error(
      `isoflop needs Node ${needed} or newer; this is ${process.versions.node}. Installing Node ${pinned[name]} for this checkout.`,
    );
    npm(["ci", "--ignore-scripts"], folder);
  }
  const bin = join(root, "node_modules/.bin");
  const link = join(bin, windows ? "node.exe" : "node");
  mkdirSync(bin, { recursive: true });
  rmSync(link, { force: true });
  if (windows) copyFileSync(binary, link);
  else {
    symlinkSync(relative(bin, binary), link);
    chmodSync(binary, 0o755);
  }
  return binary;
}

function versionOf(folder) {
  const file = join(folder, "package.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).version : undefined;
}

function npm(words, cwd) {
  // What npm tells its scripts of the checkout is not meant for another folder.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_config_(local_)?prefix$/i.test(name)),
  );
  const cli = process.env.npm_execpath;
  const [command, ...args] = cli && existsSync(cli) ? [process.execPath, cli, ...words] : ["npm", ...words];
  const { status } = spawnSync(command, args, { cwd, env, stdio: ["ignore", "ignore", "inherit"], shell: windows });
  if (status !== 0) {
    console.error(`isoflop: npm ${words.join(" ")} failed in ${cwd}`);
    process.exit(1);
  }
}
