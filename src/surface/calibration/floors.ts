/** The floors the answers allow, in nats (docs/surface.md, "What the answers do not determine"). */
const FLOORS = { lowest: 0, highest: 2.3 } as const;
/** α along the valley in which floor and capacity exponent trade off. */
const VALLEY = { intercept: 0.148, slope: 0.0385 } as const;
/** Standard deviation of α around the valley: its spread across left-out sources. */
export const VALLEY_SPREAD = 0.012;

/** The floor of draw `index` of `count`, evenly over those the answers allow. */
export function evenFloor(index: number, count: number): number {
  return FLOORS.lowest + ((FLOORS.highest - FLOORS.lowest) * (index + 0.5)) / count;
}

/** The capacity exponent that belongs to a floor. */
export function valleyExponent(E: number): number {
  return VALLEY.intercept + VALLEY.slope * E;
}
