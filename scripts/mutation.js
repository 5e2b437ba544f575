// `npm run mutation -- ROOM [FILE…] [--one-in N] [--static]` changes one thing at a time in a room of src (or in files of it) and runs the
// room's tests. It goes a few files at a time and keeps the result of each in reports/mutation/ROOM.json: an interrupted
// call goes on there, and what has not changed since is not run again. `--one-in 4` takes every fourth window of ten lines.
import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";

/** The tests of each room: its own, and quick ones of its neighbors. */
const TESTS = {
  task: ["test/task/**/*.test.ts"],
  table: ["test/table/*.test.ts"],
  ledger: ["test/ledger/*.test.ts", "!test/ledger/damage-anywhere.test.ts"],
  flight: [
    "test/flight/**/*.test.ts",
    "!test/flight/{killed,mishaps,journal-damage}.test.ts",
    "!test/flight/stanford-2026/killed.test.ts",
  ],
  "training-api": ["test/training-api/**/*.test.ts", "!test/training-api/strategies-over-http.test.ts"],
  fit: ["test/fit/*.test.ts", "!test/fit/{golden,methods,recovery}.test.ts"],
};
/** Lines in one call of Stryker: a few minutes. */
const PIECE = 400;
const WINDOW = 10;

let counted = 0;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { "one-in": { type: "string" }, static: { type: "boolean" } },
});
const [room, ...files] = positionals;
const tests = TESTS[room];
if (!tests) {
  console.error(`give a room to mutate, one of ${Object.keys(TESTS).join(", ")}: npm run mutation -- ledger`);
  process.exit(2);
}
const chosen = files.length > 0 ? files : globSync(`src/${room}/**/*.ts`).sort();
// Not Stryker's own --testFiles: with it, what is evaluated when a module loads is never mutated (@stryker-mutator/core 10.1.1).
const env = { ...process.env, MUTATION_TESTS: tests.join(" ") };
for (const piece of pieces(chosen, Number(values["one-in"] ?? 1))) {
  const options = ["--mutate", piece.join(","), "--incrementalFile", `reports/mutation/${room}.json`];
  if (!values.static) options.push("--ignoreStatic");
  const { status } = spawnSync("node", ["scripts/tool.js", "mutation", "stryker", "run", ...options], {
    stdio: "inherit",
    env,
  });
  if (status !== 0) process.exit(status ?? 1);
}

function* pieces(paths, share) {
  let [piece, size] = [[], 0];
  for (const path of paths) {
    const lines = readFileSync(path, "utf8").split("\n").length;
    if (piece.length > 0 && size + lines / share > PIECE) {
      yield piece;
      [piece, size] = [[], 0];
    }
    piece.push(...windows(path, lines, share));
    size += lines / share;
  }
  if (piece.length > 0) yield piece;
}

/** The windows of a file that are in the sample; they are counted over all files, so that short ones are in it too. */
function windows(path, lines, share) {
  if (share === 1) return [path];
  const starts = Array.from({ length: Math.ceil(lines / WINDOW) }, (_, i) => 1 + i * WINDOW);
  return starts.filter(() => counted++ % share === 0).map((start) => `${path}:${start}-${start + WINDOW - 1}`);
}
