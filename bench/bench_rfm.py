"""RFM on a million orders: ours on pandas and Polars beside textbook pandas, tuned pandas and lifetimes.

Every contender does the whole task: drop cancelled orders and refunds, net amounts, Beijing days, recency,
frequency and monetary value per customer, eight classes by the mean, fifths and ten segments. Runs alternate,
so that a busy moment of the machine hits all; figures are medians. Outputs are compared before anything is
timed: tuned pandas equals ours in every column; the textbook's R, F, M and eight classes are equal, its
fifths are not, because ``rank(method="first")`` splits ties by row order; lifetimes counts repeat days, not
orders, so only its days since the last order are compared. lifetimes needs no shim under pandas 3.1: it only
warns about an option that pandas 4 drops. Tuned pandas takes every row for an order; ours checks that it is.
"""

from __future__ import annotations

import os
import statistics
import sys
import warnings
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd
import polars as pl

sys.path.insert(0, str(Path(__file__).parent))
from _table import Row, report  # the benchmarks are scripts, not a package

from ecrm_helpers.rfm import TEN_SEGMENTS, RFMSettings, classify, customer_table, quintiles

ORDERS, CUSTOMERS = int(os.environ.get("BENCH_ORDERS", "1000000")), 100_000
AS_OF, ZONE = pd.Timestamp("2026-07-01"), "Asia/Shanghai"
COUNTED = ["completed", "partly_refunded"]
NAMES = {
    "HHH": "重要价值客户", "HLH": "重要发展客户", "LHH": "重要保持客户", "LLH": "重要挽留客户",
    "HHL": "一般价值客户", "HLL": "一般发展客户", "LHL": "一般保持客户", "LLL": "一般挽留客户",
}  # fmt: skip


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


def ours(orders: object) -> pd.DataFrame:
    settings = RFMSettings(as_of="2026-07-01")
    return quintiles(classify(customer_table(orders, settings), settings))


def tuned(orders: pd.DataFrame) -> pd.DataFrame:
    """Write the same by hand, with what makes pandas fast."""
    keep = orders["status"].isin(COUNTED) & (orders["ordered_at"] < AS_OF.tz_localize(ZONE))
    part = orders.loc[keep, ["customer_id", "ordered_at"]]
    part["net"] = orders["amount_cny"].to_numpy()[keep] - orders["refund_cny"].to_numpy()[keep]
    # One sort at the end, at customer grain, is cheaper than groupby's own.
    groups = part.groupby("customer_id", sort=False)
    table = groups.agg(last=("ordered_at", "max"), frequency=("net", "size"), monetary=("net", "sum"))
    table = table.sort_index()
    day = table["last"].dt.tz_convert(ZONE).dt.tz_localize(None).dt.normalize()
    recency, frequency = (AS_OF - day).dt.days.to_numpy(), table["frequency"].to_numpy()
    monetary, n = table["monetary"].to_numpy(), len(table)
    high = [recency <= recency.mean(), frequency >= frequency.mean(), monetary >= monetary.mean()]
    codes = np.array([f"{r}{f}{m}" for r in "LH" for f in "LH" for m in "LH"], dtype=object)
    which = 4 * high[0] + 2 * high[1] + high[2]
    r = 5 * (n - np.searchsorted(np.sort(recency), recency, side="right")) // n + 1
    f = 5 * np.searchsorted(np.sort(frequency), frequency) // n + 1
    m = 5 * np.searchsorted(np.sort(monetary), monetary) // n + 1
    cells = [TEN_SEGMENTS[a, b] for a in range(1, 6) for b in range(1, 6)]
    cell = 5 * (r - 1) + f - 1
    return pd.DataFrame(
        {
            "customer_id": table.index,
            "last_order": day.to_numpy().astype("datetime64[s]"),
            "recency_days": recency,
            "frequency": frequency,
            "monetary": monetary,
            "r_high": high[0],
            "f_high": high[1],
            "m_high": high[2],
            "code": codes[which],
            "segment": np.array([NAMES[code] for code in codes], dtype=object)[which],
            "r_score": r.astype("int8"),
            "f_score": f.astype("int8"),
            "m_score": m.astype("int8"),
            "segment10": np.array([c.name for c in cells], dtype=object)[cell],
            "segment10_en": np.array([c.name_en for c in cells], dtype=object)[cell],
        }
    )


