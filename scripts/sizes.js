// Prints what an installation takes, in MB of files: this checkout as it stands, and the packed package installed in an
// empty folder.
import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const shell = process.platform === "win32";
const folder = mkdtempSync(join(tmpdir(), "isoflop-sizes-"));
try {
  console.log(`checkout     ${megabytes("node_modules")} MB, ${packages("node_modules")} packages`);
  const own = join("tools/node/node_modules");
  if (existsSync(own)) console.log(`its own Node ${megabytes(own)} MB`);
  const json = npm(["pack", "--json", "--ignore-scripts", "--pack-destination", folder], ".");
  const [{ filename, size }] = Object.values(JSON.parse(json));
  writeFileSync(join(folder, "package.json"), "{}\n");
  npm(["install", "--no-audit", "--no-fund", `./${filename}`], folder);
  const installed = join(folder, "node_modules");
  console.log(`package      ${round(size)} MB; installed ${megabytes(installed)} MB, ${packages(installed)} packages`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function npm(words, cwd) {
  return execFileSync("npm", words, { cwd, shell, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}

/** Disk space without what tools cache there; a file with two names counts once. */
function megabytes(path) {
  const seen = new Set();
  const of = (entry) => {
    const { ino, size, blocks } = lstatSync(entry);
    if (seen.has(ino)) return 0;
    seen.add(ino);
    const own = blocks === undefined ? size : 512 * blocks;
    return lstatSync(entry).isDirectory()
      ? readdirSync(entry)
          .filter((name) => !/^\.(cache|vite|vitest)/.test(name))
          .reduce((sum, name) => sum + of(join(entry, name)), own)
      : own;
  };
  return round(of(path));
}

function packages(path) {
  return Object.keys(JSON.parse(readFileSync(join(path, ".package-lock.json"), "utf8")).packages).length;
}

function round(bytes) {
  return Math.round(bytes / 2 ** 20);
}
