interface Notebook {
  readonly cells: readonly {
    readonly cell_type: string;
    readonly source: string | readonly string[];
    readonly outputs?: readonly { readonly text?: string | readonly string[] }[];
  }[];
}

/** A notebook as Markdown: its text, its code, what the code printed, and a link to the file itself. */
export function notebookMarkdown(json: string, file: string): string {
  const { cells } = JSON.parse(json) as Notebook;
  const parts = cells.flatMap(({ cell_type, source, outputs = [] }) => {
    if (cell_type !== "code") return [joined(source)];
    const printed = outputs.map(({ text = "" }) => joined(text)).join("");
    return [fenced("python", joined(source)), ...(printed === "" ? [] : [fenced("", printed)])];
  });
  const [first, ...rest] = parts;
  return [first, `[Download the notebook](${file}?download)`, ...rest].join("\n\n");
}

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
}

function joined(text: string | readonly string[]): string {
  return typeof text === "string" ? text : text.join("");
}
