import type { Document, Table } from "./block.ts";
import { latexMath } from "./formula.ts";
import { type Numbered, numbered } from "./numbered.ts";

/** A write-up in Markdown, as GitHub and Pandoc read it; figure NAME is `figures/NAME.png` beside it. */
export function writeupMarkdown(document: Document): string {
  const { title, subtitle, author, date, provenance } = document;
  const by = [author, date].filter((part) => part !== undefined);
  return `${[
    `# ${escaped(title)}`,
    `*${escaped(subtitle)}*`,
    ...(by.length > 0 ? [by.map(escaped).join(", ")] : []),
    `> ${strong(escaped(provenance))}`,
    ...numbered(document).map(blockText),
  ].join("\n\n")}\n`;
}

function blockText({ block, number }: Numbered): string {
  switch (block.kind) {
    case "heading":
      return `## ${number}. ${escaped(block.text)}`;
    case "text":
      return escaped(block.text);
    case "list":
      return block.items.map((item) => `- ${escaped(item)}`).join("\n");
    case "equation":
      return `$$${latexMath(block.formula)}$$`;
    case "code":
      return `\`\`\`sh\n${block.text}\n\`\`\``;
    case "figure": {
      const caption = `${strong(`Figure ${number}. ${escaped(block.figure.title)}.`)} ${escaped(block.caption)}`;
      return `![${escaped(block.figure.title)}](figures/${block.name}.png)\n\n${caption}`;
    }
    case "table":
      return tableText(block.table, number);
  }
}

function tableText({ caption, columns, rows, left = [] }: Table, number: number | undefined): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cellText(cell)).join(" | ")} |`;
  const rule = columns.map((_, i) => (i === 0 || left.includes(i) ? ":--" : "--:"));
  const table = [line(columns), `|${rule.join("|")}|`, ...rows.map(line)].join("\n");
  return `${strong(`Table ${number}.`)} ${escaped(caption)}\n\n${table}`;
}

function cellText(cell: string): string {
  return escaped(cell).replaceAll("|", "\\|").replaceAll("\n", " ");
}

function strong(text: string): string {
  return `**${text}**`;
}

/** Text whose signs Markdown would read as markup. */
function escaped(text: string): string {
  return text.replace(/[\\`*_[\]<>$~#]/g, "\\$&");
}
