import { escaped, type Figure, renderSvg } from "../figure.ts";

const COLUMNS = 2;
const GAP = 14;
const HEADING = 66;

/** Several figures of one size on one sheet, in rows of two, under a common heading. */
export function renderSheet(title: string, subtitle: string, figures: readonly Figure[]): string {
  const panels = figures.map((figure) => renderSvg(figure));
  const sizes = panels.map((svg) => {
    const [, width, height] = /<svg [^>]*?width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
    return { width: Number(width), height: Number(height) };
  });
  const width = Math.max(...sizes.map((size) => size.width));
  const rows = Array.from({ length: Math.ceil(panels.length / COLUMNS) }, (_, row) => ({
    height: Math.max(...sizes.slice(row * COLUMNS, (row + 1) * COLUMNS).map((size) => size.height)),
  }));
  const tops = rows.map((_, row) => HEADING + rows.slice(0, row).reduce((sum, { height }) => sum + height + GAP, 0));
  const full = {
    width: COLUMNS * width + (COLUMNS + 1) * GAP,
    height: (tops.at(-1) ?? 0) + (rows.at(-1)?.height ?? 0) + GAP,
  };
  const placed = panels.map((svg, index) => {
    const x = GAP + (index % COLUMNS) * (width + GAP);
    const y = tops[Math.floor(index / COLUMNS)];
    const height = rows[Math.floor(index / COLUMNS)]?.height;
    const paper = `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="#ffffff"/>`;
    return paper + svg.replace("<svg ", `<svg x="${x}" y="${y}" `);
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${full.width}" height="${full.height}" viewBox="0 0 ${full.width} ${full.height}" font-family="DejaVu Sans, sans-serif" role="img" aria-label="${escaped(title)}">`,
    `<rect width="${full.width}" height="${full.height}" fill="#f3f4f7"/>`,
    `<text x="${GAP + 6}" y="30" font-size="20" font-weight="bold" fill="#1f2430">${escaped(title)}</text>`,
    `<text x="${GAP + 6}" y="52" font-size="13" fill="#5c6370">${escaped(subtitle)}</text>`,
    ...placed,
    "</svg>\n",
  ].join("\n");
}
