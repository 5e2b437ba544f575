/** Colours of the ramp in style.css, from cheap to dear. */
const STEPS = 12;

/** A colour for each of some budgets in ascending order: steps of one ramp whose lightness tells them apart. */
export function rampColor(index: number, count: number): string {
  const step = count < 2 ? STEPS - 1 : Math.round((index / (count - 1)) * (STEPS - 1));
  return `var(--ramp-${step})`;
}