def textbook(orders: pd.DataFrame) -> pd.DataFrame:
    """Follow the usual tutorial: lambdas per group, qcut, a function per row."""
    df = orders[orders["status"].isin(COUNTED)].copy()
    df["date"] = df["ordered_at"].dt.tz_convert(ZONE).dt.tz_localize(None).dt.normalize()
    df = df[df["date"] < AS_OF]
    df["net"] = df["amount_cny"] - df["refund_cny"]
    table = df.groupby("customer_id").agg(
        recency_days=("date", lambda days: (AS_OF - days.max()).days),
        frequency=("order_id", "nunique"),
        monetary=("net", lambda net: net.sum()),
    )
    for name, column, labels in (
        ("r_score", "recency_days", [5, 4, 3, 2, 1]),
        ("f_score", "frequency", [1, 2, 3, 4, 5]),
        ("m_score", "monetary", [1, 2, 3, 4, 5]),
    ):
        table[name] = pd.qcut(table[column].rank(method="first"), 5, labels=labels).astype(int)
    means = table[["recency_days", "frequency", "monetary"]].mean()

    def eight(row: pd.Series) -> str:
        code = "H" if row["recency_days"] <= means["recency_days"] else "L"
        code += "H" if row["frequency"] >= means["frequency"] else "L"
        return NAMES[code + ("H" if row["monetary"] >= means["monetary"] else "L")]

    table["segment"] = table.apply(eight, axis=1)
    table["segment10"] = table.apply(lambda row: TEN_SEGMENTS[row["r_score"], row["f_score"]].name, axis=1)
    return table.reset_index()


def with_lifetimes(orders: pd.DataFrame) -> pd.DataFrame:
    """Summarise with lifetimes, then score with the same functions as ours."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The 'mode.chained_assignment' option")
        from lifetimes.utils import summary_data_from_transaction_data  # noqa: PLC0415, warns on import
    part = orders[orders["status"].isin(COUNTED)]
    part = part.assign(
        day=part["ordered_at"].dt.tz_convert(ZONE).dt.tz_localize(None),
        net=part["amount_cny"] - part["refund_cny"],
    )
    summary = summary_data_from_transaction_data(
        part, "customer_id", "day", monetary_value_col="net", observation_period_end=AS_OF
    )
    table = pd.DataFrame(
        {
            "customer_id": summary.index,
            "recency_days": (summary["T"] - summary["recency"]).to_numpy().astype("int64"),
            "frequency": summary["frequency"].to_numpy() + 1,
            "monetary": summary["monetary_value"].to_numpy(),
        }
    )
    return quintiles(classify(table))


def check(orders: pd.DataFrame, table: pl.DataFrame) -> None:
    expected = ours(orders)
    pd.testing.assert_frame_equal(ours(table), expected)
    pd.testing.assert_frame_equal(ours(table.lazy()), expected)
    pd.testing.assert_frame_equal(tuned(orders), expected)
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
    table = to_polars(orders)
    lazy = table.lazy()
    check(orders, table)
    runs = 9
    fast = alternate({"ours": lambda: ours(orders), "tuned": lambda: tuned(orders)}, runs)
    fast |= alternate({"polars": lambda: ours(table), "lazy": lambda: ours(lazy)}, runs)
    slow = alternate({"textbook": lambda: textbook(orders), "lifetimes": lambda: with_lifetimes(orders)}, 1)
    size = f"{ORDERS / 1e6:g} M orders"
    rows: list[Row] = []
    for name, mine, other, base, note in (
        ("pandas vs tuned pandas", "ours", "tuned", fast, ""),
        ("Polars vs tuned pandas", "polars", "tuned", fast, ""),
        ("Polars lazy vs tuned pandas", "lazy", "tuned", fast, "counts distinct orders per customer"),
        ("pandas vs textbook pandas", "ours", "textbook", slow, "its fifths differ by ties"),
        ("pandas vs lifetimes", "ours", "lifetimes", slow, "counts repeat days, not orders"),
    ):
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
