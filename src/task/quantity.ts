const SUFFIXES = { k: 1e3, M: 1e6, B: 1e9, T: 1e12 } as const;

/** Reads `2e18`, `2.1B`, `30M`, `128` as a finite number, which may have a sign; undefined for anything else. */
export function parseQuantity(text: string): number | undefined {
  // No two parts of it fit the same characters: a long text is read in one pass.
  const match = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)\s*([kKMmBbTt])?$/.exec(text.trim());
  if (!match) return undefined;
  const suffix = match[2];
  const scale = suffix
    ? SUFFIXES[(suffix === "K" || suffix === "k" ? "k" : suffix.toUpperCase()) as keyof typeof SUFFIXES]
    : 1;
  const value = Number(match[1]) * scale;
  return Number.isFinite(value) ? value : undefined;
}

/** Compute in powers of ten: `1e19`, `1.83e18`. */
export function formatFlops(flops: number): string {
  if (flops === 0) return "0";
  const [mantissa, exponent] = flops.toExponential(2).split("e") as [string, string];
  return `${Number(mantissa)}e${Number(exponent)}`;
}

/** Sizes and counts of tokens in human units: `357M`, `91.9B`, `1.33T`. */
export function formatCount(count: number): string {
  for (const [suffix, scale] of Object.entries(SUFFIXES).reverse()) {
    if (Math.abs(count) >= scale * 0.9995) return `${Number((count / scale).toPrecision(3))}${suffix}`;
  }
  return `${Number(count.toPrecision(3))}`;
}

/** Seconds to a tenth: `43,200 s`, `10.2 s`. */
export function formatSeconds(seconds: number): string {
  return `${Number(seconds.toFixed(1)).toLocaleString("en-US")} s`;
}

/** An amount of a budget with its unit: `2e18 FLOPs`, `43,200 s`. */
export function formatAmount(amount: number, unit: "FLOPs" | "seconds"): string {
  return unit === "FLOPs" ? `${formatFlops(amount)} FLOPs` : formatSeconds(amount);
}

/** The cost of a run of a task, for the reason that a strategy gives: `3e17`, or `15,360 s` where runs cost time. */
export function formatCost(cost: number, { clock }: { readonly clock?: unknown }): string {
  return clock === undefined ? formatFlops(cost) : formatSeconds(cost);
}

/** A loss or a regret to four decimals: `2.3145`; `–` for NaN or nothing. */
export function formatNats(nats: number | undefined): string {
  if (nats === undefined || Number.isNaN(nats)) return "–";
  return nats === Number.POSITIVE_INFINITY ? "∞" : nats.toFixed(4);
}

/** A difference with its sign: `+0.012`, `−0.012`; `–` for NaN. */
export function formatSigned(difference: number, decimals = 4): string {
  return Number.isNaN(difference) ? "–" : `${difference < 0 ? "−" : "+"}${Math.abs(difference).toFixed(decimals)}`;
}

/** A share of one in per cent: `12 %`. */
export function formatPercent(share: number, decimals = 0): string {
  return `${(100 * share).toFixed(decimals)} %`;
}

/** Three significant digits, such as of a learning rate: `0.00123`. */
export function formatShort(value: number): string {
  return String(Number(value.toPrecision(3)));
}
