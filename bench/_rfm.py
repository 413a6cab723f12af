"""The whole RFM task, ours and written by hand in every way people write it; both RFM benchmarks use it.

Everyone drops cancelled orders and refunds, nets amounts, takes Beijing days and returns a pandas frame
sorted by customer: recency, distinct orders and money, eight classes by the mean, fifths and ten segments.
Tuned pandas takes every row for an order; ours checks that it is. The textbook's fifths split ties by row
order. lifetimes counts repeat days, not orders; it needs no shim under pandas 3.1, it only warns about an
option that pandas 4 drops.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import polars as pl

from ecrm_helpers.rfm import TEN_SEGMENTS, RFMSettings, classify, customer_table, quintiles

AS_OF, ZONE = pd.Timestamp("2026-07-01"), "Asia/Shanghai"
COUNTED = ["completed", "partly_refunded"]
NAMES = {
    "HHH": "重要价值客户", "HLH": "重要发展客户", "LHH": "重要保持客户", "LLH": "重要挽留客户",
    "HHL": "一般价值客户", "HLL": "一般发展客户", "LHL": "一般保持客户", "LLL": "一般挽留客户",
}  # fmt: skip


def ours(orders: Any) -> pd.DataFrame:
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


def polars_by_hand(orders: pl.LazyFrame) -> pd.DataFrame:
    """Write one lazy query, classes and scores included, for Polars' faster engine."""

    def fifth(column: str, *, descending: bool = False) -> pl.Expr:
        smaller = pl.col(column).rank("min", descending=descending) - 1
        return (5 * smaller.cast(pl.Int64) // pl.len() + 1).cast(pl.Int8)

    def high(column: str) -> pl.Expr:
        return pl.col(column) >= pl.col(column).mean()

    def letter(column: str) -> pl.Expr:
        return pl.when(pl.col(column)).then(pl.lit("H")).otherwise(pl.lit("L"))

    before = pl.col("ordered_at") < AS_OF.tz_localize(ZONE).tz_convert("UTC")
    names = {10 * r + f: name.name for (r, f), name in TEN_SEGMENTS.items()}
    names_en = {10 * r + f: name.name_en for (r, f), name in TEN_SEGMENTS.items()}
    day = pl.col("last").dt.convert_time_zone(ZONE).dt.date()
    cell = 10 * pl.col("r_score") + pl.col("f_score")
    query = (
        orders.filter(pl.col("status").is_in(COUNTED) & before)
        .group_by("customer_id")
        .agg(
            last=pl.col("ordered_at").max(),
            frequency=pl.col("order_id").n_unique().cast(pl.Int64),
            monetary=(pl.col("amount_cny") - pl.col("refund_cny")).sum(),
        )
        .with_columns(recency_days=(pl.lit(AS_OF.date()) - day).dt.total_days(), last_order=day)
        .with_columns(
            r_high=pl.col("recency_days") <= pl.col("recency_days").mean(),
            f_high=high("frequency"),
            m_high=high("monetary"),
            r_score=fifth("recency_days", descending=True),
            f_score=fifth("frequency"),
            m_score=fifth("monetary"),
        )
        .with_columns(
            code=pl.concat_str(letter("r_high"), letter("f_high"), letter("m_high")),
            segment10=cell.replace_strict(names),
            segment10_en=cell.replace_strict(names_en),
        )
        .with_columns(segment=pl.col("code").replace_strict(NAMES))
        .drop("last")
        .sort("customer_id")
    )
    return query.collect(engine="streaming").to_pandas()


def duckdb_by_hand(orders: Any) -> pd.DataFrame:
    """Write one SQL query, classes and scores included; `orders` is a relation."""
    cells = ", ".join(f"({r}, {f}, $${c.name}$$, $${c.name_en}$$)" for (r, f), c in TEN_SEGMENTS.items())
    names = ", ".join(f"('{code}', '{name}')" for code, name in NAMES.items())
    query = f"""
        WITH customers AS (
            SELECT customer_id, max(ordered_at) AS last, count(DISTINCT order_id) AS frequency,
                   sum(amount_cny - refund_cny)::BIGINT AS monetary
            FROM orders
            WHERE status IN ('completed', 'partly_refunded')
              AND ordered_at < TIMESTAMPTZ '2026-07-01 00:00:00+08' AND customer_id IS NOT NULL
            GROUP BY customer_id
        ), days AS (
            SELECT *, timezone('{ZONE}', last)::DATE AS last_order,
                   DATE '2026-07-01' - last_order AS recency_days
            FROM customers
        ), scored AS (
            SELECT *,
                   recency_days <= avg(recency_days) OVER () AS r_high,
                   frequency >= avg(frequency) OVER () AS f_high,
                   monetary >= avg(monetary) OVER () AS m_high,
                   5 * (rank() OVER (ORDER BY recency_days DESC) - 1) // count(*) OVER () + 1 AS r_score,
                   5 * (rank() OVER (ORDER BY frequency) - 1) // count(*) OVER () + 1 AS f_score,
                   5 * (rank() OVER (ORDER BY monetary) - 1) // count(*) OVER () + 1 AS m_score,
                   if(r_high, 'H', 'L') || if(f_high, 'H', 'L') || if(m_high, 'H', 'L') AS code
            FROM days
        )
        SELECT customer_id, last_order, recency_days, frequency, monetary, r_high, f_high, m_high, code,
               segment, r_score, f_score, m_score, segment10, segment10_en
        FROM scored
        JOIN (VALUES {names}) n(code, segment) USING (code)
        JOIN (VALUES {cells}) c(r_score, f_score, segment10, segment10_en) USING (r_score, f_score)
        ORDER BY customer_id
    """  # noqa: S608, the names are our own
    return orders.query("orders", query).to_arrow_table().to_pandas()


def comparable(result: pd.DataFrame) -> pd.DataFrame:
    """Return the columns that everyone who counts as we do must have alike, in one type each."""
    numbers = ["recency_days", "frequency", "monetary", "r_score", "f_score", "m_score"]
    texts = ["customer_id", "segment", "segment10", "segment10_en"]
    kinds = dict.fromkeys(texts, "str") | dict.fromkeys(numbers, "int64")
    shown = {name: kind for name, kind in kinds.items() if name in result}
    return result[list(shown)].astype(shown).reset_index(drop=True)
