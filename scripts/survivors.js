import { readFileSync } from "node:fs";

const room = process.argv[2];
const { files } = JSON.parse(readFileSync(`reports/mutation/${room}.json`, "utf8"));
for (const [file, { source, mutants }] of Object.entries(files)) {
  const lines = source.split("\n");
  const count = (s) => mutants.filter((m) => m.status === s).length;
  console.log(
    `## ${file}: killed ${count("Killed")}, timeout ${count("Timeout")}, survived ${count("Survived")}, no coverage ${count("NoCoverage")}, other ${count("RuntimeError") + count("Ignored")}`,
  );
  for (const m of mutants.filter((m) => ["Survived", "NoCoverage"].includes(m.status))) {
    const { start, end } = m.location;
    const from =
      start.line === end.line
        ? lines[start.line - 1].slice(start.column - 1, end.column - 1)
        : lines[start.line - 1].slice(start.column - 1) + " …";
    console.log(
      `${start.line}${m.status === "NoCoverage" ? "n" : ""}: ${from} → ${m.replacement.replace(/\s+/g, " ").slice(0, 100)}`,
    );
  }
}
