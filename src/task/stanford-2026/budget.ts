/*
 * What a job costs, in seconds on one B200 (handout 26.0.5; the server's source). A job reserves its
 * `max_runtime_seconds` when it is submitted; when it ends, what it used takes the place of the reservation.
 */

/** A student's API key: eight digits. The official client sends nothing else. */
export const JOB_KEY: RegExp = /^\d{8}$/;
/** Seconds that a student may spend: 12 hours. */
export const BUDGET_SECONDS = 43_200;
/** Seconds that the course trains a final submission for: 48 hours. */
export const TARGET_SECONDS = 172_800;
/** The least that an ended job costs. */
export const LEAST_CHARGE = 1;

/** What a job that has ended costs: at least one second, at most what it reserved. */
export function settledSeconds(usedSeconds: number, reservedSeconds: number): number {
  return Math.min(Math.max(LEAST_CHARGE, usedSeconds), reservedSeconds);
}

/** Whether a reservation still fits; one that takes exactly what is left does. */
export function fitsBudget(reservedSeconds: number, usedSeconds: number): boolean {
  return reservedSeconds <= BUDGET_SECONDS - usedSeconds;
}
