"""Maximum likelihood over logarithms of positive parameters: several starts, curvature, honest failure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ecrm_helpers.errors import DataError
from ecrm_helpers.messages import value as say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

__all__ = ["Maximum", "maximise"]

_PILOT = 4_000  # rows on which the starting points compete
_BOUNDS = (-9.0, 9.0)  # of the logarithms: beyond 1 / 8,000 or 8,000 the likelihood no longer changes
_STEP = 1e-4
_TO_GAIN = 1e-4  # log-likelihood that a Newton step would still gain: 0.014 standard errors away
_SLOPE = 1e-5  # slope per customer where there is no curvature to judge by
_TAKES_PART = 0.1  # of a direction of length 1: less is not this parameter's
_LOOSE = 2.0  # standard error of a logarithm: the parameter may be fifty times larger or smaller


@dataclass(frozen=True)
class Maximum:
    """Where the likelihood is largest."""

    parameters: NDArray[np.float64]
    log_likelihood: float
    standard_errors: tuple[float, ...]
    undetermined: tuple[str, ...]


def maximise(
    objective: Callable[..., tuple[float, NDArray[np.float64]]],
    rows: NDArray[np.float64],
    weights: NDArray[np.float64],
    *,
    starts: Sequence[NDArray[np.float64]],
    names: tuple[str, ...],
) -> Maximum:
    """Return the maximum of `objective(log_parameters, rows, weights)`, which gives a value and its slope.

    Raises
    ------
    DataError
        If no start leads to a maximum.
    """
    step = max(1, len(rows) // _PILOT)
    pilots = [_search(objective, rows[::step], weights[::step], start) for start in starts]
    pilots.sort(key=lambda found: found[1])
    start = pilots[0][0]
    best = _search(objective, rows, weights, start)[0] if step > 1 else start
    value, slope = objective(best, rows, weights)
    low, high = _BOUNDS
    limited = ((best <= low) & (slope <= 0)) | ((best >= high) & (slope >= 0))
    errors, flat, gain = _curvature(objective, rows, weights, best, slope, free=~limited)
    if not np.isfinite(value) or gain > _TO_GAIN:
        message = say.not_converged()
        raise DataError(message)
    return Maximum(
        parameters=np.exp(best),
        log_likelihood=value,
        standard_errors=tuple(float(error) for error in np.exp(best) * errors),
        undetermined=tuple(name for name, at in zip(names, limited | flat, strict=True) if at),
    )


def _search(
    objective: Callable[..., tuple[float, NDArray[np.float64]]],
    rows: NDArray[np.float64],
    weights: NDArray[np.float64],
    start: NDArray[np.float64],
) -> tuple[NDArray[np.float64], float]:
    from scipy.optimize import minimize  # noqa: PLC0415  scipy is slow to import

    total = weights.sum()

    def cost(logs: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        value, slope = objective(logs, rows, weights)
        return -value / total, -slope / total

    options = {"maxiter": 1_000, "maxcor": 20, "ftol": 1e-15, "gtol": 5e-8}
    found = minimize(cost, start, jac=True, method="L-BFGS-B", bounds=[_BOUNDS] * len(start), options=options)
    return found.x, float(found.fun)


def _curvature(
    objective: Callable[..., tuple[float, NDArray[np.float64]]],
    rows: NDArray[np.float64],
    weights: NDArray[np.float64],
    best: NDArray[np.float64],
    slope: NDArray[np.float64],
    *,
    free: NDArray[np.bool_],
) -> tuple[NDArray[np.float64], NDArray[np.bool_], float]:
    """Return standard errors of the log parameters, which are flat, and what a Newton step would still gain.

    The curvature is the slope's slope by central differences; its inverse is the covariance.
    """
    rises = [
        objective(best + step, rows, weights)[1] - objective(best - step, rows, weights)[1]
        for step in np.eye(len(best)) * _STEP
    ]
    matrix = -np.array(rises) / (2 * _STEP)
    roots, axes = np.linalg.eigh(((matrix + matrix.T) / 2)[np.ix_(free, free)])
    errors, flat = np.full(len(best), np.nan), np.zeros(len(best), dtype=bool)
    if not free.any():
        return errors, flat, 0.0
    if roots[0] <= 0:  # the data say nothing in some direction
        flat[free] = (np.abs(axes[:, roots <= 0]) > _TAKES_PART).any(axis=1)
        level = np.abs(slope[free]).max() <= _SLOPE * weights.sum()
        return errors, flat, 0.0 if level else np.inf
    errors[free] = np.sqrt((axes**2 / roots).sum(axis=1))
    flat[free] = errors[free] > _LOOSE
    return errors, flat, float(((axes.T @ slope[free]) ** 2 / roots).sum() / 2)
