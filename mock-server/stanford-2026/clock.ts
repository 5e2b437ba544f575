import { UserError } from "../../src/task/errors.ts";

/** Where a clock's rate and position are kept, so that a new server goes on with it. */
export interface ClockStore {
  note(name: string): string | undefined;
  setNote(name: string, text: string): void;
}

/** The position of a clock: at real time `real` it shows `shown`, and from there it runs `scale` times as fast. */
interface Position {
  readonly real: number;
  readonly shown: number;
  readonly scale: number;
}

const NOTE = "clock";
/** No clock is set further ahead at once than ten years. */
const FURTHEST = 10 * 366 * 86_400;

/**
 * The clock that jobs run on: real time, faster or standing still, which can be set ahead. Also a server that is down
 * does not stop it. Times are whole microseconds since 1970.
 */
export class VirtualClock {
  readonly #store: ClockStore;
  readonly #real: () => number;
  #position: Position;

  /**
   * @param scale how many seconds pass in a real one; 0 for a clock that only `advance` moves.
   * @param real the real time in microseconds.
   */
  constructor(scale: number, store: ClockStore, real: () => number = () => Date.now() * 1000) {
    this.#store = store;
    this.#real = real;
    const stored = store.note(NOTE);
    this.#position = stored === undefined ? { real: real(), shown: real(), scale } : (JSON.parse(stored) as Position);
    this.#set(this.now(), scale);
  }

  now(): number {
    const { real, shown, scale } = this.#position;
    return shown + Math.round(Math.max(0, this.#real() - real) * scale);
  }

  get scale(): number {
    return this.#position.scale;
  }

  /** Sets the clock ahead by some seconds. */
  advance(seconds: number): void {
    if (!(seconds >= 0 && seconds <= FURTHEST))
      throw new UserError(`seconds: must be from 0 to ${FURTHEST}, got ${seconds}`);
    this.#set(this.now() + Math.round(seconds * 1e6), this.scale);
  }

  /** Sets the clock ahead to a time, if it is not there yet. */
  advanceTo(time: number): void {
    if (time > this.now()) this.#set(time, this.scale);
  }

  #set(shown: number, scale: number): void {
    this.#position = { real: this.#real(), shown, scale };
    this.#store.setNote(NOTE, JSON.stringify(this.#position));
  }
}

/** A time as the API writes it: six digits of a second, or none when they are all 0. */
export function timeText(micros: number): string {
  const seconds = Math.floor(micros / 1e6);
  const fraction = micros - seconds * 1e6;
  const text = new Date(seconds * 1000).toISOString().slice(0, 19);
  return fraction === 0 ? `${text}Z` : `${text}.${String(fraction).padStart(6, "0")}Z`;
}
