/** FLOPs that a key may spend. */
export const CAP = 2_000_000_000_000_000_000n;

/** The whole API as one would explain it: what each key has bought, in order, and what it cost. */
export class Reference {
  readonly bought: Map<string, Map<string, bigint>> = new Map();

  used(key: string): bigint {
    return [...(this.bought.get(key)?.values() ?? [])].reduce((sum, cost) => sum + cost, 0n);
  }

  /** Whether a key gets a loss for a configuration; it is bought when it was not. */
  buy(key: string, row: string, cost: bigint): boolean {
    const runs = this.bought.get(key) ?? new Map();
    if (runs.has(row)) return true;
    if (this.used(key) + cost > CAP) return false;
    this.bought.set(key, runs.set(row, cost));
    return true;
  }

  copy(): Reference {
    const copy = new Reference();
    for (const [key, runs] of this.bought) copy.bought.set(key, new Map(runs));
    return copy;
  }
}
