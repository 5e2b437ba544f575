/**
 * Minimizes by the simplex of Nelder and Mead (1965), started `size` wide; for functions of two or three variables
 * whose derivatives are not to be trusted. Stops when the simplex is smaller than `tolerance`.
 */
export function minimizeNelderMead(
  value: (x: Float64Array) => number,
  start: Float64Array,
  { size, tolerance, evaluations = 400 }: { size: number; tolerance: number; evaluations?: number },
): Float64Array {
  const n = start.length;
  const vertex = (x: Float64Array) => ({ x, f: finite(value(x)) });
  const simplex = [vertex(start.slice())];
  for (let i = 0; i < n; i++) {
    const x = start.slice();
    x[i] = x[i]! + size;
    simplex.push(vertex(x));
  }
  for (let used = n + 1; used < evaluations; used++) {
    simplex.sort((a, b) => a.f - b.f);
    const best = simplex[0]!;
    const worst = simplex[n]!;
    const spread = Math.max(...simplex.map(({ x }) => Math.max(...x.map((xi, i) => Math.abs(xi - best.x[i]!)))));
    if (spread < tolerance) break;
    const center = best.x.map((_, i) => simplex.slice(0, n).reduce((sum, { x }) => sum + x[i]!, 0) / n);
    const along = (factor: number) => vertex(center.map((c, i) => c + factor * (worst.x[i]! - c)));
    const reflected = along(-1);
    let replacement = reflected;
    if (reflected.f < best.f) {
      const expanded = along(-2);
      if (expanded.f < reflected.f) replacement = expanded;
    } else if (reflected.f >= simplex[n - 1]!.f) {
      const contracted = along(reflected.f < worst.f ? -0.5 : 0.5);
      if (contracted.f < Math.min(reflected.f, worst.f)) replacement = contracted;
      else {
        for (let i = 1; i <= n; i++) simplex[i] = vertex(simplex[i]!.x.map((xi, k) => (xi + best.x[k]!) / 2));
        continue;
      }
    }
    simplex[n] = replacement;
  }
  return simplex.reduce((a, b) => (b.f < a.f ? b : a)).x;
}

function finite(f: number): number {
  return Number.isNaN(f) ? Number.POSITIVE_INFINITY : f;
}
