/** Plot options of a figure with one row for each name: tall enough, and with room for the longest. */
export function namedRows(names: readonly string[]): {
  readonly height: number;
  readonly marginLeft: number;
  readonly marginBottom: number;
  readonly y: { readonly domain: string[]; readonly label: null; readonly padding: number; readonly tickSize: number };
} {
  const longest = Math.max(...names.map((name) => shortName(name).length));
  return {
    height: 70 + 26 * names.length,
    marginLeft: 30 + 6.9 * longest,
    marginBottom: 42,
    y: { domain: names.map(shortName), label: null, padding: 0.3, tickSize: 0 },
  };
}

/** A program's command line is cut to what a row has room for. */
export function shortName(name: string): string {
  return name.length > 26 ? `${name.slice(0, 25)}…` : name;
}
