// A browser may forbid storage, for example to pages from the disk: even looking at it throws then. Nothing that is
// stored here is needed, so that these functions then do nothing.

/** For this browser, or for this tab. */
export type Place = "localStorage" | "sessionStorage";

/** What is stored under a name. */
export function readStored(place: Place, name: string): string | undefined {
  try {
    return globalThis[place].getItem(name) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Stores a text, or removes what is stored. */
export function writeStored(place: Place, name: string, text: string | undefined): void {
  try {
    if (text === undefined) globalThis[place].removeItem(name);
    else globalThis[place].setItem(name, text);
  } catch {
    // The choice lasts as long as the page.
  }
}
