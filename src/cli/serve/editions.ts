import type { Edition } from "./edition.ts";

/** The editions of the course, each loaded when it is served. */
export const EDITIONS: Readonly<Record<string, () => Promise<Edition>>> = {
  2025: async () => (await import("./stanford-2025.ts")).stanford2025,
  2026: async () => (await import("./stanford-2026.ts")).stanford2026,
};
