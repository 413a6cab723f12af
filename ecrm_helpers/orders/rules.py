"""Which orders count and how their day and amount are read: the options, checked."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.messages import orders as say

__all__ = [
    "COLUMNS",
    "LONGEST",
    "OrderRules",
    "as_day",
    "check_kind",
    "midnight",
]

COLUMNS: Mapping[str, str] = MappingProxyType(
    {name: name for name in ("customer_id", "order_id", "ordered_at", "amount_cny", "refund_cny", "status")}
)
_OPTIONAL = ("order_id", "refund_cny", "status")
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
        words = _words(self.statuses)
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


def _words(statuses: object) -> tuple[object, ...]:
    """Return what was listed; a text is no list of texts, although Python can iterate over it."""
    return tuple(statuses) if isinstance(statuses, Iterable) and not isinstance(statuses, str) else ()


def _complete_columns(given: object) -> dict[str, str | None]:
    if not isinstance(given, Mapping):
        message = say.bad_columns(given)
        raise SettingsError(message)
    for key, column in given.items():
        if key not in COLUMNS:
            message = say.unknown_column_key(key, COLUMNS)
            raise SettingsError(message)
        if column is None and key not in _OPTIONAL:
            message = say.column_required(key)
            raise SettingsError(message)
        if column is not None and not isinstance(column, str):
            message = say.bad_column_name(key, column)
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
