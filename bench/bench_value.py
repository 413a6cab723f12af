"""BG/NBD and gamma-gamma: ours beside lifetimes on all of CDNOW, and ours alone on a million customers.

Every contender starts from the same table of x, t_x, T and mean value, in weeks, of 23,570 customers. The
estimates are compared before anything is timed: ours must reach at least the likelihood of lifetimes. Runs
alternate, so that a busy moment of the machine hits both; figures are medians. The million customers are
drawn from the model, to the day.
"""

from __future__ import annotations

import statistics
import sys
import warnings
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parent))
from _table import Row, report  # the benchmarks are scripts, not a package

from ecrm_helpers.datasets import load_shop
from ecrm_helpers.value import (
    BGNBD,
    customer_value,
    expected_purchases,
    fit_bgnbd,
    fit_gamma_gamma,
    log_likelihood,
    repeat_table,
)

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", message="The 'mode.chained_assignment' option is deprecated")
    import lifetimes

RUNS = 3


def time_of(call) -> tuple[float, object]:
    start = perf_counter()
    result = call()
    return perf_counter() - start, result


def pair(metric: str, ours, theirs, *, note: str) -> Row:
    """Time two calls in turn and return one row."""
    times = [(time_of(ours)[0], time_of(theirs)[0]) for _ in range(RUNS)]
    mine, other = (statistics.median(column) for column in zip(*times, strict=True))
    return {"metric": metric, "ours": mine, "baseline": other, "runs": RUNS, "note": note}


def fit_theirs(table: pd.DataFrame) -> lifetimes.BetaGeoFitter:
    return lifetimes.BetaGeoFitter().fit(table["x"], table["t_x"], table["T"])


def draw(customers: int, fit: BGNBD, *, seed: int = 1) -> pd.DataFrame:
    """Draw customers from the model, purchases and ages to the day, as an export gives them."""
    rng = np.random.default_rng(seed)
    rate, leave = rng.gamma(fit.r, 1 / fit.alpha, customers), rng.beta(fit.a, fit.b, customers)
    age = np.floor(rng.uniform(1, 730, customers)) / 7
    x, t_x, clock = np.zeros(customers), np.zeros(customers), np.zeros(customers)
    who = np.arange(customers)
    while who.size:
        clock[who] = (
            np.ceil((clock[who] + rng.exponential(1.0, who.size) / np.maximum(rate[who], 1e-9)) * 7) / 7
        )
        who = who[clock[who] <= age[who]]
        x[who] += 1
        t_x[who] = clock[who]
        who = who[rng.random(who.size) >= leave[who]]
    mean = rng.gamma(6.0 * np.maximum(x, 1)) / rng.gamma(4.0, 1 / 1_500.0, customers) / np.maximum(x, 1)
    table = pd.DataFrame(
        {"x": x.astype("int64"), "t_x": t_x, "T": age, "mean_value": np.where(x > 0, mean, np.nan)}
    )
    table.attrs["unit"] = "week"
    return table


def main() -> None:
    warnings.filterwarnings("ignore", category=RuntimeWarning, module="lifetimes|autograd|scipy")
    shop = load_shop("cdnow")
    table = repeat_table(shop.orders, as_of=shop.as_of)
    fit, theirs = fit_bgnbd(table), fit_theirs(table)
    same = BGNBD(**{name: float(theirs.params_[name]) for name in ("r", "alpha", "a", "b")})
    assert fit.log_likelihood >= log_likelihood(same, table) - 0.01
    buyers = table[(table["x"] > 0) & (table["mean_value"] > 0)]
    spend = lifetimes.GammaGammaFitter().fit(buyers["x"], buyers["mean_value"] / 100)
    ours = fit_gamma_gamma(table)
    assert np.allclose([ours.p, ours.q, ours.v / 100], [spend.params_[name] for name in "pqv"], rtol=0.01)
    history = (table["x"], table["t_x"], table["T"])
    expected = theirs.conditional_expected_number_of_purchases_up_to_time(52, *history)
    assert np.allclose(expected_purchases(same, table, 52), expected, rtol=1e-6)
    both = f"{len(table):,} customers, same table; lifetimes {lifetimes.__version__}"
    rows = [
        pair("BG/NBD, fit", lambda: fit_bgnbd(table), lambda: fit_theirs(table), note=both),
        pair(
            "gamma-gamma, fit",
            lambda: fit_gamma_gamma(table),
            lambda: lifetimes.GammaGammaFitter().fit(buyers["x"], buyers["mean_value"] / 100),
            note=both,
        ),
        pair(
            "expected purchases, 52 weeks",
            lambda: expected_purchases(fit, table, 52),
            lambda: theirs.conditional_expected_number_of_purchases_up_to_time(52, *history),
            note=both,
        ),
    ]
    truth = BGNBD(r=0.9, alpha=9.3, a=1.1, b=3.3, unit="week")
    large = draw(1_000_000, truth)
    seconds, found = time_of(lambda: fit_bgnbd(large))
    note = f"1,000,000 customers; found {', '.join(f'{value:.2f}' for value in found.parameters)}"
    rows.append({"metric": "BG/NBD, fit", "ours": seconds, "baseline": None, "note": note})
    seconds, money = time_of(lambda: fit_gamma_gamma(large))
    note = f"{money.customers:,} customers who bought again"
    rows.append({"metric": "gamma-gamma, fit", "ours": seconds, "baseline": None, "note": note})
    seconds, _ = time_of(
        lambda: customer_value(large, buying=found, spending=money, months=12, margin=0.3, discount=0.01)
    )
    rows.append(
        {"metric": "CLV of each, 12 months", "ours": seconds, "baseline": None, "note": "1,000,000 customers"}
    )
    report("Models of repeat buying", rows)


if __name__ == "__main__":
    main()
