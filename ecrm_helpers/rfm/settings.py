"""Every choice that changes an RFM result, in one validated object."""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Integral, Real
from typing import TYPE_CHECKING, Literal

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.messages import rfm as say
from ecrm_helpers.orders import LONGEST, OrderRules, as_day

if TYPE_CHECKING:
    import datetime as dt

__all__ = ["MEASURES", "SPLITS", "THRESHOLDS", "RFMSettings"]

SPLITS = ("mean", "median", "thresholds")
MEASURES = ("total", "mean")
THRESHOLDS = ("recency_days", "frequency", "monetary")


@dataclass(frozen=True, kw_only=True)
class RFMSettings(OrderRules):
    """What counts, up to when, and where high begins.

    Parameters
    ----------
    as_of : str or date
        Required. The first local day that no longer counts; recency is counted up to it. Never "now".
    split : {'mean', 'median', 'thresholds'}, default="mean"
        Where high begins for the eight classes: F and M are high from the mean (median, threshold)
        upwards, R is high (recent) from it downwards; a value equal to the limit is high. With a median of
        one order every customer would be F high, hence the default.
    recency_days, frequency, monetary : float, optional
        The limits in days, orders and fen; all three with ``split="thresholds"``, none otherwise.
    measure : {'total', 'mean'}, default="total"
        Whether M is the sum of a customer's orders or their mean, rounded half up to whole fen.
    window_days : int, optional
        Count only orders of this many days before `as_of`; all orders when None.
    timezone, statuses, net_of_refunds, columns
        See :class:`~ecrm_helpers.orders.OrderRules`.

    Raises
    ------
    SettingsError
        If an option is missing, superfluous or outside its range.

    Examples
    --------
    >>> RFMSettings(as_of="2026-07-01").day
    datetime.date(2026, 7, 1)
    """

    as_of: str | dt.date | None = None
    split: Literal["mean", "median", "thresholds"] = "mean"
    recency_days: float | None = None
    frequency: float | None = None
    monetary: float | None = None
    measure: Literal["total", "mean"] = "total"
    window_days: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        as_day(self.as_of)
        _check_choice("split", self.split, SPLITS)
        _check_choice("measure", self.measure, MEASURES)
        if self.window_days is not None and not _is_positive_int(self.window_days):
            message = say.bad_window(self.window_days)
            raise SettingsError(message)
        self._check_thresholds()

    def _check_thresholds(self) -> None:
        given = [name for name in THRESHOLDS if getattr(self, name) is not None]
        for name in given:
            if not _is_amount(getattr(self, name)):
                message = say.bad_number(name, getattr(self, name))
                raise SettingsError(message)
        if self.split != "thresholds" and given:
            message = say.threshold_unused(given, self.split)
            raise SettingsError(message)
        missing = [name for name in THRESHOLDS if name not in given]
        if self.split == "thresholds" and missing:
            message = say.threshold_missing(missing)
            raise SettingsError(message)

    @property
    def day(self) -> dt.date:
        """`as_of` as a date."""
        return as_day(self.as_of)


def _check_choice(name: str, value: object, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        message = say.bad_choice(name, value, allowed)
        raise SettingsError(message)


def _is_positive_int(value: object) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool) and 0 < int(value) <= LONGEST


def _is_amount(value: object) -> bool:
    if not isinstance(value, Real) or isinstance(value, bool):
        return False
    try:
        return 0 <= float(value) < math.inf
    except OverflowError:  # a whole number of 400 digits is finite, and yet no float
        return False
