"""Analyse every task of every assignment of a class."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ecrm_helpers.grades.items.answers import answer_shares
from ecrm_helpers.grades.items.counted import counted
from ecrm_helpers.grades.items.lines import lines_of
from ecrm_helpers.grades.items.missed import most_missed
from ecrm_helpers.grades.items.records import AssignmentItems, Item, ItemAnalysis
from ecrm_helpers.grades.items.statistics import cronbach_alpha, discriminations, rest_correlations
from ecrm_helpers.grades.items.told import message_shares

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ecrm_helpers.grades.coverage.records import GradedTask
    from ecrm_helpers.grades.gradebook import Gradebook
    from ecrm_helpers.grades.items.counted import Counted
    from ecrm_helpers.grades.items.records import AnswerShare
    from ecrm_helpers.grades.record import ClassList

    Shares = Mapping[int, tuple[AnswerShare, ...]]

__all__ = ["analysed"]

_ENOUGH = 1e-9  # points that are full on paper may lack the last bit


def analysed(
    listed: ClassList, gradebook: Gradebook | None, tasks: Sequence[GradedTask] = ()
) -> ItemAnalysis:
    """Analyse the tasks of a class.

    Parameters
    ----------
    listed : ClassList
        Students count whose state counts in attainment.
    gradebook : Gradebook or None
        Only final marks count, extra credit does not; a task worth no points is left out.
    tasks : sequence of GradedTask
        Titles and order; a task that is not among them goes by its id, after the others.

    Returns
    -------
    ItemAnalysis
        No assignment without a gradebook.
    """
    if gradebook is None:
        return ItemAnalysis((), ())
    rows = counted(listed, gradebook, tasks)
    answers = answer_shares(rows.findings)
    lines = lines_of(rows.findings)
    messages = message_shares(lines, rows.findings)
    assignments = tuple(
        _assignment(str(name), own, rows, answers, messages)
        for name, own in rows.tasks.groupby("assignment", sort=False)
    )
    return ItemAnalysis(assignments, most_missed(rows, lines))


def _assignment(
    name: str, tasks: pd.DataFrame, rows: Counted, answers: Shares, messages: Shares
) -> AssignmentItems:
    points = _matrix(rows.marks.loc[rows.marks["number"].isin(tasks.index)], tasks.index)
    marked = ~np.isnan(points).all(axis=0)
    unmarked = tuple(tasks.loc[~marked, "title"])
    tasks, points = tasks.loc[marked], points[:, marked]
    full = tasks["full"].to_numpy(dtype=float)
    complete = points[~np.isnan(points).any(axis=1)]
    figures = zip(
        tasks.reset_index(names="number").to_dict("records"),
        (column[~np.isnan(column)] for column in points.T),
        discriminations(complete, full),
        rest_correlations(complete),
        strict=True,
    )
    items = tuple(
        Item(
            assignment=name,
            notebook=task["notebook"],
            task=task["task"],
            title=task["title"],
            full=float(task["full"]),
            counted=len(own),
            mean=float(own.mean()),
            difficulty=float(own.mean() / task["full"]),
            discrimination=discrimination,
            correlation=correlation,
            none=float((own <= 0).mean()),
            all=float((own >= task["full"] - _ENOUGH).mean()),
            answers=answers.get(task["number"], ()),
            messages=messages.get(task["number"], ()),
        )
        for task, own, discrimination, correlation in figures
    )
    return AssignmentItems(name, items, cronbach_alpha(complete), len(complete), unmarked)


def _matrix(marks: pd.DataFrame, tasks: pd.Index) -> np.ndarray:
    """Lay points out with students in rows and tasks in columns; NaN where there is no final mark."""
    students, people = pd.factorize(marks["student"], sort=True)
    points = np.full((len(people), len(tasks)), np.nan)
    points[students, tasks.get_indexer(pd.Index(marks["number"]))] = marks["points"]
    return points
