import type { JournalEdition } from "../flight/journal/record.ts";
import type { Task } from "../task/task.ts";
import type { GradeEdition } from "./grade/edition.ts";
import type { ProxyEdition } from "./proxy/edition.ts";
import type { RunEdition } from "./run/edition.ts";
import type { Edition } from "./serve/edition.ts";

/** An edition of the course as the command line knows it; each part is loaded when it is used. */
export interface CliEdition {
  /** The unit of its budget: what tells its plans. */
  readonly unit: "FLOPs" | "seconds";
  /** The mark of its journals. */
  readonly journal: JournalEdition | undefined;
  /** A path of its API that no other edition has. */
  readonly path: string;
  readonly serve: () => Promise<Edition>;
  readonly run: () => Promise<RunEdition>;
  readonly proxy: () => Promise<ProxyEdition>;
  readonly grade: () => Promise<GradeEdition>;
}

/** The editions of the course. */
export const EDITIONS: Readonly<Record<string, CliEdition>> = {
  2025: {
    unit: "FLOPs",
    journal: undefined,
    path: "total_flops_used",
    serve: async () => (await import("./serve/stanford-2025.ts")).stanford2025,
    run: async () => (await import("./run/stanford-2025.ts")).stanford2025,
    proxy: async () => (await import("./proxy/stanford-2025.ts")).stanford2025,
    grade: async () => (await import("./grade/stanford-2025.ts")).stanford2025,
  },
  2026: {
    unit: "seconds",
    journal: "stanford-2026",
    path: "budget",
    serve: async () => (await import("./serve/stanford-2026.ts")).stanford2026,
    run: async () => (await import("./run/stanford-2026.ts")).stanford2026,
    proxy: async () => (await import("./proxy/stanford-2026.ts")).stanford2026,
    grade: async () => (await import("./grade/stanford-2026.ts")).stanford2026,
  },
};

/** The edition whose budget a task has. */
export function editionOf({ clock }: Pick<Task, "clock">): CliEdition {
  const unit = clock?.unit ?? "FLOPs";
  return Object.values(EDITIONS).find((edition) => edition.unit === unit) as CliEdition;
}
