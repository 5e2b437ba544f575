import { budgetsIn } from "../../../src/table/budgets.ts";
import { FIELDS } from "../../../src/task/configuration.ts";
import { formatFlops } from "../../../src/task/quantity.ts";
import { WIRE_NAMES } from "../../../src/task/stanford-2025/wire.ts";
import type { ChartRun } from "./chart.ts";
import type { Method } from "./fit-results.ts";
import { METHOD_TITLES } from "./methods.ts";

/** What a cell holds: runs, and how they are fitted. */
export interface NotebookCell {
  readonly runs: readonly ChartRun[];
  /** The runs that are fitted: of each size and budget the best. */
  readonly best: readonly ChartRun[];
  readonly method: Method;
  /** FLOPs. */
  readonly target: number;
  /** Where the runs come from, in words. */
  readonly origin: string;
}

/** A notebook cell in Python: the runs as a table of pandas, and the fit made again, which predicts `N_target`. */
export function notebookCell({ runs, best, method, target, origin }: NotebookCell): string {
  const fields = FIELDS.filter((field) => field !== "trainFlops" && runs.every((run) => run[field] !== undefined));
  const kept = new Set(best);
  const budget = new Map(budgetsIn(best).flatMap(({ C, runs: tried }) => tried.map((run) => [run, C] as const)));
  const head = [...fields.map((field) => WIRE_NAMES[field]), "N", "D", "C", "loss", "budget"];
  const rows = runs.map((run) => {
    const level = kept.has(run) ? budget.get(run) : "";
    return [...fields.map((field) => run[field]), run.N, run.D, run.C, run.loss, level].join(",");
  });
  return [
    `# ${origin}. Needs numpy, pandas and scipy.`,
    "import io",
    "import numpy as np",
    "import pandas as pd",
    "from scipy.optimize import least_squares, nnls",
    "",
    'runs = pd.read_csv(io.StringIO("""',
    head.join(","),
    ...rows,
    '""".strip()))',
    "# The best run of each size has a budget; the others compare recipes.",
    "best = runs.dropna(subset=['budget'])",
    `target = ${formatFlops(target)}`,
    "",
    `# ${METHOD_TITLES[method]}`,
    ...FITS[method],
    'print(f"best size at {target:.3g} FLOPs: {N_target:.4g} parameters")',
    "",
  ].join("\n");
}

const POWER_LAW = ['print(f"N = {np.exp(ln_k):.4g} * C^{a:.4f}")', "N_target = np.exp(ln_k + a * np.log(target))"];

const LAW = (raw: boolean) => [
  "def law(p, N, D):",
  '    """L = E + A / N^alpha + B / D^beta, with ln A and ln B."""',
  "    E, ln_A, ln_B, alpha, beta = p",
  "    return E + np.exp(ln_A - alpha * np.log(N)) + np.exp(ln_B - beta * np.log(D))",
  "",
  "def residuals(p):",
  raw
    ? "    return law(p, best.N, best.D) - best.loss"
    : "    return np.log(law(p, best.N, best.D)) - np.log(best.loss)",
  "",
  "fits = []",
  "for alpha in (0.25, 0.5):",
  "    for beta in (0.25, 0.5):",
  "        (E, A, B), _ = nnls(np.stack([best.N**0.0, best.N**-alpha, best.D**-beta], axis=1), best.loss)",
  "        start = [E + 1e-6, np.log(A + 1e-6), np.log(B + 1e-6), alpha, beta]",
  `        fits.append(least_squares(residuals, start, bounds=([0, -50, -50, 0.01, 0.01], [50, 50, 50, 3, 3]), x_scale="jac",`,
  raw
    ? "                                  xtol=1e-12, ftol=1e-12, gtol=1e-12, max_nfev=500))"
    : '                                  loss="huber", f_scale=1e-3, xtol=1e-12, ftol=1e-12, gtol=1e-12, max_nfev=500))',
  "E, ln_A, ln_B, alpha, beta = min(fits, key=lambda fit: fit.cost).x",
  'print(f"E {E:.4g}, A {np.exp(ln_A):.4g}, B {np.exp(ln_B):.4g}, alpha {alpha:.4g}, beta {beta:.4g}")',
  "# C = k * N * D; k is 6 unless the table counts otherwise.",
  "k = np.exp(np.log(best.C / (best.N * best.D)).mean())",
  "ln_G = (np.log(alpha / beta) + ln_A - ln_B) / (alpha + beta)",
  "N_target = np.exp(ln_G + beta / (alpha + beta) * np.log(target / k))",
];

const FITS: Readonly<Record<Method, readonly string[]>> = {
  minimum: [
    "optima = best.groupby('budget').filter(lambda tried: len(tried) > 1)",
    "optima = optima.loc[optima.groupby('budget').loss.idxmin()]",
    "# Least squares of N itself, as the handout's recipe has it.",
    "start = np.polyfit(np.log(optima.C), np.log(optima.N), 1)",
    "scale = optima.N.max()",
    "found = least_squares(lambda p: np.exp(p[1] + p[0] * np.log(optima.C) - np.log(scale)) - optima.N / scale, start,",
    '                      x_scale="jac", xtol=1e-14, ftol=1e-14, gtol=1e-14)',
    "a, ln_k = found.x",
    ...POWER_LAW,
  ],
  parabola: [
    "def vertex(tried):",
    '    """The lowest point of a parabola of loss over ln N, through the sizes near the lowest run."""',
    "    sizes = np.sort(tried.N.unique())",
    "    lowest = tried.N[tried.loss.idxmin()]",
    "    at = int(np.searchsorted(sizes, lowest))",
    "    if at in (0, len(sizes) - 1):",
    "        return np.nan",
    "    low, high = sizes[max(0, at - 2)], sizes[min(len(sizes) - 1, at + 2)]",
    "    near = tried[tried.N.between(low, high) | (np.abs(np.log(tried.N / lowest)) <= np.log(5) + 1e-9)]",
    "    x = np.log(near.N)",
    "    c2, c1, _ = np.polyfit(x - x.mean(), near.loss, 2)",
    "    at = x.mean() - c1 / (2 * c2)",
    "    return np.exp(at) if c2 > 0 and x.min() < at < x.max() else np.nan",
    "",
    "found = {budget: vertex(tried) for budget, tried in best.groupby('budget')}",
    "optima = pd.DataFrame({'C': found.keys(), 'N': found.values()}).dropna()",
    "a, ln_k = np.polyfit(np.log(optima.C), np.log(optima.N), 1)",
    ...POWER_LAW,
  ],
  parametric: LAW(false),
  "variable-projection": LAW(true),
};
