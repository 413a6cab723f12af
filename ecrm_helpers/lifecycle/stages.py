"""Which lifecycle stage a customer is in on a date, and how customers move between stages."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.lifecycle.book import is_count, read_orders
from ecrm_helpers.messages import lifecycle as say
from ecrm_helpers.orders import LONGEST, OrderRules, as_day, check_kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from ecrm_helpers.lifecycle.book import OrderBook

__all__ = [
    "STAGES",
    "STAGE_NAMES",
    "StageName",
    "StageSettings",
    "day_number",
    "month_starts",
    "per_stage_sum",
    "stage_counts",
    "stage_history",
    "stage_of",
    "stages_at",
]

STAGES = ("acquisition", "retention", "loyalty", "winback", "lost")
"""The stages in their fixed order: 获取 留存 忠诚 挽回 流失."""

_ACQUISITION, _RETENTION, _LOYALTY, _WINBACK, _LOST = range(5)


@dataclass(frozen=True)
class StageName:
    """One stage in the three vocabularies students meet, with what to do in it."""

    stage: str
    name: str
    name_en: str
    relationship: str
    work: str
    aim: str
    strategy: str


STAGE_NAMES: tuple[StageName, ...] = tuple(StageName(stage, *say.NAMES[stage]) for stage in STAGES)
"""获取 留存 忠诚 挽回 beside the relationship stages 考察 形成 稳定 退化 and the work 选择 … 挽救.

