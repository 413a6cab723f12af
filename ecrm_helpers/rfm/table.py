"""From orders to one row per customer: grouped where the data is, collected once."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
import pandas as pd

from ecrm_helpers.errors import DataError
from ecrm_helpers.messages import orders as say
from ecrm_helpers.orders import (
    PlainOrders,
    check_kind,
    collected,
    counted_orders,
    local_days,
    local_days_of,
    moments,
    plain_ids,
    plain_orders,
)
from ecrm_helpers.rfm.settings import RFMSettings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    _Measured = tuple[pd.Series, NDArray[np.datetime64], NDArray[np.int64], NDArray[np.int64]]

__all__ = ["customer_table"]


def customer_table(orders: Any, settings: RFMSettings) -> pd.DataFrame:
    """Return recency, frequency and monetary value of every customer with at least one counted order.

    Parameters
    ----------
    orders : table of any engine
        pandas, PyArrow, Polars (lazy or not), DuckDB relation, Dask, Ibis, PySpark: see
        :func:`~ecrm_helpers.orders.counted_orders`. What is lazy stays lazy up to one row per customer.
        One row per order, or per order line: rows that share an ``order_id`` are one order. Columns
        ``customer_id``, ``order_id``, ``ordered_at`` (datetime), ``amount_cny`` and ``refund_cny``
        (integers, fen), ``status``; other names through ``settings.columns``. Never modified.
    settings : RFMSettings

    Returns
    -------
    pandas.DataFrame, sorted by ``customer_id``
        ``customer_id``; ``last_order`` (datetime64, local day); ``recency_days`` (int, as-of day minus
        ``last_order``, so at least 1); ``frequency`` (int, distinct orders, also several a day);
        ``monetary`` (int, fen). With ``measure="mean"`` also ``total`` (int, fen). ``.attrs`` holds what a
        reader must see beside the table: ``as_of``, ``window_days``, ``measure``, ``net_of_refunds``.

    Raises
    ------
    SettingsError
        If `settings` is no RFMSettings.
    DataError
        If `orders` is empty, no order counts, a column is missing or of the wrong type, or an amount is
        missing. Rows without a customer or a time do not count.

    Examples
    --------
    >>> from ecrm_helpers.rfm import RFMSettings
    >>> orders = pd.DataFrame({
    ...     "customer_id": ["A", "A", "B"], "order_id": ["1", "2", "3"],
    ...     "ordered_at": pd.to_datetime(["2026-06-01", "2026-06-29T16:00Z", "2026-05-02"],
    ...                                  format="ISO8601", utc=True),
    ...     "status": ["completed", "completed", "cancelled"],
    ...     "amount_cny": [9900, 5000, 7000], "refund_cny": [0, 0, 0],
    ... })
    >>> row = customer_table(orders, RFMSettings(as_of="2026-07-01")).loc[0]
    >>> row["customer_id"], int(row["recency_days"]), int(row["frequency"]), int(row["monetary"])
    ('A', 1, 2, 14900)
    """
    check_kind(settings, RFMSettings, "settings")
    end = settings.day
    start = None if settings.window_days is None else end - dt.timedelta(days=int(settings.window_days))
    plain = plain_orders(orders, settings, start=start, end=end)
    measured = _any_engine(orders, settings, end, start) if plain is None else _summed(plain, settings)
    ids, last, frequency, total = measured
    mean = settings.measure == "mean"
    table = pd.DataFrame(
        {
            "customer_id": ids,
            "last_order": last.astype("datetime64[s]"),
            "recency_days": (np.datetime64(end, "D") - last).astype(np.int64),
            "frequency": frequency,
            "monetary": (2 * total + frequency) // (2 * frequency) if mean else total,
        }
    )
    if mean:
        table["total"] = total
    table.attrs = {
        "as_of": end.isoformat(),
        "window_days": settings.window_days,
        "measure": settings.measure,
        "net_of_refunds": settings.net_of_refunds,
    }
    return table


def _summed(plain: PlainOrders, settings: RFMSettings) -> _Measured:
    """Add up the course's own orders: customers, last days, numbers of orders, sums."""
    people = len(plain.ids)
    total, last = np.zeros(people, dtype=np.int64), np.full(people, np.iinfo(np.int64).min)
    np.add.at(total, plain.customer, plain.net)
    np.maximum.at(last, plain.customer, plain.micros)
    frequency = np.bincount(plain.customer, minlength=people).astype(np.int64)
    return plain.ids, local_days_of(moments(last), settings.timezone), frequency, total


def _any_engine(orders: Any, settings: RFMSettings, end: dt.date, start: dt.date | None) -> _Measured:
    """Return the same from a table of any engine, or say what is wrong with it."""
    grouped = _group(counted_orders(orders, settings, start=start, end=end, delegate=True))
    if grouped.shape[0] == 0:
        statuses = settings.statuses if settings.columns["status"] else None
        message = say.no_orders_counted(end, statuses, start)
        raise DataError(message)
    amount = str(settings.columns["amount_cny"])
    without = int(grouped["rows"].sum()) - int(grouped["amounts"].sum())
    if without:
        message = say.amount_missing(amount, without)
        raise DataError(message)
    ids, order = plain_ids(grouped["customer"], str(settings.columns["customer_id"]))
    last = local_days(grouped["at"], settings.timezone)[order]
    frequency = grouped["frequency"].to_numpy().astype(np.int64)[order]
    total = grouped["net"].to_numpy().astype(np.int64)[order]
    return ids, last, frequency, total


def _group(counted: nw.DataFrame[Any] | nw.LazyFrame[Any]) -> nw.DataFrame[Any]:
    """Group by customer and collect; a null customer is one row here, dropped at the smaller grain."""
    rows_are_orders = "order" not in counted.collect_schema()
    engine = counted.implementation
    if rows_are_orders or not (engine.is_dask() or engine.is_duckdb()):
        grouped = counted.group_by("customer").agg(
            nw.col("at").max(),
            nw.col("net").sum(),
            nw.col("net").count().alias("amounts"),
            nw.len().alias("rows"),
            *([] if rows_are_orders else [nw.col("order").n_unique().alias("frequency")]),
        )
    else:
        grouped = _group_twice(counted)
    # Databases add integers up to 128 bits, which arrive as Python decimals, one object per customer.
    grouped = grouped.with_columns(nw.col("net", "amounts", "rows").cast(nw.Int64))
    grouped = grouped.filter(~nw.col("customer").is_null())
    if isinstance(grouped, nw.LazyFrame) and not grouped.implementation.is_dask():
        grouped = grouped.sort("customer")
    table = collected(grouped)
    if table["customer"].dtype.is_float():
        table = table.filter(~nw.col("customer").is_nan())
    return table.with_columns(frequency=nw.col("rows")) if rows_are_orders else table


def _group_twice(counted: nw.DataFrame[Any] | nw.LazyFrame[Any]) -> nw.DataFrame[Any] | nw.LazyFrame[Any]:
    """Group by order first.

    Dask's count of distinct values counts a missing one once per partition. DuckDB's takes twice as long on a
    hundred million orders and no less memory.
    """
    orders = counted.group_by("customer", "order").agg(
        nw.col("at").max(),
        nw.col("net").sum(),
        nw.col("net").count().alias("amounts"),
        nw.len().alias("rows"),
    )
    return orders.group_by("customer").agg(
        nw.col("at").max(),
        nw.col("net", "amounts", "rows").sum(),
        nw.len().alias("frequency"),
    )
