import type { Budget, Experiment, FinalSubmission } from "./api.ts";

/** What the page knows of a key. Panels read it, and are told when it changes. */
export class JobsStore {
  jobs: readonly Experiment[] = [];
  budget: Budget | undefined;
  final: FinalSubmission | null = null;
  /** Jobs whose curves are drawn, the last chosen last. */
  readonly chosen: Set<number> = new Set();
  readonly #listeners: (() => void)[] = [];

  on(draw: () => void): void {
    this.#listeners.push(draw);
  }

  tell(): void {
    for (const draw of this.#listeners) draw();
  }

  /** The chosen jobs that this key has. */
  shown(): Experiment[] {
    return [...this.chosen].flatMap((id) => this.jobs.find((job) => job.experiment_id === id) ?? []);
  }
}

/** The losses of a job so far, also of one that timed out. */
export function lossesOf({ status }: Experiment): readonly number[] {
  return status.val_losses ?? status.reason?.partial_val_losses ?? [];
}

export function lossOf(job: Experiment): number | undefined {
  return lossesOf(job).at(-1);
}

/** Seconds as people read them: `40 s`, `12 min`, `3 h 20 min`. */
export function duration(seconds: number): string {
  if (seconds < 120) return `${Number(seconds.toFixed(1))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest === 0 ? "" : ` ${rest} min`}`;
}
