import { byId } from "../element.ts";
import { type JobsApi, Refusal } from "./api.ts";

interface Clock {
  readonly now: string;
  readonly time_scale: number;
  /** Whether every job has ended by the next request. */
  readonly instant: boolean;
}

/** Seconds that each button sets the clock ahead; undefined until every job has ended. */
const BUTTONS = {
  "advance-minute": 60,
  "advance-ten-minutes": 600,
  "advance-hour": 3600,
  "advance-all": undefined,
} as const;

/** The clock that jobs run on, and the buttons that set it ahead. */
export function clockPanel(api: JobsApi, after: () => Promise<void>): { look(): Promise<void> } {
  const problem = byId("clock-problem", HTMLElement);
  const lock = byId("lock-form", HTMLFormElement);
  for (const [id, seconds] of Object.entries(BUTTONS))
    byId(id, HTMLButtonElement).onclick = async () => {
      try {
        show(await api.admin<Clock>("advance", seconds === undefined ? {} : { seconds }));
        problem.textContent = "";
        lock.hidden = true;
        await after();
      } catch (error) {
        problem.textContent = (error as Error).message;
        lock.hidden = !(error instanceof Refusal && error.status === 401);
      }
    };
  lock.onsubmit = (event) => {
    event.preventDefault();
    api.unlock(byId("lock-token", HTMLInputElement).value.trim());
    lock.hidden = true;
    problem.textContent = "";
  };
  return { look: async () => show(await api.admin<Clock>("clock")) };
}

function show({ now, time_scale: scale, instant }: Clock): void {
  byId("clock", HTMLElement).textContent = now.slice(0, 19).replace("T", " ");
  byId("clock-pace", HTMLElement).textContent = instant
    ? "Jobs end at once: it jumps to the end of each."
    : scale === 0
      ? "It stands still but for these buttons."
      : scale === 1
        ? "It runs in real time."
        : `It runs ${scale} times as fast as real time.`;
}
