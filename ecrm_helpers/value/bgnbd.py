"""BG/NBD and MBG/NBD: how often customers buy and when they silently leave, by maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from ecrm_helpers.errors import DataError, SettingsError
from ecrm_helpers.messages import value as say
from ecrm_helpers.orders import check_kind
from ecrm_helpers.value._checks import check_positive
from ecrm_helpers.value._columns import histories, unit_of
from ecrm_helpers.value._fitting import maximise
from ecrm_helpers.value.repeat import DAYS_PER_UNIT

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["BGNBD", "MODELS", "fit_bgnbd", "leaving_weight", "log_likelihood"]

MODELS = {"bgnbd": 0, "mbgnbd": 1}
"""The models, and how many chances to leave come before the first repeat purchase."""

_STARTS = ((1.0, 1.0, 1.0, 3.0), (0.3, 0.15, 0.8, 2.5), (3.0, 3.0, 0.5, 5.0))


@dataclass(frozen=True, kw_only=True)
class BGNBD:
    """A fitted model of repeat buying; printing it gives a reading in Chinese.

    While alive, a customer buys as a Poisson process; after a purchase the customer leaves for good with a
    probability of their own.

    Attributes
    ----------
    r, alpha : float
        Purchase rates over customers are gamma with shape r and rate alpha: r / alpha purchases a `unit` on
        average; the smaller r, the more customers differ.
    a, b : float
        Drop-out probabilities over customers are beta(a, b), so a / (a + b) on average.
    model : {'bgnbd', 'mbgnbd'}
        "bgnbd": customers can leave only after a repeat purchase. "mbgnbd": also after the first purchase.
    log_likelihood : float
    customers : int
    repeaters : int, customers with at least one repeat purchase
    standard_errors : tuple of four floats, for r, alpha, a, b
        From the curvature at the maximum; not a number where there is none.
    undetermined : tuple of str
        Parameters the data cannot pin down, at the limit of the search or where the likelihood is flat:
        forecasts remain usable, their values mean nothing.
    unit : {'week', 'day'} or None
        Unit of time of alpha; None when the table did not say.
    """

    r: float
    alpha: float
    a: float
    b: float
    model: Literal["bgnbd", "mbgnbd"] = "bgnbd"
    log_likelihood: float = np.nan
    customers: int = 0
    repeaters: int = 0
    standard_errors: tuple[float, float, float, float] = (np.nan,) * 4
    undetermined: tuple[str, ...] = ()
    unit: str | None = None

    def __post_init__(self) -> None:
        if self.model not in MODELS:
            message = say.bad_choice("model", self.model, tuple(MODELS))
            raise SettingsError(message)
        for name, value in zip(("r", "alpha", "a", "b"), self.parameters, strict=True):
            check_positive(name, value)
        if self.unit not in {None, *DAYS_PER_UNIT}:
            message = say.bad_choice("unit", self.unit, tuple(DAYS_PER_UNIT))
            raise SettingsError(message)

    def __str__(self) -> str:
        return say.bgnbd_reading(self)

    @property
    def parameters(self) -> tuple[float, float, float, float]:
        """The four parameters: r, alpha, a, b."""
        return self.r, self.alpha, self.a, self.b

    @property
    def first_chance(self) -> int:
        """1 if a customer may leave after the first purchase, 0 if only after a repeat."""
        return MODELS[self.model]


def fit_bgnbd(table: pd.DataFrame, *, model: Literal["bgnbd", "mbgnbd"] = "bgnbd") -> BGNBD:
    """Estimate r, alpha, a and b by maximum likelihood.

    Parameters
    ----------
    table : pandas.DataFrame
        From :func:`repeat_table`, or any table with columns ``x``, ``t_x``, ``T``; then
        ``table.attrs["unit"] = "week"`` tells the unit.
    model : {'bgnbd', 'mbgnbd'}, default="bgnbd"
        In the BG/NBD of Fader, Hardie & Lee nobody leaves before the first repeat purchase, so who bought
        once counts as a customer for ever. The MBG/NBD of Batislam, Denizel & Filiztekin lets customers also
        leave after the first purchase; our simulated shops are of that kind.

    Returns
    -------
    BGNBD

    Raises
    ------
    DataError
        If a row cannot be a purchase history, nobody bought again, or the search finds no maximum.
    SettingsError
        If there is no such model.

    Notes
    -----
    Customers with the same history are counted once with their number as weight. The search runs over the
    logarithms of the parameters with the analytic gradient, from several starting points.

    References
    ----------
    Fader, P. S., Hardie, B. G. S., & Lee, K. L. (2005). "Counting your customers" the easy way: An
    alternative to the Pareto/NBD model. *Marketing Science*, 24(2), 275-284.

    Batislam, E. P., Denizel, M., & Filiztekin, A. (2007). Empirical validation and comparison of models for
    customer base analysis. *International Journal of Research in Marketing*, 24(3), 201-209.

    Examples
    --------
    >>> history = {"x": [0, 3, 1, 0, 6, 2], "t_x": [0, 9, 2, 0, 31, 8], "T": [30, 39, 35, 31, 33, 36]}
    >>> fit = fit_bgnbd(pd.DataFrame(history))
    >>> fit.customers, fit.repeaters
    (6, 4)
    """
    if model not in MODELS:
        message = say.bad_choice("model", model, tuple(MODELS))
        raise SettingsError(message)
    x, t_x, age = histories(table)
    unit = unit_of(table)
    repeaters = int((x > 0).sum())
    if repeaters == 0:
        message = say.nobody_came_back(len(x))
        raise DataError(message)
    scale = float(age.mean())
    frame = pd.DataFrame({"x": x, "t_x": t_x / scale, "T": age / scale})
    counted = frame.groupby(["x", "t_x", "T"], sort=True).size()
    rows = counted.index.to_frame().to_numpy(dtype=np.float64)
    weights = np.asarray(counted, dtype=np.float64)
    starts = [np.log(start) for start in _STARTS]
    objective = partial(_log_likelihood_and_slope, first_chance=MODELS[model])
    best = maximise(objective, rows, weights, starts=starts, names=("r", "alpha", "a", "b"))
    r, alpha, a, b = (float(value) for value in best.parameters)
    error = best.standard_errors
    return BGNBD(
        r=r,
        alpha=alpha * scale,
        a=a,
        b=b,
        model=model,
        log_likelihood=best.log_likelihood - float(x.sum() * np.log(scale)),
        customers=len(x),
        repeaters=repeaters,
        standard_errors=(error[0], error[1] * scale, error[2], error[3]),
        undetermined=best.undetermined,
        unit=unit,
    )


def log_likelihood(fit: BGNBD, table: pd.DataFrame) -> float:
    """Return the log-likelihood of `table` under the parameters of `fit`, for instance planted ones.

    Examples
    --------
    >>> table = pd.DataFrame({"x": [2], "t_x": [30.43], "T": [38.86]})
    >>> round(log_likelihood(BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426), table), 4)
    -9.4586
    """
    check_kind(fit, BGNBD, "fit")
    rows = np.column_stack(histories(table))
    value, _ = _log_likelihood_and_slope(
        np.log(fit.parameters), rows, np.ones(len(rows)), first_chance=fit.first_chance
    )
    return value


def leaving_weight(
    parameters: tuple[float, float, float, float],
    x: NDArray[np.float64],
    t_x: NDArray[np.float64],
    age: NDArray[np.float64],
    *,
    first_chance: int,
) -> NDArray[np.float64]:
    """Return the probability that the customer left right after the last purchase, given the history."""
    r, alpha, a, b = parameters
    chances = x + first_chance
    # odds = a / (b + chances - 1) · ((alpha + T) / (alpha + t_x)) ^ (r + x); never after no chance at all.
    fails = np.where(chances > 0, b + chances - 1, 1.0)
    log_odds = np.log(a) - np.log(fails) + (r + x) * np.log((alpha + age) / (alpha + t_x))
    return np.where(chances > 0, 1 / (1 + np.exp(-np.clip(log_odds, -700, 700))), 0.0)


def _log_likelihood_and_slope(
    logs: NDArray[np.float64], rows: NDArray[np.float64], weights: NDArray[np.float64], *, first_chance: int
) -> tuple[float, NDArray[np.float64]]:
    """Return the weighted log-likelihood and its slope in the logarithms of r, alpha, a, b.

    A history is either alive at T, or ended right after the last purchase: L = C · (alive + left), with
    C = Γ(r+x)/Γ(r) · alpha^r · B(a, b+k)/B(a, b), k = x chances to leave (x + 1 in the MBG/NBD).
    """
    from scipy.special import betaln, gammaln, psi  # noqa: PLC0415  scipy is slow to import

    r, alpha, a, b = parameters = tuple(np.exp(logs))
    x, t_x, age = rows.T
    left = leaving_weight(parameters, x, t_x, age, first_chance=first_chance)
    alive = 1 - left
    log_age, log_last = np.log(alpha + age), np.log(alpha + t_x)
    counts, place = np.unique(x, return_inverse=True)  # gamma functions are dear, and depend on x only
    chances = counts + first_chance
    constant = gammaln(r + counts) - gammaln(r) + r * np.log(alpha) + betaln(a, b + chances) - betaln(a, b)
    fails = np.where(x + first_chance > 0, b + x + first_chance - 1, 1.0)
    stay = -(r + x) * log_age
    go = np.where(x + first_chance > 0, np.log(a) - np.log(fails) - (r + x) * log_last, -np.inf)
    value = constant[place] + np.logaddexp(stay, go)
    seen = alive / (alpha + age) + left / (alpha + t_x)
    slopes = (
        r * ((psi(r + counts) - psi(r) + np.log(alpha))[place] - alive * log_age - left * log_last),
        r - alpha * (r + x) * seen,
        a * (psi(a + b) - psi(a + b + chances))[place] + left,
        b * ((psi(b + chances) - psi(b) + psi(a + b) - psi(a + b + chances))[place] - left / fails),
    )
    return float(weights @ value), np.array([weights @ slope for slope in slopes])
