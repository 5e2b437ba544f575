import Table from "cli-table3";

/** A table without rules, the first column to the left when it holds words, numbers to the right. */
export function plainTable(head: readonly string[], rows: readonly (readonly string[])[], words = 0): string {
  const blank = { left: "", "left-mid": "", mid: "", "mid-mid": "", right: "", "right-mid": "", middle: "  " };
  const edges = {
    top: "",
    "top-mid": "",
    "top-left": "",
    "top-right": "",
    bottom: "",
    "bottom-mid": "",
    "bottom-left": "",
    "bottom-right": "",
  };
  const table = new Table({
    head: [...head],
    chars: { ...blank, ...edges },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    colAligns: head.map((_, index) => (index < words ? "left" : "right")),
  });
  for (const row of rows) table.push([...row]);
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}
