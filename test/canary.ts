import { leaksOf as secretLeaks } from "./leaks.ts";

/** A key that is found wherever it leaks: long, with everything that URLs escape. */
export const CANARY: string = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI+canary/${"Kq7+/Zx".repeat(6)}== canary+person@host`;

/** The forms in which a key was written, its blob or its comment. */
export function leaksOf(key: string, written: Buffer): string[] {
  const comment = written.includes("canary+person") ? ["comment"] : [];
  return [...secretLeaks(key.split(" ")[1] as string, written), ...comment];
}
