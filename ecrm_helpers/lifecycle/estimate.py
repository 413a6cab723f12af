"""Estimate a shop's base from its orders."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecrm_helpers.errors import DataError
from ecrm_helpers.lifecycle.base import Base
from ecrm_helpers.lifecycle.book import OrderBook, read_orders
from ecrm_helpers.lifecycle.stages import (
    StageSettings,
    day_number,
    month_starts,
    per_stage_sum,
    stages_at,
)
from ecrm_helpers.messages import lifecycle as say
from ecrm_helpers.orders import check_kind

__all__ = ["base_from"]


def base_from(
    orders: Any,
    *,
    as_of: Any = None,
    months: int = 12,
    settings: StageSettings | None = None,
    **economics: Any,
) -> Base:
    """Estimate matrix, people, newcomers and revenue from the last `months` months of a shop's orders.

    Month starts are `as_of` and the same day of the months before. The matrix pools all monthly moves;
    ``stage_revenue`` is the net amount of a month divided by the customers in the stage at its start;
    ``first_revenue`` and ``new_customers`` come from customers whose first counted order falls in the month
    (so history before the window is needed to know who is new). What orders do not tell (costs, margin,
    discount, answers to budgets) keeps the default of :class:`Base` unless given.

    Parameters
    ----------
    orders : table of any engine
        Columns as in :func:`ecrm_helpers.rfm.customer_table`. Never modified.
    as_of : str or date
        Required.
    months : int, default=12
    settings : StageSettings, optional
    **economics
        Fields of :class:`Base` to set, for example ``margin=0.35``.

    Returns
    -------
    Base

    Raises
    ------
    SettingsError, DataError
        DataError also if nobody was a customer yet at the first month start.
    """
    settings = settings or StageSettings()
    check_kind(settings, StageSettings, "settings")
    days = month_starts(as_of, months=months)
    book = read_orders(orders, end=days[-1], rules=settings)
    starts = [day_number(day) for day in days]
    stages = np.stack([stages_at(book, start, settings)[0] for start in starts])
    if (stages[0] < 0).all():
        message = say.no_month_before(days[0])
        raise DataError(message)
    earned, present, first, joined = np.zeros(5), np.zeros(5), 0.0, 0
    for begin, end, stage, after in zip(starts, starts[1:], stages, stages[1:], strict=False):
        spent = _spent(book, begin, end)
        present += per_stage_sum(stage)
        earned += per_stage_sum(stage, spent)
        new = (stage < 0) & (after >= 0)
        first += float(spent[new].sum())
        joined += int(new.sum())
    estimated = {
        "matrix": _pooled(stages),
        "people": tuple(per_stage_sum(stages[-1]).tolist()),
        "new_customers": joined / months,
        "first_revenue": first / max(joined, 1),
        "stage_revenue": tuple(np.maximum(earned / np.maximum(present, 1), 0.0)),
    }
    return Base(**{**estimated, **economics})


def _spent(book: OrderBook, begin: int, end: int) -> np.ndarray:
    """Net amount per customer of the orders from `begin` to before `end`."""
    inside = (book.day >= begin) & (book.day < end)
    return np.bincount(book.customer[inside], weights=book.net[inside], minlength=len(book.ids))


def _pooled(stages: np.ndarray) -> tuple[tuple[float, ...], ...]:
    """Return what :func:`~ecrm_helpers.lifecycle.transitions` makes of these stages, dates by customers."""
    here, there = stages[:-1].astype(np.int64), stages[1:]
    both = (here >= 0) & (there >= 0)
    counts = np.bincount((5 * here + there)[both], minlength=25).reshape(5, 5)
    rows = counts.sum(axis=1, keepdims=True)
    matrix = np.where(rows > 0, counts / np.maximum(rows, 1), np.eye(5))
    return tuple(tuple(row) for row in matrix)
