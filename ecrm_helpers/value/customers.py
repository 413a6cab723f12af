"""Customer lifetime value, one by one: purchases to come times what an order is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ecrm_helpers.errors import DataError
from ecrm_helpers.messages import value as say
from ecrm_helpers.value._checks import check_number, check_periods
from ecrm_helpers.value._columns import same_unit, unit_of
from ecrm_helpers.value.bgnbd import BGNBD, fit_bgnbd
from ecrm_helpers.value.expectation import expected_purchases, forecast, probability_alive
from ecrm_helpers.value.gammagamma import GammaGamma, expected_order_value, fit_gamma_gamma
from ecrm_helpers.value.repeat import DAYS_PER_UNIT

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DAYS_PER_MONTH", "customer_value"]

DAYS_PER_MONTH = 365.25 / 12


def customer_value(
    table: pd.DataFrame,
    *,
    buying: BGNBD | None = None,
    spending: GammaGamma | None = None,
    months: int = 12,
    margin: float,
    discount: float = 0.0,
) -> pd.DataFrame:
    """Return expected purchases and CLV of every customer over the coming months.

    ``clv = margin · expected_order_value · Σ purchases expected in month t / (1 + discount) ** t``, t = 1 …
    `months`. What a month brings counts at its end, as with ``first_period="end"`` of :func:`clv`. It is the
    value still to come: past purchases and the cost of winning the customer are not in it.

    Parameters
    ----------
    table : pandas.DataFrame
        From :func:`repeat_table`. Never modified.
    buying : BGNBD, optional
        Fitted to `table` when None.
    spending : GammaGamma, optional
        Fitted to `table` when None.
    months : int, default=12
        Months of 30.4375 days.
    margin : float
        Share of an order's value that remains as contribution, 0 to 1.
    discount : float, default=0.0
        Per month, at least 0; a yearly rate y is ``(1 + y) ** (1 / 12) - 1`` a month.

    Returns
    -------
    pandas.DataFrame
        `table` with ``probability_alive``, ``expected_purchases`` (over all months, not discounted),
        ``expected_order_value`` and ``clv`` (float, minor units).

    Raises
    ------
    SettingsError
        If a number is out of range.
    DataError
        If neither model nor table says the unit of time, or a fit fails.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"x": [2], "t_x": [30.43], "T": [38.86], "mean_value": [2235.0]})
    >>> buying = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week")
    >>> spending = GammaGamma(p=6.25, q=3.74, v=1544)
    >>> row = customer_value(table, buying=buying, spending=spending, margin=0.3, discount=0.01).loc[0]
    >>> row[["expected_purchases", "expected_order_value", "clv"]].round(2).tolist()
    [1.56, 2466.37, 1089.34]
    """
    check_periods(months, name="months")
    check_number("margin", margin, low=0, high=1, span="0 到 1 之间")
    check_number("discount", discount, low=0, high=np.inf, span="不小于 0 ")
    buying = fit_bgnbd(table) if buying is None else buying
    spending = fit_gamma_gamma(table) if spending is None else spending
    worth = expected_order_value(spending, table)
    same_unit(table, buying.unit)
    unit = buying.unit or unit_of(table)
    if unit is None:
        message = say.no_unit(tuple(DAYS_PER_UNIT))
        raise DataError(message)
    month = DAYS_PER_MONTH / DAYS_PER_UNIT[unit]
    ends = np.arange(1, months + 1, dtype=np.float64)
    times, weights = (np.asarray(row, dtype=np.float64) for row in (ends * month, (1 + discount) ** -ends))
    discounted = forecast(buying, table, times, weights=weights)
    result = table.assign(
        probability_alive=probability_alive(buying, table),
        expected_purchases=expected_purchases(buying, table, months * month),
        expected_order_value=worth,
        clv=margin * worth * discounted,
    )
    result.attrs = {**table.attrs, "months": months, "margin": margin, "discount": discount}
    return result
