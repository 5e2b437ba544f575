"""The reference that `npm run bench:fit` is held against: approach 3 in SciPy, done well.

Sixteen starts seeded by non-negative least squares, L-BFGS-B with analytic gradients on the summed log-Huber loss,
scaled to order one so that the solver does not stop early. Reads {"N": [], "D": [], "loss": [], "repeats": n} from
standard input, prints medians in milliseconds and the objective reached.
"""

import json
import resource
import statistics
import sys
import time

import numpy as np
from scipy.optimize import minimize, nnls

DELTA = 1e-3
SCALE = 1e3


def objective(x, log_n, log_d, log_loss, weight):
    a, b, e, alpha, beta = x
    terms = np.stack([a - alpha * log_n, b - beta * log_d, np.full_like(log_n, e)])
    top = terms.max(axis=0)
    parts = np.exp(terms - top)
    total = parts.sum(axis=0)
    residual = top + np.log(total) - log_loss
    size = np.abs(residual)
    value = np.where(size <= DELTA, 0.5 * residual**2, DELTA * (size - 0.5 * DELTA))
    slope = weight * np.clip(residual, -DELTA, DELTA)
    share = parts / total
    gradient = np.array(
        [
            slope @ share[0],
            slope @ share[1],
            slope @ share[2],
            -(slope * share[0]) @ log_n,
            -(slope * share[1]) @ log_d,
        ]
    )
    return SCALE * (weight @ value), SCALE * gradient


def descend(start, data):
    options = {"maxiter": 2000, "maxfun": 5000, "ftol": 1e-15, "gtol": 1e-12, "maxcor": 20}
    return minimize(objective, start, args=data, jac=True, method="L-BFGS-B", options=options)


def seeds(log_n, log_d, log_loss):
    loss = np.exp(log_loss)
    for alpha in (0.2, 0.3, 0.45, 0.7):
        for beta in (0.2, 0.3, 0.45, 0.7):
            columns = np.stack([np.exp(-alpha * log_n), np.exp(-beta * log_d), np.ones_like(log_n)], axis=1)
            # Columns of one size, or their scales of 1e-3 and 1 would decide for NNLS.
            norms = np.linalg.norm(columns / loss[:, None], axis=0)
            solved, _ = nnls(columns / loss[:, None] / norms, np.ones_like(loss))
            a, b, e = np.log(np.maximum(solved / norms, 1e-6))
            yield np.array([a, b, e, alpha, beta])


def multi_start(data):
    log_n, log_d, log_loss, _ = data
    return min((descend(start, data) for start in seeds(log_n, log_d, log_loss)), key=lambda result: result.fun)


def milliseconds(work, repeats):
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        work()
        times.append(1e3 * (time.perf_counter() - begin))
    return statistics.median(times)


def main():
    given = json.load(sys.stdin)
    log_n, log_d, log_loss = (np.log(np.array(given[key])) for key in ("N", "D", "loss"))
    data = (log_n, log_d, log_loss, np.ones_like(log_n))
    best = multi_start(data)
    rng = np.random.default_rng(0)

    def refit():
        weight = np.bincount(rng.integers(0, len(log_n), len(log_n)), minlength=len(log_n)).astype(float)
        descend(best.x, (log_n, log_d, log_loss, weight))

    report = {
        "objective": best.fun / SCALE,
        "multiStart": milliseconds(lambda: multi_start(data), given["repeats"]),
        "refit": milliseconds(refit, 40),
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    json.dump(report, sys.stdout)


if __name__ == "__main__":
    main()
