"""Hold a part of the time until: fit on what came before, compare the forecast with what came after."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from ecrm_helpers.errors import DataError, SettingsError
from ecrm_helpers.messages import value as say
from ecrm_helpers.orders import as_day
from ecrm_helpers.value._checks import check_number
from ecrm_helpers.value.expectation import expected_cumulative, expected_purchases
from ecrm_helpers.value.repeat import DAYS_PER_UNIT, day_number, read_purchases, summarise

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from ecrm_helpers.orders import OrderRules
    from ecrm_helpers.value.bgnbd import BGNBD

__all__ = ["Holdout", "holdout"]

_WEEK = 7


@dataclass(frozen=True, kw_only=True, eq=False)
class Holdout:
    """Customers as known at the end of calibration, and what they did afterwards.

    Attributes
    ----------
    table : pandas.DataFrame
        :func:`repeat_table` at the end of calibration, with ``actual`` (int): purchases held out.
    periods : float
        Length of the time held out, in units of the table.
    unit : {'week', 'day'}
    """

    table: pd.DataFrame
    periods: float
    unit: str
    _repeats: NDArray[np.float64] = field(repr=False)  # of these customers, rising, days since 1970-01-01
    _until: int = field(repr=False)  # end of calibration, on the same clock

    def by_frequency(self, fit: BGNBD, *, top: int = 7) -> pd.DataFrame:
        """Return mean purchases held out, actual and predicted, by the number of repeat purchases before.

        Parameters
        ----------
        fit : BGNBD
            Usually ``fit_bgnbd(held.table)``.
        top : int, default=7
            At least 1. Customers with this many repeat purchases or more are one group.

        Returns
        -------
        pandas.DataFrame, index ``x`` (text: "0" … "7+")
            ``customers`` (int), ``actual``, ``predicted`` (float, per customer).
        """
        check_number("top", top, low=1, high=np.inf, span="不小于 1 ")
        predicted = expected_purchases(fit, self.table, self.periods)
        group = self.table["x"].clip(upper=top)
        frame = pd.DataFrame({"x": group, "actual": self.table["actual"], "predicted": predicted})
        means = frame.groupby("x")[["actual", "predicted"]].mean()
        means.insert(0, "customers", frame.groupby("x").size())
        means.index = pd.Index([f"{x}+" if x == top else str(x) for x in means.index], name="x")
        return means

    def cumulative(self, fit: BGNBD) -> pd.DataFrame:
        """Return repeat purchases of these customers added up week by week, actual and predicted.

        The prediction is that of new customers who joined on the same days: unlike :meth:`by_frequency` it
        knows no one's own history, so its growth in the time held out is close to that sum, not equal.

        Returns
        -------
        pandas.DataFrame, index ``date`` (datetime64, last day counted, weekly, until from the last)
            ``actual`` (int), ``predicted`` (float) and ``held_out`` (bool: after the end of calibration).
        """
        days = DAYS_PER_UNIT[self.unit]
        age = self.table["T"].to_numpy() * days
        ahead = self.periods * days
        # One of the weeks ends with calibration; the last day of all ends the curve.
        steps = np.union1d(_WEEK * np.arange(-(age.max() // _WEEK), ahead // _WEEK + 1), [ahead])
        until = self._until + steps
        # Customers of one day are one group, also where the time of day is known.
        joined, size = np.unique(np.rint(age), return_counts=True)
        predicted = expected_cumulative(fit, (steps[:, None] + joined) / days) @ size
        by_day = self.table.attrs["count"] == "days"
        frame = {
            "actual": np.searchsorted(self._repeats, until, side="right" if by_day else "left"),
            "predicted": predicted,
            "held_out": steps > 0,
        }
        last_day = (until if by_day else until - 1).astype("datetime64[D]").astype("datetime64[s]")
        return pd.DataFrame(frame, index=pd.Index(last_day, name="date"))


def holdout(
    orders: Any,
    *,
    calibration_end: str | dt.date,
    as_of: str | dt.date,
    unit: Literal["week", "day"] = "week",
    count: Literal["days", "orders"] = "days",
    rules: OrderRules | None = None,
) -> Holdout:
    """Split the orders in two at a day: customers up to it, their purchases after it.

    Parameters
    ----------
    orders, unit, count, rules
        As :func:`repeat_table`. Never modified.
    calibration_end : str or date
        The first local day that is held out.
    as_of : str or date
        The first local day that no longer counts at all; after `calibration_end`.

    Returns
    -------
    Holdout
        Customers who first bought after `calibration_end` are not in it.

    Notes
    -----
    The models know no season. Where sales have one, hold out whole years: on our simulated 榕屿家居 the
    purchases of a year are predicted 11 % too low, those of January to June alone, which lack the promotions
    of autumn, 28 % too high.

    Raises
    ------
    SettingsError
        If the days are not in order.
    DataError
        If nobody bought before `calibration_end`, or as :func:`repeat_table`.

    Examples
    --------
    >>> orders = pd.DataFrame({
    ...     "customer_id": ["A", "A", "A", "B"], "order_id": ["1", "2", "3", "4"],
    ...     "ordered_at": pd.to_datetime(["2026-06-02", "2026-06-16", "2026-06-23", "2026-06-30"], utc=True),
    ...     "status": "completed", "amount_cny": [9900, 5000, 7000, 100], "refund_cny": 0,
    ... })
    >>> held = holdout(orders, calibration_end="2026-06-17", as_of="2026-07-01")
    >>> held.table[["customer_id", "x", "actual"]].to_dict("records"), held.periods
    ([{'customer_id': 'A', 'x': 1, 'actual': 1}], 2.0)
    """
    split, end = as_day(calibration_end), as_day(as_of)
    if split >= end:
        message = say.days_not_in_order(split, end)
        raise SettingsError(message)
    purchases = read_purchases(orders, end=end, count=count, rules=rules)
    cut = day_number(split)
    known = purchases.before(cut)
    if known.ids.empty:
        message = say.nobody_before(split)
        raise DataError(message)
    table = summarise(known, end=split, unit=unit)
    mine = purchases.joined < cut
    ours = mine[purchases.customer]
    later = np.bincount(purchases.customer[ours & (purchases.time >= cut)], minlength=len(mine))
    return Holdout(
        table=table.assign(actual=later[mine]),
        periods=(end - split).days / DAYS_PER_UNIT[unit],
        unit=unit,
        _repeats=np.sort(purchases.time[ours & ~purchases.is_first]),
        _until=cut - (count == "days"),
    )
