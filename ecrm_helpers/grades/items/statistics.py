"""Classical item statistics of a matrix of points: students in rows, tasks in columns, no gaps.

Nothing here depends on the order of the rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["LEAST_STUDENTS", "cronbach_alpha", "discriminations", "rest_correlations", "tail"]

LEAST_STUDENTS: Final = 10  # fewer, and a tail is one or two people
_TAIL_PERCENT: Final = 27
_DECIMALS: Final = 9  # sums of points that are equal on paper may differ in the last bit


def tail(totals: Floats, *, places: int) -> Floats:
    """Weight of each student in the group of the `places` highest totals; the weights add up to `places`.

    Students whose total is the one at the cut share the places that are left equally, so that no row order
    and no lot decides who of them belongs to the group.

    Examples
    --------
    >>> tail(np.array([9.0, 7.0, 7.0, 7.0, 2.0]), places=2).round(2).tolist()
    [1.0, 0.33, 0.33, 0.33, 0.0]
    """
    cut = np.sort(totals)[-places]
    above, tied = totals > cut, totals == cut
    return above + tied * ((places - above.sum()) / tied.sum())


def discriminations(points: Floats, full: Floats) -> list[float | None]:
    """Mean share of full points in the upper 27 % less that in the lower 27 %, for each task.

    Parameters
    ----------
    points : array of shape (students, tasks)
    full : array of shape (tasks,)
        Full points, none of them 0.

    Returns
    -------
    list of float or None
        None for fewer than 10 students and where totals do not vary: then there is no upper group.

    References
    ----------
    Kelley, T. L. (1939). The selection of upper and lower groups for the validation of test items.
    Journal of Educational Psychology, 30(1), 17–24.
    """
    students, tasks = points.shape
    totals = points.sum(axis=1).round(_DECIMALS)
    if students < LEAST_STUDENTS or not _varies(totals):
        return [None] * tasks
    places = (_TAIL_PERCENT * students + 50) // 100  # rounded half up
    upper, lower = tail(totals, places=places), tail(-totals, places=places)
    return [float(one) for one in (upper - lower) @ (points / full) / places]


def rest_correlations(points: Floats) -> list[float | None]:
    """Pearson's r of each task with the sum of the other tasks (corrected item-total correlation).

    None where the task or the rest does not vary.
    """
    rest = points.sum(axis=1, keepdims=True) - points
    return [
        _correlation(points[:, task].round(_DECIMALS), rest[:, task].round(_DECIMALS))
        for task in range(points.shape[1])
    ]


def _correlation(first: Floats, second: Floats) -> float | None:
    if not (_varies(first) and _varies(second)):
        return None
    a, b = first - first.mean(), second - second.mean()
    return float(np.clip((a @ b) / np.sqrt((a @ a) * (b @ b)), -1, 1))


def cronbach_alpha(points: Floats) -> float | None:
    """Reliability as k / (k − 1) · (1 − Σ variances of the k tasks / variance of the totals).

    None for fewer than two tasks or students, or where totals do not vary.

    References
    ----------
    Cronbach, L. J. (1951). Coefficient alpha and the internal structure of tests. Psychometrika, 16(3),
    297–334.

    Examples
    --------
    >>> cronbach_alpha(np.array([[1.0, 2.0], [2.0, 3.0], [3.0, 4.0]]))
    1.0
    """
    students, tasks = points.shape
    totals = points.sum(axis=1).round(_DECIMALS)
    if min(students, tasks) < 2 or not _varies(totals):  # noqa: PLR2004 - a variance, and a pair of tasks
        return None
    within = points.var(axis=0, ddof=1).sum()
    return float(tasks / (tasks - 1) * (1 - within / totals.var(ddof=1)))


def _varies(values: Floats) -> bool:
    return bool(values.size and values.min() < values.max())
