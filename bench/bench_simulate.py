"""A million customers of the cross-border shop: seconds and memory, beside lifetimes' generator.

The baseline, `lifetimes.generate_data.modified_beta_geometric_nbd_model`, draws the purchase dates alone
(no spend, delivery, satisfaction, campaigns or tables) customer by customer; it runs on 5,000 customers and
is scaled up, which its linear loop allows.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np
from _table import report

from ecrm_helpers.datasets import load_shop
from ecrm_helpers.simulate import RONGYU, SEEDS, generate, write_shop

CUSTOMERS = 1_000_000
SAMPLE = 5_000
MEGABYTE = 1024.0  # ru_maxrss counts KiB


def seconds(task, *, runs: int) -> float:
    """Best of `runs` wall times."""
    times = []
    for _ in range(runs):
        start = perf_counter()
        task()
        times.append(perf_counter() - start)
    return min(times)


def lifetimes_seconds() -> float:
    """Time the baseline on SAMPLE customers, scaled to CUSTOMERS."""
    from lifetimes.generate_data import modified_beta_geometric_nbd_model  # noqa: PLC0415  slow import

    model = RONGYU.purchase
    np.random.seed(1)  # noqa: NPY002  the baseline knows the global generator only
    days = np.full(SAMPLE, 365.0)

    def task() -> None:
        modified_beta_geometric_nbd_model(days, model.r, model.alpha, model.a, model.b, size=SAMPLE)

    return seconds(task, runs=1) * CUSTOMERS / SAMPLE


def million() -> None:
    """Generate the million in this process and print seconds and the peak of memory in MB."""
    start = perf_counter()
    tables = generate(replace(RONGYU, customers=CUSTOMERS), seed=1)
    spent = perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE
    print(spent, peak, len(tables["orders"]))


def main() -> None:
    """Print and record the comparison."""
    command = [sys.executable, __file__, "million"]
    lines = [subprocess.run(command, capture_output=True, text=True, check=True).stdout for _ in range(2)]
    spent, peak, orders = min(tuple(map(float, line.split())) for line in lines)
    with tempfile.TemporaryDirectory() as folder:
        regenerate = seconds(lambda: write_shop(generate(RONGYU, seed=SEEDS["rongyu"]), Path(folder)), runs=3)
    report(
        "Shop generator",
        [
            {
                "metric": f"generate {CUSTOMERS:,} customers, all tables",
                "ours": spent,
                "baseline": lifetimes_seconds(),
                "unit": "s",
                "runs": 2,
                "note": f"{orders:,.0f} orders; baseline: lifetimes, dates only, scaled from {SAMPLE:,}",
            },
            {"metric": "peak memory of the same", "ours": peak, "baseline": None, "unit": "MB", "runs": 2},
            {
                "metric": "regenerate and write rongyu",
                "ours": regenerate,
                "baseline": None,
                "unit": "s",
                "runs": 3,
            },
            {
                "metric": "load rongyu from CSV",
                "ours": seconds(load_shop, runs=5),
                "baseline": None,
                "unit": "s",
                "runs": 5,
            },
        ],
    )


if __name__ == "__main__":
    million() if sys.argv[1:] == ["million"] else main()
