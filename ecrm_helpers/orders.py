"""Read an order table of any engine: which rows count, and on which local day they fall.

RFM and the lifecycle answer different questions about the same orders. What they must agree on, which
statuses count, what a refund takes away, where a day begins, stands here once.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import narwhals as nw
import numpy as np
import pandas as pd

from ecrm_helpers.errors import DataError, SettingsError
from ecrm_helpers.messages import orders as say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = [
    "COLUMNS",
    "LONGEST",
    "OrderRules",
    "as_day",
    "check_kind",
    "counted_orders",
    "local_days",
    "midnight",
    "plain_ids",
]

COLUMNS: Mapping[str, str] = MappingProxyType(
    {name: name for name in ("customer_id", "order_id", "ordered_at", "amount_cny", "refund_cny", "status")}
)
_OPTIONAL = ("order_id", "refund_cny", "status")
_NUMERIC = ("amount_cny", "refund_cny")
_DATE = re.compile(r"\d{4}([-/])\d{1,2}\1\d{1,2}(?!\d)|\d{8}(?!\d)")
_YEARS = range(1900, 2200)

LONGEST = 36_500
"""The longest window accepted, in days: a hundred years, so that no date falls off the calendar."""


@dataclass(frozen=True, kw_only=True)
class OrderRules:
    """Which orders count and how their day and amount are read.

    Parameters
    ----------
    timezone : str, default="Asia/Shanghai"
        IANA name of the zone whose midnight starts a day. Times stored with a zone are converted; times
        stored without one are taken as this zone's wall clock.
    statuses : sequence of str, default=("completed", "partly_refunded")
        Orders in any other status (cancelled, fully refunded) neither count nor add.
    net_of_refunds : bool, default=True
        Whether an order's amount is ``amount_cny - refund_cny``.
    columns : mapping, optional
        Where this table's column names differ from :data:`COLUMNS`: ``{"customer_id": "buyer"}``.
        ``None`` for `order_id` (every row is one order), `status` (all rows count) or `refund_cny` (no
        refunds) says that the table has no such column.

    Raises
    ------
    SettingsError
        If an option is outside what is described above.
    """

    timezone: str = "Asia/Shanghai"
    statuses: tuple[str, ...] = ("completed", "partly_refunded")
    net_of_refunds: bool = True
    columns: Mapping[str, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_timezone(self.timezone)
        words = () if isinstance(self.statuses, str) else tuple(self.statuses)
        if not words or not all(isinstance(word, str) for word in words):
            message = say.bad_statuses(self.statuses)
            raise SettingsError(message)
        if not isinstance(self.net_of_refunds, bool):
            message = say.bad_flag("net_of_refunds", self.net_of_refunds)
            raise SettingsError(message)
        object.__setattr__(self, "statuses", words)
        object.__setattr__(self, "columns", _complete_columns(self.columns))


def _check_timezone(name: object) -> None:
    message = say.bad_timezone(name)
    if not isinstance(name, str) or not name:
        raise SettingsError(message)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingsError(message) from error


def _complete_columns(given: Mapping[str, str | None]) -> dict[str, str | None]:
    for key, column in given.items():
        if key not in COLUMNS:
            message = say.unknown_column_key(key, COLUMNS)
            raise SettingsError(message)
        if column is None and key not in _OPTIONAL:
            message = say.column_required(key)
            raise SettingsError(message)
    return {**COLUMNS, **given}


def check_kind(value: object, kind: type, name: str) -> None:
    """Raise unless `value` is a `kind`: the dict that an explorer's line gives is easily passed as it is.

    Raises
    ------
    SettingsError

    Examples
    --------
    >>> check_kind(OrderRules(), OrderRules, "settings")
    """
    if not isinstance(value, kind):
        message = say.wrong_kind(value, kind.__name__, name)
        raise SettingsError(message)


def as_day(value: object) -> dt.date:
    """Read an as-of date; a date is never guessed and never "today".

    Parameters
    ----------
    value : str, date or Timestamp at midnight without a zone
        A text is year, month, day: "2026-07-01", "2026-7-1", "2026/7/1" or "20260701".

    Raises
    ------
    SettingsError
        If `value` is missing, is not a plain date or lies outside 1900 to 2199.

    Examples
    --------
    >>> as_day("2026-07-01")
    datetime.date(2026, 7, 1)
    """
    if value is None:
        raise SettingsError(say.AS_OF_MISSING)
    message = say.bad_as_of(value)
    if not isinstance(value, str | dt.date | np.datetime64):
        raise SettingsError(message)
    # pandas would read "01/07/2026" as the 7th of January and "2026" as a day: only year-month-day is clear.
    if isinstance(value, str) and not _DATE.match(value.strip()):
        raise SettingsError(message)
    try:
        stamp = pd.Timestamp(value)
    except (ValueError, OverflowError) as error:
        raise SettingsError(message) from error
    if pd.isna(stamp) or stamp.tzinfo is not None or stamp != stamp.normalize():
        raise SettingsError(message)
    if stamp.year not in _YEARS:
        raise SettingsError(message)
    return stamp.date()


def midnight(day: dt.date, timezone: str) -> dt.datetime:
    """Return the UTC instant at which `day` begins in `timezone`.

    Examples
    --------
    >>> midnight(dt.date(2026, 7, 1), "Asia/Shanghai").isoformat()
    '2026-06-30T16:00:00+00:00'
    """
    return dt.datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(timezone)).astimezone(dt.UTC)


def counted_orders(
    orders: Any, rules: OrderRules, *, end: dt.date, start: dt.date | None = None
) -> nw.DataFrame[Any] | nw.LazyFrame[Any]:
    """Filter an order table to the rows that count, without running a lazy query.

    Parameters
    ----------
    orders : pandas.DataFrame, polars.DataFrame, polars.LazyFrame or any narwhals engine
        Columns as in `rules.columns`: order time (datetime or date), amount and refund (integers, fen).
    rules : OrderRules
    end, start : date
        Local days; orders from the beginning of `start` (all when None) to before the beginning of `end`.

    Returns
    -------
    narwhals frame with columns ``customer``, ``at``, ``net``, and ``order`` unless every row is surely an
        order of its own. Rows without an order time never count; rows without a customer are still
        there, as a null ``customer``, because dropping them is cheaper after grouping.

    Raises
    ------
    DataError
        If the table is empty, lacks a column, or a column has the wrong type. `orders` is never modified.
    """
    names = rules.columns
    frame = _frame(orders, time=str(names["ordered_at"]))
    schema = frame.collect_schema()
    _check_schema(schema, names)
    if isinstance(frame, nw.DataFrame) and frame.shape[0] == 0:
        message = say.no_rows()
        raise DataError(message)
    time, amount = str(names["ordered_at"]), str(names["amount_cny"])
    status, refund, order = names["status"], names["refund_cny"], names["order_id"]
    keep = [nw.col(time) < _bound(end, schema[time], rules.timezone)]
    if start is not None:
        keep.append(nw.col(time) >= _bound(start, schema[time], rules.timezone))
    if status is not None:
        keep.append(nw.col(status).is_in(list(rules.statuses)))
    net = _wide(amount, schema)
    if refund is not None and rules.net_of_refunds:
        net = net - _wide(refund, schema).fill_null(0)
    read = {"customer": nw.col(str(names["customer_id"])), "at": nw.col(time), "net": net}
    if order is not None and not _one_row_per_order(frame, order):
        read["order"] = nw.col(order)
    if frame.implementation.is_polars():
        frame = frame.lazy()
    # Filtering after the select copies the few columns that are needed, not the wide table.
    kept = frame.select(**read, keep=nw.all_horizontal(*keep, ignore_nulls=False)).filter(nw.col("keep"))
    return kept.drop("keep")


def _wide(column: str, schema: nw.Schema) -> nw.Expr:
    """Return the column as int64: Polars adds 32 bits in 32 bits, and unsigned numbers have no minus."""
    whole = nw.col(column)
    return whole if schema[column] == nw.Int64 else whole.cast(nw.Int64)


def _one_row_per_order(frame: nw.DataFrame[Any] | nw.LazyFrame[Any], order: str) -> bool:
    """Tell whether counting rows counts orders: distinct ids per customer cost three times as much to count.

    Taken as unknown for lazy frames, which would have to run the query twice.
    """
    if isinstance(frame, nw.LazyFrame):
        return False
    ids = frame[order]
    # Ascending ids, as exports have them, settle uniqueness in one pass without hashing.
    if frame.implementation.is_pandas():
        index = pd.Index(ids.to_native())
        return (index.is_monotonic_increasing and index.is_unique) or index.is_unique
    if ids.is_sorted():
        return not (ids == ids.shift(1)).any()
    return ids.n_unique() == len(ids)


def _frame(orders: Any, *, time: str) -> nw.DataFrame[Any] | nw.LazyFrame[Any]:
    if isinstance(orders, pd.DataFrame) and isinstance(orders.dtypes.get(time), pd.DatetimeTZDtype):
        # narwhals does not recognise pandas zones with an underscore, such as America/New_York.
        orders = orders.assign(**{time: orders[time].dt.tz_convert("UTC")})
    try:
        return nw.from_native(orders)
    except TypeError as error:
        message = say.not_a_frame(orders)
        raise DataError(message) from error


def _check_schema(schema: nw.Schema, names: Mapping[str, str | None]) -> None:
    for role, column in names.items():
        if column is not None and column not in schema:
            message = say.column_missing(column, role, schema)
            raise DataError(message)
    time = str(names["ordered_at"])
    if not isinstance(schema[time], nw.Datetime | nw.Date):
        message = say.not_time(time, schema[time])
        raise DataError(message)
    for role in _NUMERIC:
        column = names[role]
        if column is not None and not schema[column].is_integer():
            message = say.not_integer(column, schema[column])
            raise DataError(message)


def _bound(day: dt.date, kind: Any, timezone: str) -> dt.date | dt.datetime:
    """Return the beginning of `day` as a value that the time column can be compared with."""
    if isinstance(kind, nw.Date):
        return day
    zone = kind.time_zone
    if zone is None:
        return dt.datetime(day.year, day.month, day.day)  # noqa: DTZ001, as naive as its column
    return midnight(day, timezone).astimezone(ZoneInfo(zone))


def local_days(at: nw.Series[Any], timezone: str) -> NDArray[np.datetime64]:
    """Turn order times into local calendar days.

    Converting is the dear part of a time zone, so call this on few rows (one per customer) where possible.

    Parameters
    ----------
    at : narwhals Series of datetime or date, without nulls
    timezone : str

    Returns
    -------
    ndarray of datetime64[D]
    """
    if isinstance(at.dtype, nw.Date):
        return np.asarray(at.to_numpy(), dtype="datetime64[D]")
    micros = np.asarray(at.dt.timestamp("us").to_numpy(), dtype=np.int64)
    if at.dtype.time_zone is None:  # type: ignore[attr-defined]
        return micros.view("datetime64[us]").astype("datetime64[D]")
    local = pd.DatetimeIndex(micros.view("datetime64[us]")).tz_localize("UTC").tz_convert(timezone)
    return local.tz_localize(None).to_numpy().astype("datetime64[D]")


def plain_ids(ids: nw.Series[Any], column: str) -> tuple[pd.Series, NDArray[np.intp]]:
    """Return ids as one pandas dtype whatever the engine, and the order that sorts them.

    Raises
    ------
    DataError
        If texts and numbers are mixed; `column` names the culprit.
    """
    values = ids.to_list()
    try:
        order = np.array(sorted(range(len(values)), key=values.__getitem__), dtype=np.intp)
    except TypeError as error:
        message = say.ids_mixed(column)
        raise DataError(message) from error
    return pd.Series(values, name="customer_id").iloc[order].reset_index(drop=True), order
