import { type Command, InvalidArgumentError, Option } from "commander";
import type { FigureStyle } from "../report/figure.ts";

/** The options of figures that are written, parsed. */
export interface FigureOptions {
  /** In points. */
  readonly figureWidth?: number;
  /** False where titles are to be left out. */
  readonly title?: boolean;
}

/** Adds `--figure-width`. */
export function withFigureWidth(command: Command): Command {
  return command.addOption(
    new Option("--figure-width <length>", "width of figures, such as 3.25in or 8.5cm").argParser(points),
  );
}

/** Adds the options of figures that are written as files. */
export function withFigureOptions(command: Command): Command {
  return withFigureWidth(command).option("--no-title", "draw no titles");
}

/** How figures are to be drawn. */
export function figureStyle({ figureWidth, title = true }: FigureOptions): FigureStyle {
  return { ...(figureWidth !== undefined && { width: figureWidth }), ...(title ? {} : { title }) };
}

const UNITS = { pt: 1, in: 72, cm: 72 / 2.54, mm: 72 / 25.4 } as const;
/** Inches: below, axes have no room; above, it is no paper. */
const WIDTHS = { least: 1.5, most: 40 };

/** Parses `3.25in`, `8.5cm`, `85mm` or `234pt` into points. */
function points(text: string): number {
  const [, number, unit] = /^\s*(\d+(?:\.\d*)?|\.\d+)\s*(pt|in|cm|mm)\s*$/.exec(text) ?? [];
  const value = Number(number) * (UNITS[unit as keyof typeof UNITS] ?? Number.NaN);
  if (!(value >= 72 * WIDTHS.least && value <= 72 * WIDTHS.most))
    throw new InvalidArgumentError(
      `expected a width from ${WIDTHS.least}in to ${WIDTHS.most}in in pt, in, cm or mm, such as "3.25in".`,
    );
  // So that 8.5cm is the same width wherever it is printed.
  return Number(value.toFixed(3));
}