The relationship stages follow the four-phase model common in Chinese textbooks (陈明亮 2002), which shortens
Dwyer, Schurr & Oh (1987), "Developing buyer-seller relationships", Journal of Marketing 51(2). The mapping
is a teaching aid: the vocabularies were not made to fit each other.
"""


@dataclass(frozen=True, kw_only=True)
class StageSettings(OrderRules):
    """Where one stage ends and the next begins; the first rule that fits a customer decides.

    With d = days from the last counted order to the as-of date (at least 1):

    1. ``d > lost_days``: lost;
    2. ``d > active_days``: winback;
    3. at least `loyal_orders` orders in the last `loyal_days` days: loyalty;
    4. at least two orders ever: retention (so someone lost who orders again is in retention);
    5. otherwise, one order: acquisition.

    Every customer with an order before the date has exactly one stage; one without has none yet. The
    defaults suit home goods, bought a few times a year: five months of silence is still normal, a year is
    not. A shop for tea and snacks would use shorter windows.

    Parameters
    ----------
    active_days : int, default=150
    lost_days : int, default=365
    loyal_orders : int, default=3
        At least 2.
    loyal_days : int, default=365
    timezone, statuses, net_of_refunds, columns
        See :class:`~ecrm_helpers.orders.OrderRules`.

    Raises
    ------
    SettingsError
        If a number is not a positive integer or `lost_days` is not beyond `active_days`.
    """

    active_days: int = 150
    lost_days: int = 365
    loyal_orders: int = 3
    loyal_days: int = 365

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("active_days", "lost_days", "loyal_days"):
            if not is_count(getattr(self, name), least=1) or getattr(self, name) > LONGEST:
                message = say.bad_days(name, getattr(self, name))
                raise SettingsError(message)
        if not is_count(self.loyal_orders, least=2):
            message = say.bad_count("loyal_orders", self.loyal_orders, 2)
            raise SettingsError(message)
        if self.lost_days <= self.active_days:
            message = say.days_order(self.active_days, self.lost_days)
            raise SettingsError(message)


def stages_at(
    book: OrderBook, day: int, settings: StageSettings
) -> tuple[NDArray[np.int8], NDArray[np.int64], NDArray[np.int64]]:
    """Return stage (position in STAGES, -1 before the first order), orders so far and days since the last."""
    stop = book.before(day)
    orders = stop - book.first
    known = orders > 0
    silent = np.where(known, day - book.day[stop - 1], 0)
    recent = stop - book.before(day - settings.loyal_days)
    # The first rule that fits decides, so it is written last.
    stage = np.full(len(orders), _ACQUISITION, dtype=np.int8)
    stage[orders > 1] = _RETENTION
    stage[recent >= settings.loyal_orders] = _LOYALTY
    stage[silent > settings.active_days] = _WINBACK
    stage[silent > settings.lost_days] = _LOST
    stage[~known] = -1
    return stage, orders, silent


def stage_of(orders: Any, *, as_of: Any = None, settings: StageSettings | None = None) -> pd.DataFrame:
    """Return the stage of every customer who ordered before `as_of`.

    Parameters
    ----------
    orders : table of any engine
        Columns as in :func:`ecrm_helpers.rfm.customer_table`. Never modified.
    as_of : str or date
        Required: the first local day that no longer counts.
    settings : StageSettings, optional

    Returns
    -------
    pandas.DataFrame, sorted by ``customer_id``
        ``customer_id``, ``stage`` (one of STAGES), ``orders`` (int, counted orders so far),
        ``days_since_last`` (int, at least 1).

    Raises
    ------
    SettingsError, DataError

    Examples
    --------
    >>> orders = pd.DataFrame({
    ...     "customer_id": ["A", "A", "B", "C"], "order_id": list("1234"), "status": "completed",
    ...     "ordered_at": pd.to_datetime(["2026-03-02", "2026-06-30", "2026-06-01", "2025-10-01"], utc=True),
    ...     "amount_cny": 9900, "refund_cny": 0,
    ... })
    >>> stage_of(orders, as_of="2026-07-01")[["customer_id", "stage"]].values.tolist()
    [['A', 'retention'], ['B', 'acquisition'], ['C', 'winback']]
    """
    (frame,) = _stage_frames(orders, [as_day(as_of)], settings or StageSettings())
    return frame


def stage_history(
    orders: Any, *, as_ofs: Iterable[Any], settings: StageSettings | None = None
) -> pd.DataFrame:
    """Return the stage of every customer on each of several dates.

    Parameters
    ----------
    orders : table of any engine
    as_ofs : iterable of str or date
        For example :func:`month_starts`. A customer appears from the first date after the first order.
    settings : StageSettings, optional

    Returns
    -------
    pandas.DataFrame, sorted by ``as_of`` and ``customer_id``
        ``as_of`` (datetime64) and the columns of :func:`stage_of`.

    Raises
    ------
    SettingsError, DataError
    """
    days = sorted({as_day(day) for day in as_ofs})
    if not days:
        message = say.bad_dates(0)
        raise SettingsError(message)
    frames = _stage_frames(orders, days, settings or StageSettings())
    for day, frame in zip(days, frames, strict=True):
        frame.insert(0, "as_of", np.full(len(frame), np.datetime64(day, "s")))
    return pd.concat(frames, ignore_index=True)


def stage_counts(orders: Any, *, as_of: Any = None, settings: StageSettings | None = None) -> list[int]:
    """Count the customers of :func:`stage_of` in each of STAGES.

    Raises
    ------
    SettingsError, DataError
    """
    day, settings = as_day(as_of), settings or StageSettings()
    check_kind(settings, StageSettings, "settings")
    stage, _, _ = stages_at(read_orders(orders, end=day, rules=settings), day_number(day), settings)
    return per_stage_sum(stage).astype(np.int64).tolist()


def _stage_frames(orders: Any, days: list[dt.date], settings: StageSettings) -> list[pd.DataFrame]:
    check_kind(settings, StageSettings, "settings")
    book = read_orders(orders, end=days[-1], rules=settings)
    names = np.array(STAGES, dtype=object)
    ids = book.ids.to_numpy()
    frames = []
    for day in days:
        stage, count, silent = stages_at(book, day_number(day), settings)
        known = np.flatnonzero(stage >= 0)
        frames.append(
            pd.DataFrame(
                {
                    "customer_id": ids[known],
                    "stage": names[stage[known]],
                    "orders": count[known],
                    "days_since_last": silent[known],
                }
            )
        )
    return frames


def per_stage_sum(stage: NDArray[np.int8], values: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
    """Add `values`, 1 each by default, of the customers in each stage; who has none yet is left out.

    Whole numbers below 2**53 add up exactly, in whatever order they come.
    """
    return np.bincount(stage.astype(np.intp) + 1, weights=values, minlength=6)[1:].astype(np.float64)


def day_number(day: dt.date) -> int:
    """Return days since 1970-01-01."""
    return (day - dt.date(1970, 1, 1)).days


def month_starts(as_of: Any = None, *, months: int) -> list[dt.date]:
    """Return `as_of` and the same day of the `months` months before it, oldest first.

    Examples
    --------
    >>> [day.isoformat() for day in month_starts("2026-07-01", months=2)]
    ['2026-05-01', '2026-06-01', '2026-07-01']
    """
    if not is_count(months, least=1):
        message = say.bad_count("months", months, 1)
        raise SettingsError(message)
    last = as_day(as_of)
    return [_months_before(last, back) for back in range(months, -1, -1)]


def _months_before(day: dt.date, months: int) -> dt.date:
    """Return the same day of an earlier month, or that month's last where it has no such day."""
    year, month = divmod(12 * day.year + day.month - 1 - months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
