/** Colors of the ramp in style.css, from the lowest budget to the highest. */
const STEPS = 12;

/** The color of a budget by its place in ascending order: a step of one ramp of increasing lightness. */
export function rampColor(index: number, count: number): string {
  const step = count < 2 ? STEPS - 1 : Math.round((index / (count - 1)) * (STEPS - 1));
  return `var(--ramp-${step})`;
}
