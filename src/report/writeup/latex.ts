import type { Block, Document, Table } from "./block.ts";
import { latexMath } from "./formula.ts";

/**
 * A write-up in LaTeX for pdfLaTeX, XeLaTeX, LuaLaTeX and Tectonic, with packages that every installation has; figure
 * NAME is `figures/NAME.pdf` beside it, scaled down to the text where it is `wide`.
 */
export function writeupLatex(document: Document, wide = false): string {
  const { title, subtitle, author = "", date = "", provenance, blocks } = document;
  const body = blocks.map((block) => blockSource(block, wide)).join("\n\n");
  return `\\documentclass[11pt,a4paper]{article}
\\usepackage{iftex}
\\ifPDFTeX
  \\usepackage[utf8]{inputenc}
  \\usepackage[T1]{fontenc}
  \\usepackage{textcomp}
  \\usepackage{lmodern}
${unknownSigns([title, subtitle, author, date, provenance, body].join(""))}\\else
  \\usepackage{fontspec}
\\fi
\\usepackage[margin=2.3cm]{geometry}
\\usepackage{amsmath,amssymb,array,booktabs,fancyhdr,graphicx,longtable,tabularx}
\\renewcommand{\\topfraction}{0.9}
\\renewcommand{\\bottomfraction}{0.8}
\\renewcommand{\\textfraction}{0.07}
\\renewcommand{\\floatpagefraction}{0.75}
\\setlength{\\headheight}{14pt}
\\pagestyle{fancy}
\\fancyhf{}
\\lhead{\\small\\bfseries ${latexText(provenance)}}
\\cfoot{\\thepage}
\\fancypagestyle{plain}{}
\\title{${latexText(title)}\\\\[0.4ex]\\large ${latexText(subtitle)}}
\\author{${latexText(author)}}
\\date{${latexText(date)}}

\\begin{document}
\\maketitle
\\thispagestyle{fancy}

${body}

\\end{document}
`;
}

function blockSource(block: Block, wide: boolean): string {
  switch (block.kind) {
    case "heading":
      return `\\section{${latexText(block.text)}}`;
    case "text":
      return latexText(block.text);
    case "list":
      return `\\begin{itemize}\n${block.items.map((item) => `  \\item ${latexText(item)}`).join("\n")}\n\\end{itemize}`;
    case "equation":
      return `\\[ ${latexMath(block.formula)} \\]`;
    case "code":
      return `\\begin{verbatim}\n${block.text}\n\\end{verbatim}`;
    case "figure":
      return `\\begin{figure}[!htbp]
  \\centering
  \\includegraphics${wide ? "[width=\\linewidth]" : ""}{figures/${block.name}.pdf}
  \\caption{\\textbf{${latexText(`${block.figure.title}.`)}} ${latexText(block.caption)}}
\\end{figure}`;
    case "table":
      return tableSource(block.table);
  }
}

/** Tables of more rows may be split over pages. */
const ONE_PAGE = 40;

function tableSource({ caption, columns, rows, left = [], small }: Table): string {
  const line = (cells: readonly string[]) => `${cells.map(latexText).join(" & ")} \\\\`;
  const head = `\\toprule\n${columns.map((column) => `\\textbf{${latexText(column)}}`).join(" & ")} \\\\\n\\midrule`;
  const size = small ? "\\footnotesize" : "\\small";
  if (rows.length > ONE_PAGE) {
    const widest = left.length > 0 ? `p{${(0.5 / left.length).toFixed(2)}\\linewidth}` : "l";
    const align = columns.map((_, i) => (left.includes(i) ? widest : i === 0 ? "l" : "r")).join("");
    return `{${size}
\\begin{longtable}{${align}}
\\caption{${latexText(caption)}}\\\\
${head}
\\endhead
${rows.map(line).join("\n")}
\\bottomrule
\\end{longtable}}`;
  }
  const flexible = left.some((column) => rows.some((row) => (row[column]?.length ?? 0) > 30));
  const cell = flexible ? ">{\\raggedright\\arraybackslash}X" : "l";
  const align = columns.map((_, i) => (left.includes(i) ? cell : i === 0 ? "l" : "r")).join("");
  const [begin, end] = flexible
    ? [`\\begin{tabularx}{\\linewidth}{${align}}`, "\\end{tabularx}"]
    : [`\\begin{tabular}{${align}}`, "\\end{tabular}"];
  return `\\begin{table}[!htbp]
  \\centering${size}
  \\caption{${latexText(caption)}}
${begin}
${head}
${rows.map(line).join("\n")}
\\bottomrule
${end}
\\end{table}`;
}

/** Raised signs and what they are when they are not. */
const RAISED: Readonly<Record<string, string>> = Object.fromEntries(
  [..."⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜ⁻·"].map((sign, i) => [sign, "0123456789abc-."[i] as string]),
);

/** Text with LaTeX's own signs escaped, and raised digits and mathematical signs set as such. */
function latexText(text: string): string {
  return text
    .replace(/[\\{}$&#^_%~<>|"]|[⁻⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜ](?:[⁻⁰¹²³⁴⁵⁶⁷⁸⁹·]*[⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜ])?/g, (signs) => {
      const named = ESCAPES[signs];
      if (named !== undefined) return named;
      return `$^{${[...signs].map((sign) => RAISED[sign]).join("")}}$`;
    })
    .replace(/[^\x20-\x7e]/g, (sign) => SIGNS[sign] ?? sign);
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "^": "\\textasciicircum{}",
  "~": "\\textasciitilde{}",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
  "|": "\\textbar{}",
  '"': "\\textquotedbl{}",
  ...Object.fromEntries([..."{}$&#_%"].map((sign) => [sign, `\\${sign}`])),
};

const SIGNS: Readonly<Record<string, string>> = {
  "−": "$-$",
  "×": "$\\times$",
  "·": "$\\cdot$",
  "±": "$\\pm$",
  "≤": "$\\leq$",
  "≥": "$\\geq$",
  "≈": "$\\approx$",
  "√": "$\\surd$",
  "∝": "$\\propto$",
  "∞": "$\\infty$",
  "✓": "$\\checkmark$",
  "✗": "$\\times$",
  "–": "--",
  "—": "---",
  "…": "\\ldots{}",
  "“": "``",
  "”": "''",
  "’": "'",
  α: "$\\alpha$",
  β: "$\\beta$",
  γ: "$\\gamma$",
  δ: "$\\delta$",
  σ: "$\\sigma$",
  "\n": " ",
};

/** What pdfLaTeX's fonts have, beside the signs above: Latin letters. */
const LATIN = /[\x20-\x7e\u00a0-\u017f\n]/;

/** Tells pdfLaTeX to set a box for signs that it has no letter for; the other engines set the letter. */
function unknownSigns(text: string): string {
  const unknown = new Set([...latexText(text)].filter((sign) => !LATIN.test(sign)));
  return [...unknown]
    .map((sign) => `  \\DeclareUnicodeCharacter{${sign.codePointAt(0)?.toString(16).toUpperCase()}}{\\framebox{?}}\n`)
    .join("");
}
