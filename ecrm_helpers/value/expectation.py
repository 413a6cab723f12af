"""What a fitted model expects of a customer: still there or gone, and how many purchases to come."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ecrm_helpers.errors import SettingsError
from ecrm_helpers.messages import value as say
from ecrm_helpers.orders import check_kind
from ecrm_helpers.value._checks import check_number
from ecrm_helpers.value._columns import histories, same_unit
from ecrm_helpers.value.bgnbd import BGNBD, leaving_weight

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["expected_cumulative", "expected_purchases", "forecast", "probability_alive"]

_NODES = (32, 256)
_LEAST = 1e-14  # nodes near 0 are rounding; the integrand is smooth there
_CELLS = 4_000_000  # array cells worked on at a time: 32 MB each


def probability_alive(fit: BGNBD, table: pd.DataFrame) -> pd.Series:
    """Return the probability that each customer has not left for good by the end of the data.

    Parameters
    ----------
    fit : BGNBD
    table : pandas.DataFrame
        As :func:`repeat_table` gives it.

    Returns
    -------
    pandas.Series ``probability_alive`` with the index of `table`
        In the BG/NBD it is 1 for everybody who never bought again: there the model knows no leaving.

    References
    ----------
    Fader, P. S., Hardie, B. G. S., & Lee, K. L. (2008). Computing P(alive) using the BG/NBD model.

    Examples
    --------
    >>> fit = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
    >>> table = pd.DataFrame({"x": [2, 2], "t_x": [30.43, 3.0], "T": [38.86, 38.86]})
    >>> probability_alive(fit, table).round(3).tolist()
    [0.727, 0.076]
    """
    alive = 1 - _leaving(fit, table)
    return pd.Series(alive, index=table.index, name="probability_alive")


def expected_purchases(fit: BGNBD, table: pd.DataFrame, periods: float) -> pd.Series:
    """Return how many purchases each customer is expected to make in the next `periods`.

    Parameters
    ----------
    fit : BGNBD
    table : pandas.DataFrame
        As :func:`repeat_table` gives it, in the same unit as `fit`.
    periods : float
        Length of the future, in units of `fit`: weeks for a table in weeks.

    Returns
    -------
    pandas.Series ``expected_purchases`` with the index of `table`

    Notes
    -----
    For a customer alive with purchase rate λ and drop-out probability p, (1 - exp(-λ p t)) / p purchases are
    expected. λ integrates out in closed form and p by Gauss-Jacobi quadrature, which equals the published
    expression in ₂F₁ and stays exact where that one overflows (many purchases) or divides by 0 (a = 1).

    Examples
    --------
    >>> fit = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
    >>> table = pd.DataFrame({"x": [2], "t_x": [30.43], "T": [38.86]})
    >>> expected_purchases(fit, table, 39).round(3).tolist()
    [1.226]
    """
    check_number("periods", periods, low=0, high=np.inf, span="不小于 0 ")
    values = forecast(fit, table, np.array([float(periods)]), weights=np.ones(1))
    return pd.Series(values, index=table.index, name="expected_purchases")


def expected_cumulative(fit: BGNBD, t: ArrayLike) -> NDArray[np.float64]:
    """Return how many repeat purchases a new customer is expected to make in time `t` after the first.

    Parameters
    ----------
    fit : BGNBD
    t : array-like of float, units of `fit`; at negative times the customer is yet to come, so 0

    Raises
    ------
    SettingsError
        If a time is missing, infinite or no number.

    Examples
    --------
    >>> fit = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
    >>> expected_cumulative(fit, [1, 32, 78]).round(4).tolist()
    [0.0533, 1.0452, 1.8605]
    """
    check_kind(fit, BGNBD, "fit")
    times = np.asarray(t)
    if not np.issubdtype(times.dtype, np.number) or not np.isfinite(times).all():
        message = say.not_times(t)
        raise SettingsError(message)
    times = np.maximum(times.astype(np.float64), 0.0)
    new = pd.DataFrame({"x": [0.0], "t_x": [0.0], "T": [0.0]})
    stays = 1 - _leaving(fit, new)[0]
    distinct, place = np.unique(times, return_inverse=True)
    block, zero = _CELLS // _NODES[1], np.zeros(1)
    parts = [distinct[start : start + block] for start in range(0, len(distinct), block)]
    values = np.concatenate([zero[:0], *(_if_alive(fit, zero, zero, part)[0] for part in parts)])
    return stays * values[place].reshape(times.shape)


def forecast(
    fit: BGNBD, table: pd.DataFrame, times: NDArray[np.float64], *, weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return Σ weight · purchases expected between one of the rising `times` and the one before (0 first)."""
    alive = 1 - _leaving(fit, table)
    x, _, age = histories(table)
    pairs, place = _distinct(x, age)
    values = np.empty(len(pairs))
    block = max(1, _CELLS // (_NODES[1] * len(times)))
    for start in range(0, len(pairs), block):
        part = pairs[start : start + block]
        steps = np.diff(_if_alive(fit, part[:, 0], part[:, 1], times), axis=1, prepend=0.0)
        values[start : start + block] = steps @ weights
    return alive * values[place]


def _leaving(fit: BGNBD, table: pd.DataFrame) -> NDArray[np.float64]:
    check_kind(fit, BGNBD, "fit")
    x, t_x, age = histories(table)
    same_unit(table, fit.unit)
    return leaving_weight(fit.parameters, x, t_x, age, first_chance=fit.first_chance)


def _distinct(
    x: NDArray[np.float64], age: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    groups = pd.DataFrame({"x": x, "T": age}).groupby(["x", "T"], sort=True)
    pairs = np.asarray(groups.size().index.to_frame(), dtype=np.float64)
    return pairs, np.asarray(groups.ngroup(), dtype=np.intp)


def _if_alive(
    fit: BGNBD, x: NDArray[np.float64], age: NDArray[np.float64], times: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return expected purchases of customers alive at `age`, shape (customers, times)."""
    result = np.empty((len(x), len(times)))
    for count in np.unique(x):
        rows = np.flatnonzero(x == count)
        reach = times[None, :] / (fit.alpha + age[rows, None])
        # The integrand bends at p = -1 / reach: the further the forecast, the more nodes.
        nodes = int(np.clip(8 * np.sqrt(1 + reach.max(initial=0.0)), *_NODES)) // 32 * 32
        p, weight = _beta_nodes(fit.a, fit.b + float(count) + fit.first_chance, nodes)
        still = -np.expm1(-(fit.r + count) * np.log1p(p * reach[..., None]))
        result[rows] = still @ (weight / p)
    return result


@lru_cache(maxsize=2_048)
def _beta_nodes(a: float, b: float, count: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return nodes and weights of Gauss quadrature for a beta(a, b) weight (Golub & Welsch, 1969)."""
    n = np.arange(1, count, dtype=np.float64)
    total = 2 * n + a + b - 2
    first = np.array([a / (a + b)])
    middle = 0.5 + 0.5 * (a - b) * (a + b - 2) / (total * (total + 2))
    side = n * (n + a - 1) * (n + b - 1) * (n + a + b - 2)
    side[1:] /= total[1:] ** 2 * (total[1:] ** 2 - 1)
    side[0] = a * b / ((a + b) ** 2 * (a + b + 1))  # the general term is 0 / 0 where a + b = 1
    matrix = np.diag(np.concatenate([first, middle])) + np.diag(np.sqrt(side), -1)  # the lower half is read
    nodes, vectors = np.linalg.eigh(matrix)
    return np.maximum(nodes, _LEAST), vectors[0] ** 2
