/** Widths of the printable ASCII signs of DejaVu Sans, from the blank on, in hundredths of the font size. */
const ASCII =
  "32 40 46 84 64 95 78 27 39 39 50 84 32 36 32 34 64 64 64 64 64 64 64 64 64 64 34 34 84 84 84 53 100 68 69 70 77 63 58 77 75 29 29 66 56 86 75 79 60 79 69 63 61 73 68 99 69 61 69 39 34 39 84 50 50 61 63 55 63 62 35 63 63 28 28 58 28 97 63 61 63 63 41 52 39 63 59 82 59 59 52 64 34 64 84"
    .split(" ")
    .map((width) => Number(width) / 100);
/** Raised digits and a few other signs; the widest of the mathematical signs stands for all other signs. */
const OTHERS: Readonly<Record<string, number>> = {
  ...Object.fromEntries([..."⁰¹²³⁴⁵⁶⁷⁸⁹"].map((sign) => [sign, 0.4])),
  "⁻": 0.53,
  "·": 0.32,
  "–": 0.5,
  "…": 1,
};
const WIDEST = 0.84;
/** How much wider bold text is at most, on average over words. */
const BOLD = 1.12;

/** The width of text in DejaVu Sans, in the unit of its size; of bold text an upper bound for words. */
export function textWidth(text: string, size: number, bold = false): number {
  let width = 0;
  for (const sign of text) width += ASCII[sign.charCodeAt(0) - 32] ?? OTHERS[sign] ?? WIDEST;
  return width * size * (bold ? BOLD : 1);
}

/** Words in lines of at most a width; a longer word has a line of its own. */
export function wrappedLines(text: string | undefined, width: number, size: number, bold = false): string[] {
  const lines: string[] = [];
  for (const word of text?.split(" ") ?? []) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : undefined;
    if (longer !== undefined && textWidth(longer, size, bold) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
