"""A million customers over 60 months, one by one: ours beside a bare numpy loop doing the same.

Both move every customer by the same matrix, let Poisson newcomers join and count people per stage and month.
Every run of both is held against the projection: five standard errors.
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path
from time import perf_counter

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from _table import Row, report  # the benchmarks are scripts, not a package

from ecrm_helpers.lifecycle import Base, Levers, matrix_with, new_customers_with, project, simulate

CUSTOMERS, MONTHS, RUNS = 1_000_000, 60, 5
PLAN = Levers(acquisition_budget=20_000, retention_budget=8_000, loyalty_budget=5_000, winback_budget=3_000)


def bare_loop(base: Base, seed: int) -> np.ndarray:
    """Compare one uniform number per customer with the cumulative row of the customer's stage."""
    rng = np.random.default_rng(seed)
    total = sum(base.people)
    bounds = np.cumsum(matrix_with(PLAN, base), axis=1)[:, :-1]
    state = rng.choice(5, CUSTOMERS, p=np.array(base.people) / total).astype(np.int8)
    arriving = rng.poisson(new_customers_with(PLAN, base) * CUSTOMERS / total, MONTHS)
    people = np.zeros((MONTHS + 1, 5))
    people[0] = np.bincount(state, minlength=5)
    for month, new in enumerate(arriving):
        uniform = rng.random(len(state))
        state = (uniform[:, None] >= bounds[state]).sum(axis=1).astype(np.int8)
        state = np.concatenate([state, np.zeros(new, dtype=np.int8)])
        people[month + 1] = np.bincount(state, minlength=5)
    return people


def check(people: np.ndarray, base: Base) -> None:
    mean = project(PLAN, base, MONTHS).people * CUSTOMERS / sum(base.people)
    assert (np.abs(people - mean) < 5 * np.sqrt(mean) + 1).all()


def main() -> None:
    growing, closed = Base(), Base(new_customers=0, new_customers_max=0)
    rows: list[Row] = []
    for base, note in ((closed, "no newcomers: 60 M moves"), (growing, "newcomers join: 3.5 M at the end")):
        times: dict[str, list[float]] = {"ours": [], "bare": []}
        for seed in range(RUNS):
            begin = perf_counter()
            run = simulate(PLAN, base, customers=CUSTOMERS, months=MONTHS, seed=seed)
            times["ours"].append(perf_counter() - begin)
            check(run.people, base)
            if seed < 2:
                begin = perf_counter()
                people = bare_loop(base, seed)
                times["bare"].append(perf_counter() - begin)
                check(people, base)
        rows.append(
            {
                "metric": "lifecycle 1 M customers × 60 months",
                "ours": statistics.median(times["ours"]),
                "baseline": statistics.median(times["bare"]),
                "runs": RUNS,
                "note": f"bare numpy loop; {note}",
            }
        )
    report("Lifecycle: individual customers", rows)


if __name__ == "__main__":
    main()
