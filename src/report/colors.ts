/** Colors that differ for every common kind of color vision (Okabe and Ito 2008), on white. */
export const PALETTE: readonly string[] = [
  "#0072b2",
  "#d55e00",
  "#009e73",
  "#cc79a7",
  "#b8860b",
  "#56b4e9",
  "#7a3e9d",
  "#6b6b6b",
  "#000000",
];
/** For axes, captions and guides. */
export const INK = "#3b4252";
/** The gray of what is there for comparison only. */
export const FAINT = "#aab1bd";

/**
 * The scale of everything ordered, such as budgets: Matplotlib's plasma, whose lightness rises steadily for every kind
 * of color vision. More is further from the paper, so white paper takes the dark end and dark paper the light one; each
 * has a contrast of 3 to 1 or more.
 */
const PLASMA = [
  "#0d0887",
  "#41049d",
  "#6a00a8",
  "#8f0da4",
  "#b12a90",
  "#cc4778",
  "#e16462",
  "#f2844b",
  "#fca636",
  "#fcce25",
  "#f0f921",
];
const STEPS = 48;
const onPaper = (from: number, to: number) =>
  Array.from({ length: STEPS + 1 }, (_, i) => between(PLASMA, from + ((to - from) * i) / STEPS));
const [ON_WHITE, ON_DARK] = [onPaper(0.61, 0), onPaper(0.47, 0.97)];

/** The color of the `index`-th of `count` ordered values, the least first, on white paper. */
export function orderedColor(index: number, count: number): string {
  return ON_WHITE[count > 1 ? Math.round((index / (count - 1)) * STEPS) : STEPS / 2] as string;
}

/** Colors of figures that need another one on dark paper. */
export const ON_DARK_PAPER: ReadonlyMap<string, string> = new Map([
  ...ON_WHITE.map((color, i): [string, string] => [color, ON_DARK[i] as string]),
  ["#0072b2", "#3fa0dd"],
  ["#d55e00", "#f0833a"],
  ["#7a3e9d", "#b58ad0"],
  ["#6b6b6b", "#9a9a9a"],
  ["#000000", "#ffffff"],
]);

/** The color at a share of the way along equally spaced ones. */
function between(colors: readonly string[], share: number): string {
  const at = share * (colors.length - 1);
  const [low, high] = [Math.floor(at), Math.ceil(at)].map((i) => colors[i] as string) as [string, string];
  const mixed = [1, 3, 5].map((channel) => {
    const [a, b] = [low, high].map((color) => Number.parseInt(color.slice(channel, channel + 2), 16)) as [
      number,
      number,
    ];
    return Math.round(a + (b - a) * (at - Math.floor(at)))
      .toString(16)
      .padStart(2, "0");
  });
  return `#${mixed.join("")}`;
}
