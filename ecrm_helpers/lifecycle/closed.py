"""Closed forms of the chain: how long customers stay, and what they are worth without simulating."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.lifecycle.book import is_count
from ecrm_helpers.lifecycle.checks import check_matrix, check_number
from ecrm_helpers.lifecycle.stages import STAGES
from ecrm_helpers.messages import lifecycle as say

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["expected_visits", "migration_clv"]


def expected_visits(matrix: Any) -> pd.DataFrame:
    """Return the fundamental matrix: expected months per stage before a customer is lost for the first time.

    With Q the rows and columns of the four stages before lost, ``N = (I - Q)^-1`` (Kemeny & Snell 1960,
    *Finite Markov Chains*, theorem 3.2.4). The starting month counts, so the diagonal is at least 1.

    Parameters
    ----------
    matrix : array-like of shape (5, 5)
        Row-stochastic, stages in the order of STAGES. The row of lost plays no part.

    Returns
    -------
    pandas.DataFrame, shape (4, 4)
        Row: stage at the start; column: stage the months are spent in.

    Raises
    ------
    SettingsError
        If `matrix` is not a transition matrix, or lost cannot be reached from some stage.

    Examples
    --------
    >>> stay = [[.5, .5, 0, 0, 0], [0, .5, 0, .5, 0], [0, 0, .5, .5, 0], [0, 0, 0, .5, .5], [0, 0, 0, 0, 1]]
    >>> expected_visits(stay).loc["acquisition"].tolist()
    [2.0, 2.0, 0.0, 2.0]
    """
    values = np.array(check_matrix(matrix))
    reach = np.linalg.matrix_power(values, len(STAGES))[:, -1]
    if (reach[:-1] <= 0).any():
        message = say.never_lost()
        raise SettingsError(message)
    visits = np.linalg.inv(np.eye(4) - values[:4, :4])
    names = list(STAGES[:4])
    return pd.DataFrame(visits, index=pd.Index(names, name="from"), columns=pd.Index(names, name="in"))


def migration_clv(
    matrix: Any, profit: ArrayLike, *, discount: float, periods: int | None = None
) -> pd.Series:
    """Return a customer's value by stage in a migration model (Pfeifer & Carraway 2000).

    ``V = sum_{t=0}^{periods-1} (P / (1 + d))^t R``, and without a limit ``V = (I - P / (1 + d))^-1 R``: the
    profit of the first period is earned at once and not discounted.

    Parameters
    ----------
    matrix : array-like of shape (5, 5)
        P, row-stochastic, stages in the order of STAGES.
    profit : array-like of shape (5,)
        R, money per customer and period in each stage; may be negative.
    discount : float
        Per period; above 0 when `periods` is None.
    periods : int, optional
        Number of periods; endless when None.

    Returns
    -------
    pandas.Series indexed by stage, in the unit of `profit`

    Raises
    ------
    SettingsError

    References
    ----------
    Pfeifer, P. E., & Carraway, R. L. (2000). Modeling customer relationships as Markov chains. *Journal of
    Interactive Marketing*, 14(2), 43-55.

    Examples
    --------
    >>> stay = [[1, 0, 0, 0, 0], [0, 1, 0, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 1, 0], [0, 0, 0, 0, 1]]
    >>> migration_clv(stay, [10, 0, 0, 0, 0], discount=0.25).round(6)["acquisition"].item()
    50.0
    """
    values = np.array(check_matrix(matrix))
    try:
        gain = np.asarray(profit, dtype=float)
    except (TypeError, ValueError) as error:
        message = say.bad_amounts("profit", profit)
        raise SettingsError(message) from error
    if gain.shape != (5,) or not np.isfinite(gain).all():
        message = say.bad_amounts("profit", profit)
        raise SettingsError(message)
    check_number("discount", discount, low=0)
    if periods is None and discount == 0:
        message = say.bad_discount(discount)
        raise SettingsError(message)
    if periods is not None and not is_count(periods, least=1):
        message = say.bad_count("periods", periods, 1)
        raise SettingsError(message)
    step = values / (1 + discount)
    worth = np.linalg.solve(np.eye(5) - step, gain) if periods is None else _sum(step, gain, periods)
    return pd.Series(worth, index=pd.Index(STAGES, name="stage"), name="clv")


def _sum(step: np.ndarray, gain: np.ndarray, periods: int) -> np.ndarray:
    worth = np.zeros_like(gain)
    for _ in range(periods):
        worth = gain + step @ worth
    return worth
