"""RFM on a million orders: every engine beside the task written by hand, textbook pandas and lifetimes.

Runs alternate, so that a busy moment of the machine hits all; figures are medians. Outputs are compared
before anything is timed: tuned pandas, Polars and DuckDB by hand equal ours in every customer, number, class
and score; the textbook's R, F, M and eight classes are equal, its fifths are not; of lifetimes only customers
and days since the last order can be compared. `_rfm` holds the contenders and says why.
"""

from __future__ import annotations

import os
import statistics
import sys
from pathlib import Path
from time import perf_counter

import duckdb
import numpy as np
import pandas as pd
import polars as pl

sys.path.insert(0, str(Path(__file__).parent))
from _rfm import (  # the benchmarks are scripts, not a package
    COUNTED,
    comparable,
    duckdb_by_hand,
    ours,
    polars_by_hand,
    textbook,
    tuned,
    with_lifetimes,
)
from _table import Row, report

ORDERS, CUSTOMERS = int(os.environ.get("BENCH_ORDERS", "1000000")), 100_000


def make_orders(seed: int = 1) -> pd.DataFrame:
    """Draw orders of unequal customers over 24 months, in order of their ids as an export has them."""
    rng = np.random.default_rng(seed)
    weight = rng.gamma(0.8, size=CUSTOMERS)
    customer = rng.choice(CUSTOMERS, ORDERS, p=weight / weight.sum())
    second = np.sort(rng.integers(0, 730 * 86_400, ORDERS))
    status = rng.choice([*COUNTED, "cancelled", "refunded"], ORDERS, p=[0.86, 0.04, 0.06, 0.04])
    amount = rng.lognormal(10, 0.7, ORDERS).astype("int64")
    refund = np.where(status == "partly_refunded", amount // 3, np.where(status == "refunded", amount, 0))
    start = pd.Timestamp("2024-06-30T16:00", tz="UTC")
    frame = pd.DataFrame(
        {
            "order_id": [f"O{n:08d}" for n in range(ORDERS)],
            "customer_id": np.array([f"C{n:06d}" for n in range(CUSTOMERS)], dtype=object)[customer],
            "ordered_at": start + pd.to_timedelta(second, unit="s"),
            "status": status,
            "amount_cny": amount,
            "refund_cny": refund,
        }
    )
    return frame.astype({"order_id": "str", "customer_id": "str", "status": "str"})


def to_polars(frame: pd.DataFrame) -> pl.DataFrame:
    naive = frame["ordered_at"].dt.tz_localize(None).astype("datetime64[us]").to_numpy()
    texts = {name: frame[name].to_list() for name in ("order_id", "customer_id", "status")}
    numbers = {name: frame[name].to_numpy() for name in ("amount_cny", "refund_cny")}
    return pl.DataFrame({**texts, "ordered_at": naive, **numbers}).with_columns(
        pl.col("ordered_at").dt.replace_time_zone("UTC")
    )


def check(orders: pd.DataFrame, lazy: pl.LazyFrame, relation: duckdb.DuckDBPyRelation) -> None:
    expected = ours(orders)
    for engine in (lazy, lazy.collect(), relation):
        pd.testing.assert_frame_equal(ours(engine), expected)
    pd.testing.assert_frame_equal(tuned(orders), expected)
    for result in (polars_by_hand(lazy), duckdb_by_hand(relation)):
        pd.testing.assert_frame_equal(comparable(result), comparable(expected))
    few = orders[orders["customer_id"] < "C002000"]
    plain, short = textbook(few), ours(few)
    for column in ("customer_id", "recency_days", "frequency", "monetary", "segment"):
        assert plain[column].tolist() == short[column].tolist(), column
    other = with_lifetimes(few)
    assert other["customer_id"].tolist() == short["customer_id"].tolist()
    assert other["recency_days"].tolist() == short["recency_days"].tolist()


def alternate(contenders: dict[str, object], runs: int) -> dict[str, float]:
    """Run each in turn, `runs` times, and return the medians in seconds."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(runs):
        for name, call in contenders.items():
            begin = perf_counter()
            call()  # type: ignore[operator]
            times[name].append(perf_counter() - begin)
    return {name: statistics.median(values) for name, values in times.items()}


def main() -> None:
    orders = make_orders()
    frame = to_polars(orders)
    lazy = frame.lazy()
    connection = duckdb.connect()
    connection.execute("CREATE TABLE orders AS FROM frame")
    relation = connection.table("orders")
    check(orders, lazy, relation)
    runs = 9
    fast = alternate({"ours": lambda: ours(orders), "tuned": lambda: tuned(orders)}, runs)
    fast |= alternate(
        {"polars": lambda: ours(frame), "lazy": lambda: ours(lazy), "hand": lambda: polars_by_hand(lazy)},
        runs,
    )
    fast |= alternate({"duckdb": lambda: ours(relation), "sql": lambda: duckdb_by_hand(relation)}, runs)
    slow = alternate({"textbook": lambda: textbook(orders), "lifetimes": lambda: with_lifetimes(orders)}, 1)
    size = f"{ORDERS / 1e6:g} M orders"
    rows: list[Row] = []
    for name, mine, other, note in (
        ("pandas vs lifetimes", "ours", "lifetimes", "counts repeat days, not orders"),
        ("pandas vs textbook pandas", "ours", "textbook", "its fifths differ by ties"),
        ("pandas vs tuned pandas", "ours", "tuned", "grouped by DuckDB, which is installed"),
        ("Polars eager vs tuned pandas", "polars", "tuned", ""),
        ("Polars lazy vs Polars by hand", "lazy", "hand", "both count distinct orders"),
        ("DuckDB vs SQL by hand", "duckdb", "sql", "both count distinct orders"),
    ):
        base = slow if other in slow else fast
        row: Row = {
            "metric": f"RFM {size}: {name}",
            "ours": fast[mine],
            "baseline": base[other],
            "note": note,
        }
        rows.append({**row, "runs": runs if base is fast else 1})
    report("RFM: table, eight classes, fifths, ten segments", rows)


if __name__ == "__main__":
    main()
