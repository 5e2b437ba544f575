import { existsSync } from "node:fs";

/** Where Debian puts it. The shell comes first: it has no windows to prepare for every page. */
const PLACES = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"];

/** The browser of tests, pictures and benchmarks; it may be missing. */
export const CHROMIUM: string = process.env.CHROMIUM ?? PLACES.find(existsSync) ?? "/usr/bin/chromium-headless-shell";
