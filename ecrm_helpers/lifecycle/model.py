"""The shop as a chain of stages: four budgets move its matrix, arithmetic does the rest.

The browser's lifecycle explorer follows :func:`matrix_with`, :func:`stage_value` and :func:`project` line by
line, so they are plain float64 arithmetic over five stages.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.lifecycle.base import Base, Levers
from ecrm_helpers.lifecycle.book import is_count
from ecrm_helpers.lifecycle.stages import STAGES
from ecrm_helpers.messages import lifecycle as say
from ecrm_helpers.orders import check_kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "Projection",
    "account",
    "effect",
    "matrix_with",
    "new_customers_with",
    "project",
    "stage_value",
]


@dataclass(frozen=True, kw_only=True, eq=False)
class Projection:
    """A shop over T months; money in fen. Month t runs from start t to start t + 1.

    Attributes
    ----------
    people : ndarray, shape (T + 1, 5)
        Customers per stage at the start of each month, and at the end of the last.
    new_customers : ndarray, shape (T,)
        Newcomers joining in each month.
    revenue, cost, profit : ndarray, shape (T,)
        ``profit = revenue - cost``; cost is goods and delivery, service, and the budgets.
    stage_value : ndarray, shape (5,)
        Discounted contribution of one customer from the start of a month in each stage.
    customer_equity : ndarray, shape (T + 1,)
        Value of all customers held at each start: ``people @ stage_value``. It assumes that the budgets go
        on, and does not subtract them: compare plans by `npv` and equity together.
    clv : float
        Value of one newcomer, from the month of joining, before any cost of winning the customer.
    npv : float
        Profit of all T months, discounted to start 0.
    """

    people: NDArray[np.float64]
    new_customers: NDArray[np.float64]
    revenue: NDArray[np.float64]
    cost: NDArray[np.float64]
    profit: NDArray[np.float64]
    stage_value: NDArray[np.float64]
    customer_equity: NDArray[np.float64]
    clv: float
    npv: float

    def to_frame(self) -> pd.DataFrame:
        """Return one row per month: ``month``, people per stage at its start, newcomers, money in fen."""
        months = len(self.profit)
        frame = pd.DataFrame(self.people[:months], columns=list(STAGES))
        frame.insert(0, "month", np.arange(1, months + 1))
        return frame.assign(
            new_customers=self.new_customers,
            revenue=self.revenue,
            cost=self.cost,
            profit=self.profit,
            customer_equity=self.customer_equity[:months],
        )


def effect(budget: float, scale: float) -> float:
    """Return ``1 - exp(-budget / scale)``: every further yuan does a little less than the one before.

    Examples
    --------
    >>> effect(0, 5000), round(effect(5000, 5000), 3), round(effect(10000, 5000), 3)
    (0.0, 0.632, 0.865)
    """
    return 1.0 - math.exp(-budget / scale)


def new_customers_with(levers: Levers, base: Base) -> float:
    """Return newcomers per month.

    ``new_customers + new_customers_max * effect(acquisition_budget, new_customers_scale)``
    """
    return base.new_customers + base.new_customers_max * effect(
        levers.acquisition_budget, base.new_customers_scale
    )


def matrix_with(levers: Levers, base: Base) -> NDArray[np.float64]:
    """Return the monthly transition matrix under the given budgets.

    For every response, in any order, with P the base matrix::

        moved = P[stage][source] * share * effect(budget, scale)
        Q[stage][source] -= moved;  Q[stage][target] += moved

    Returns
    -------
    ndarray of float64, shape (5, 5), row-stochastic

    Examples
    --------
    >>> from ecrm_helpers.lifecycle import Base, Levers
    >>> float(matrix_with(Levers(winback_budget=5000), Base())[3].sum().round(12))
    1.0
    """
    matrix = [list(row) for row in base.matrix]
    for response in base.responses:
        stage, source, target = (
            STAGES.index(response.stage),
            STAGES.index(response.source),
            STAGES.index(response.target),
        )
        strength = effect(getattr(levers, response.lever), response.scale)
        moved = base.matrix[stage][source] * response.share * strength
        matrix[stage][source] -= moved
        matrix[stage][target] += moved
    return np.array(matrix)


def stage_value(matrix: NDArray[np.float64], base: Base) -> NDArray[np.float64]:
    """Return the discounted contribution (fen) of one customer in each stage at the start of a month.

    With ``g[s] = margin * stage_revenue[s] - stage_cost[s]``, earned in month 0 undiscounted::

        V = 0;  clv_months times:  V[s] = g[s] + sum_j matrix[s][j] * V[j] / (1 + monthly_discount)
    """
    gain = [base.margin * base.stage_revenue[s] - base.stage_cost[s] for s in range(5)]
    value = [0.0] * 5
    rows = matrix.tolist()
    for _ in range(base.clv_months):
        value = [
            gain[s] + sum(rows[s][j] * value[j] for j in range(5)) / (1 + base.monthly_discount)
            for s in range(5)
        ]
    return np.array(value)


def project(levers: Levers, base: Base, months: int) -> Projection:
    """Project people and money month by month, in expectation.

    For each month t = 0 … months - 1, with P = :func:`matrix_with` and new = :func:`new_customers_with`::

        revenue[t] = sum_s people[t][s] * stage_revenue[s] + new * first_revenue
        cost[t]    = (1 - margin) * revenue[t] + sum_s people[t][s] * stage_cost[s] + 100 * (sum of budgets)
        profit[t]  = revenue[t] - cost[t]
        people[t + 1][j] = sum_i people[t][i] * P[i][j]  (+ new if j is acquisition)

    A customer earns by the stage held at the start of the month. Newcomers spend ``first_revenue`` in the
    month they join and stand in acquisition at the start of the next. Discounting is per month start::

        npv = sum_t profit[t] / (1 + d) ** t
        customer_equity[t] = sum_s people[t][s] * V[s]          (V from stage_value, t = 0 … months)
        clv = margin * first_revenue + V[acquisition] / (1 + d)

    Parameters
    ----------
    levers : Levers
    base : Base
    months : int
        1 or more.

    Returns
    -------
    Projection

    Raises
    ------
    SettingsError
        If `months` is not a positive integer, or `levers` or `base` came as a dict.

    Examples
    --------
    >>> from ecrm_helpers.lifecycle import Base, Levers
    >>> today = project(Levers(), Base(), 12)
    >>> today.people.shape, today.profit.shape
    ((13, 5), (12,))
    """
    check_kind(levers, Levers, "levers")
    check_kind(base, Base, "base")
    if not is_count(months, least=1):
        message = say.bad_count("months", months, 1)
        raise SettingsError(message)
    matrix = matrix_with(levers, base)
    rows = matrix.tolist()
    new = new_customers_with(levers, base)
    people = [list(base.people)]
    for _ in range(months):
        now = people[-1]
        after = [sum(now[i] * rows[i][j] for i in range(5)) for j in range(5)]
        after[0] += new
        people.append(after)
    return account(
        np.array(people), np.full(months, new), budget=float(levers.total), matrix=matrix, base=base
    )


def account(
    people: NDArray[np.float64],
    new_customers: NDArray[np.float64],
    *,
    budget: float,
    matrix: NDArray[np.float64],
    base: Base,
) -> Projection:
    """Turn people into money by the equations of :func:`project`; `budget` in yuan per month."""
    start = people[:-1]
    revenue = start @ np.array(base.stage_revenue) + new_customers * base.first_revenue
    cost = (1 - base.margin) * revenue + start @ np.array(base.stage_cost) + 100 * budget
    profit = revenue - cost
    value = stage_value(matrix, base)
    discount = (1 + base.monthly_discount) ** -np.arange(len(profit))
    return Projection(
        people=people,
        new_customers=new_customers,
        revenue=revenue,
        cost=cost,
        profit=profit,
        stage_value=value,
        customer_equity=people @ value,
        clv=float(base.margin * base.first_revenue + value[0] / (1 + base.monthly_discount)),
        npv=float(profit @ discount),
    )
