// `node scripts/survivors.js > test/mutation/survivors.md` lists what survived `npm run mutation`, from its reports, each with
// the first reason of test/mutation/reasons.json whose file and text match it.
import { existsSync, readFileSync } from "node:fs";

const ROOMS = ["task", "table", "ledger", "flight", "training-api", "fit"];
const rules = JSON.parse(readFileSync("test/mutation/reasons.json", "utf8")).map(({ file, mutant, why }) => ({
  file,
  mutant: new RegExp(mutant),
  why,
}));

const rooms = ROOMS.filter((room) => existsSync(report(room))).map((room) => ({ room, files: filesOf(room) }));
console.log(`# Mutants that survive

By \`npm run mutation -- ROOM\`; this list by \`node scripts/survivors.js\`. Static mutants change what is evaluated when a module
loads; without \`--static\` they are left out.

| room | mutants | score | survived | not reached | static, left out |
|---|--:|--:|--:|--:|--:|`);
for (const { room, files } of rooms) {
  const all = files.flatMap(({ mutants }) => mutants);
  const count = (...statuses) => all.filter(({ status }) => statuses.includes(status)).length;
  const caught = count("Killed", "Timeout");
  const judged = caught + count("Survived", "NoCoverage");
  const score = ((100 * caught) / judged).toFixed(1);
  console.log(
    `| \`src/${room}\` | ${judged} | ${score} % | ${count("Survived")} | ${count("NoCoverage")} | ${count("Ignored")} |`,
  );
}
for (const { files } of rooms)
  for (const { file, mutants } of files) {
    const kinds = Map.groupBy(
      mutants.filter(({ status }) => status === "Survived" || status === "NoCoverage"),
      (mutant) => reasonOf(file, mutant),
    );
    if (kinds.size > 0) console.log(`\n## ${file}`);
    for (const [why, its] of kinds) {
      console.log(`\n${why}:\n`);
      for (const { line, from, to } of its) console.log(`- ${line}: ${code(from)} → ${code(to)}`);
    }
  }

function report(room) {
  return `reports/mutation/${room}.json`;
}

/** The files of a room that still are as they were when they were mutated. */
function filesOf(room) {
  const { files } = JSON.parse(readFileSync(report(room), "utf8"));
  return Object.entries(files)
    .filter(([file, { source }]) => existsSync(file) && readFileSync(file, "utf8") === source)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([file, { source, mutants }]) => ({ file, mutants: mutants.map((mutant) => described(mutant, source)) }));
}

function described({ status, location: { start, end }, replacement, mutatorName }, source) {
  const lines = source.split("\n");
  const [first, last] = [lines[start.line - 1], end.line === start.line ? end.column - 1 : undefined];
  const from = `${first.slice(start.column - 1, last)}${last === undefined ? " …" : ""}`;
  return {
    status,
    line: start.line,
    from,
    to: replacement.replace(/\s+/g, " "),
    mutator: mutatorName,
    text: first.trim(),
  };
}

function reasonOf(file, { status, from, to, mutator, text }) {
  const shown = `${status} ${mutator} ${from} → ${to} in ${text}`;
  return rules.find((rule) => file.startsWith(rule.file) && rule.mutant.test(shown))?.why ?? "Not judged";
}

function code(text) {
  const short = text.length > 120 ? `${text.slice(0, 119)}…` : text;
  return short.includes("`") ? `\`\` ${short} \`\`` : `\`${short}\``;
}
