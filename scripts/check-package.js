// Installs a packed package in an empty folder and uses it there, on the Node that runs this: the command line, and the
// pure core, whose every bit must be the same on every Node.
//
//     node scripts/check-package.js TARBALL [DIGEST]
//
// Prints Node's version and a digest of all answers; fails where DIGEST, that of another Node, differs.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const [tarball, expected] = process.argv.slice(2);
if (!tarball) throw new Error("usage: node scripts/check-package.js TARBALL [DIGEST]");
const shell = process.platform === "win32";
const folder = mkdtempSync(join(tmpdir(), "isoflop-package-"));

/** Fits and strategies over a few worlds, through the package's own exports. */
const CORE = `
  import { createHash } from "node:crypto";
  import * as isoflop from "isoflop";
  const hash = createHash("sha256");
  for (const name of ["handout/smooth", "stanford-2025/central", "stanford-2025/07", "effects/tree"]) {
    const world = isoflop.buildWorld(isoflop.presetDocument(name));
    hash.update(Float64Array.of(isoflop.optimumOf(world).loss));
    for (const { name } of isoflop.STRATEGIES.filter(({ fixedRuns }) => !fixedRuns)) {
      const api = isoflop.simulatedApi(world);
      const { runs, submission } = await isoflop.drive(isoflop.strategyNamed(name), api, world.task, { stream: "0" });
      hash.update(JSON.stringify([name, runs, submission]));
      const points = isoflop.answered(runs).map(isoflop.pointOf);
      for (const { fit } of Object.values(isoflop.FITTERS)) hash.update(JSON.stringify(attempt(() => fit(points))));
    }
  }
  console.log(hash.digest("hex"));

  function attempt(fit) {
    try {
      return fit().optimum?.(1e19) ?? null;
    } catch (error) {
      return String(error);
    }
  }
`;

try {
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
  writeFileSync(join(folder, "core.js"), CORE);
  execFileSync("npm", ["install", "--no-audit", "--no-fund", resolve(tarball)], {
    cwd: folder,
    shell,
    stdio: "ignore",
  });
  const node = (...words) => execFileSync(process.execPath, words, { cwd: folder, encoding: "utf8", stdio: "pipe" });
  const isoflop = join(folder, "node_modules/isoflop/dist/isoflop.js");
  node(isoflop, "compare", "--suite", "smoke", "--repetitions", "1", "--strategies", "kaplan,ladder");
  node(isoflop, "fit", "course", "--plot", "figures");
  const digest = node("core.js").trim();
  console.log(`${process.version} ${digest}`);
  if (expected && digest !== expected) {
    console.error(`The answers of the package differ from those of another Node: ${digest} instead of ${expected}.`);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
