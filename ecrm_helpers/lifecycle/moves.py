"""How customers move between stages from one date to the next."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ecrm_helpers.errors import DataError
from ecrm_helpers.lifecycle.stages import STAGES
from ecrm_helpers.messages import lifecycle as say

__all__ = ["transition_counts", "transitions"]


def transition_counts(history: pd.DataFrame) -> pd.DataFrame:
    """Count moves between stages over consecutive dates of a history.

    Parameters
    ----------
    history : pandas.DataFrame
        ``as_of``, ``customer_id``, ``stage``: from :func:`stage_history`, dates a month apart.

    Returns
    -------
    pandas.DataFrame of int, shape (5, 5)
        Row: stage on a date; column: stage of the same customer on the next date.

    Raises
    ------
    DataError
        If columns or a second date are missing, or a stage is unknown.
    """
    missing = [name for name in ("as_of", "customer_id", "stage") if name not in history.columns]
    if missing:
        message = say.not_a_history(missing)
        raise DataError(message)
    dates, date = np.unique(history["as_of"].to_numpy(), return_inverse=True)
    if len(dates) < 2:  # noqa: PLR2004, a move needs two dates
        message = say.bad_dates(len(dates))
        raise DataError(message)
    position = pd.Index(STAGES).get_indexer(pd.Index(history["stage"]))
    if (position < 0).any():
        message = say.unknown_stage(history["stage"].iloc[int(np.argmin(position))], STAGES)
        raise DataError(message)
    customer, ids = pd.factorize(history["customer_id"])
    stage = np.full((len(dates), len(ids)), -1, dtype=np.int64)
    stage[date, customer] = position
    here, there = stage[:-1].ravel(), stage[1:].ravel()
    both = (here >= 0) & (there >= 0)
    counts = np.bincount(5 * here[both] + there[both], minlength=25).reshape(5, 5)
    return pd.DataFrame(counts, index=pd.Index(STAGES, name="from"), columns=pd.Index(STAGES, name="to"))


def transitions(history: pd.DataFrame) -> pd.DataFrame:
    """Estimate the transition matrix: each count divided by its row's sum (maximum likelihood).

    A stage nobody was ever seen to leave or stay in has no estimate. Its row then says "stays"
    (probability 1 on the diagonal), and ``.attrs["empty_stages"]`` names it: check it before projecting.

    Parameters
    ----------
    history : pandas.DataFrame
        See :func:`transition_counts`.

    Returns
    -------
    pandas.DataFrame of float, shape (5, 5)
        Every row sums to 1.

    Examples
    --------
    >>> history = pd.DataFrame({
    ...     "as_of": pd.to_datetime(["2026-05-01"] * 2 + ["2026-06-01"] * 2),
    ...     "customer_id": ["A", "B", "A", "B"],
    ...     "stage": ["acquisition", "acquisition", "retention", "acquisition"],
    ... })
    >>> transitions(history).loc["acquisition"].tolist()
    [0.5, 0.5, 0.0, 0.0, 0.0]
    """
    counts = transition_counts(history)
    rows = counts.sum(axis=1)
    empty = [stage for stage in STAGES if rows[stage] == 0]
    matrix = counts.div(rows.where(rows > 0, 1), axis=0)
    for stage in empty:
        matrix.loc[stage, stage] = 1.0
    matrix.attrs["empty_stages"] = empty
    return matrix
