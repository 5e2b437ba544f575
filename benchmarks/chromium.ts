import { existsSync } from "node:fs";

/** Where Debian puts it. The shell has no windows to prepare, which are a third of what a short page costs. */
const PLACES = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"];

/** The browser of tests, pictures and benchmarks; it may be missing. */
export const CHROMIUM: string = process.env.CHROMIUM ?? PLACES.find(existsSync) ?? "/usr/bin/chromium-headless-shell";
