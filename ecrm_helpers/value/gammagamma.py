"""Gamma-gamma: what an order of each customer is worth, pulled towards the mean where little is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ecrm_helpers.errors import DataError
from ecrm_helpers.messages import value as say
from ecrm_helpers.orders import check_kind
from ecrm_helpers.value._checks import check_positive
from ecrm_helpers.value._columns import numbers, repeats
from ecrm_helpers.value._fitting import maximise

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["GammaGamma", "expected_order_value", "fit_gamma_gamma"]

_LEAST = 3  # customers for three parameters
_STARTS = ((6.0, 4.0), (1.5, 2.0), (20.0, 10.0))


@dataclass(frozen=True, kw_only=True)
class GammaGamma:
    """A fitted model of order values; printing it gives a reading in Chinese.

    A customer's orders are gamma with shape p and a rate of the customer's own; the rates are gamma with
    shape q and rate v. So p says how alike the orders of one customer are, q how alike customers are.

    Attributes
    ----------
    p, q : float
    v : float, minor units of money (often written γ)
    log_likelihood : float
    customers : int, with a repeat purchase of some value
    left_out : int, with repeat purchases that brought nothing: the model knows only amounts above 0
    correlation : float
        Pearson's, between number and mean value of repeat purchases. The model takes them as independent.
    standard_errors : tuple of three floats, for p, q, v
    undetermined : tuple of str
        Parameters the data cannot pin down.
    """

    p: float
    q: float
    v: float
    log_likelihood: float = np.nan
    customers: int = 0
    left_out: int = 0
    correlation: float = np.nan
    standard_errors: tuple[float, float, float] = (np.nan,) * 3
    undetermined: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("p", "q", "v"):
            check_positive(name, getattr(self, name))

    def __str__(self) -> str:
        return say.gamma_gamma_reading(self)

    @property
    def mean(self) -> float:
        """Mean order value over customers, minor units: v p / (q - 1), infinite for q up to 1."""
        return self.v * self.p / (self.q - 1) if self.q > 1 else np.inf


def fit_gamma_gamma(table: pd.DataFrame) -> GammaGamma:
    """Estimate p, q and v by maximum likelihood from customers who bought again.

    Parameters
    ----------
    table : pandas.DataFrame
        From :func:`repeat_table`: columns ``x`` and ``mean_value``.

    Returns
    -------
    GammaGamma

    Raises
    ------
    DataError
        If fewer than three customers bought again, a mean value is negative, infinite or missing, or the
        search finds no maximum.

    References
    ----------
    Fader, P. S., & Hardie, B. G. S. (2013). The gamma-gamma model of monetary value.

    Fader, P. S., Hardie, B. G. S., & Lee, K. L. (2005). RFM and CLV: Using iso-value curves for customer base
    analysis. *Journal of Marketing Research*, 42(4), 415-430.

    Examples
    --------
    >>> table = pd.DataFrame({"x": [1, 2, 5, 3, 1, 0], "mean_value": [900, 2500, 4100, 1500, 6000, None]})
    >>> fit = fit_gamma_gamma(table)
    >>> fit.customers, round(fit.correlation, 2)
    (5, 0.06)
    """
    x, value = repeats(table), numbers(table, "mean_value")
    repeated = x > 0
    _check_values(value, repeated)
    used = repeated & (value > 0)
    if used.sum() < _LEAST:
        message = say.too_few_repeaters(int(used.sum()), _LEAST)
        raise DataError(message)
    x, value = x[used], value[used]
    scale = float(value.mean())
    grouped = pd.DataFrame({"x": x, "z": value / scale}).groupby(["x", "z"], sort=True).size()
    rows, weights = grouped.index.to_frame().to_numpy(dtype=np.float64), np.asarray(grouped, dtype=np.float64)
    starts = [np.log([p, q, (q - 1) / p]) for p, q in _STARTS]
    best = maximise(_log_likelihood_and_slope, rows, weights, starts=starts, names=("p", "q", "v"))
    p, q, v = (float(number) for number in best.parameters)
    errors = best.standard_errors
    return GammaGamma(
        p=p,
        q=q,
        v=v * scale,
        log_likelihood=best.log_likelihood - len(x) * float(np.log(scale)),
        customers=len(x),
        left_out=int((repeated & ~used).sum()),
        correlation=_correlation(x, value),
        standard_errors=(errors[0], errors[1], errors[2] * scale),
        undetermined=best.undetermined,
    )


def expected_order_value(fit: GammaGamma, table: pd.DataFrame) -> pd.Series:
    """Return what an order of each customer is expected to be worth, minor units.

    The mean of the customer's repeat purchases, pulled towards the mean over customers: the fewer repeat
    purchases, the further. Who never bought again gets the mean over customers.

    Parameters
    ----------
    fit : GammaGamma
    table : pandas.DataFrame
        Columns ``x`` and ``mean_value``.

    Raises
    ------
    DataError
        If q is at most 1: then the mean over customers is infinite.

    Examples
    --------
    >>> fit = GammaGamma(p=6.25, q=3.74, v=1544)
    >>> table = pd.DataFrame({"x": [0, 1, 10], "mean_value": [None, 10000, 10000]})
    >>> expected_order_value(fit, table).round().tolist()
    [3522.0, 8026.0, 9728.0]
    """
    check_kind(fit, GammaGamma, "fit")
    x, value = repeats(table), numbers(table, "mean_value")
    _check_values(value, x > 0)
    if fit.q <= 1:
        message = say.infinite_mean(fit.q)
        raise DataError(message)
    own = np.where(x > 0, value, 0.0)
    expected = fit.p * (fit.v + x * own) / (fit.p * x + fit.q - 1)
    return pd.Series(expected, index=table.index, name="expected_order_value")


def _check_values(value: NDArray[np.float64], repeated: NDArray[np.bool_]) -> None:
    """Refuse negative, infinite and missing means of customers who did buy again."""
    bad = repeated & ~((value >= 0) & np.isfinite(value))
    if bad.any():
        row = int(np.argmax(bad))
        message = say.bad_mean_value(row, float(value[row]), int(bad.sum()))
        raise DataError(message)


def _correlation(x: NDArray[np.float64], value: NDArray[np.float64]) -> float:
    if np.ptp(x) == 0 or np.ptp(value) == 0:
        return np.nan
    return float(np.corrcoef(x, value)[0, 1])


def _log_likelihood_and_slope(
    logs: NDArray[np.float64], rows: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[float, NDArray[np.float64]]:
    """Return the weighted log-likelihood and its slope in the logarithms of p, q, v."""
    from scipy.special import betaln, psi  # noqa: PLC0415  scipy is slow to import

    p, q, v = np.exp(logs)
    x, mean = rows.T
    total = x * mean
    counts, place = np.unique(x, return_inverse=True)  # gamma functions are dear, and depend on x only
    log_sum = np.log(v + total)
    log_share = np.log(total) - log_sum
    value = -np.log(mean) - betaln(p * counts, q)[place] + q * (np.log(v) - log_sum) + p * x * log_share
    both = psi(p * counts + q)
    slopes = (
        p * x * ((both - psi(p * counts))[place] + log_share),
        q * ((both - psi(q))[place] + np.log(v) - log_sum),
        q - v * (p * x + q) / (v + total),
    )
    return float(weights @ value), np.array([weights @ slope for slope in slopes])
