import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The path of a file in the data folder beside the checkout. */
export function sharedData(path: string): string {
  return fileURLToPath(new URL(`../../shared/data/${path}`, import.meta.url));
}

/** Whether that file exists. */
export function hasSharedData(path: string): boolean {
  return existsSync(sharedData(path));
}
