"""A gradebook as read: every task of every student, and what each student reached in each assignment."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FINDINGS", "Gradebook", "Work"]

FULL = 100
FINDINGS = ("student_id", "assignment", "notebook", "task", "message", "answer")
_FITS = 2**62  # what a sum of 64-bit integers may reach


@dataclass(frozen=True, kw_only=True)
class Work:
    """One student's marked work on one assignment.

    Attributes
    ----------
    points, full : Fraction
        As nbgrader adds them up: a manual score stands in for the automatic one, extra credit comes on top.
    percent : Fraction
        Of all points of the assignment, from 0 to 100; nbgrader's own late penalty is not taken off.
    pending : tuple of str
        Tasks that still wait for a teacher, with the notebook's name in front where the assignment has
        several: their points so far count, the mark is preliminary.
    late : bool
    late_by : timedelta
        Beyond the due date and any extension; 0 for what was in time.
    attempts : int or None
        How many different hand-ins were marked; None where nobody counted.
    penalty : Fraction
        nbgrader's own late penalty in points, of all notebooks.
    absent : tuple of str
        Notebooks with tasks that were not handed in with the others: their points are not reached.
    """

    points: Fraction
    full: Fraction
    percent: Fraction
    pending: tuple[str, ...] = ()
    late: bool = False
    late_by: dt.timedelta = dt.timedelta(0)
    attempts: int | None = None
    penalty: Fraction = Fraction(0)
    absent: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gradebook:
    """The tables of one course.

    Attributes
    ----------
    names : dict
        Name by normalised student id.
    tasks : DataFrame
        assignment, notebook, task, full (points), kind {'code', 'markdown'}.
    marks : DataFrame
        student_id, assignment, notebook, task, full, auto, manual, score, pending.
    submissions : DataFrame
        student_id, assignment, handed_in_at, late, late_by (timedelta), penalty (points), attempts (NA where
        unknown).
    findings : DataFrame
        student_id, assignment, notebook, task, message, answer: the judge's line on a task and the answer as
        recorded; empty where marking did not keep them.
    source : str
        What lists of sources call it.
    """

    names: Mapping[str, str]
    tasks: pd.DataFrame
    marks: pd.DataFrame
    submissions: pd.DataFrame
    findings: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(FINDINGS), dtype=str))
    source: str = "gradebook.db"

    @property
    def assignments(self) -> set[str]:
        """Names of the assignments that have graded tasks."""
        return set(self.tasks["assignment"])

    def work(self, assignment: str) -> dict[str, Work]:
        """Look up what each student reached in an assignment; who handed in nothing is not there."""
        return self.works.get(assignment, {})

    @cached_property
    def works(self) -> dict[str, dict[str, Work]]:
        """What each student reached: assignment → student id → work, computed once."""
        points, pending, handed_in = _points(self.marks), self._pending(), _submitted(self.submissions)
        full, absent = self._full, self._absent()
        percents: dict[tuple[str, Fraction], Fraction] = {}
        found: dict[str, dict[str, Work]] = defaultdict(dict)
        for (student, assignment), reached in points.items():
            if not full.get(assignment):
                continue
            known = assignment, reached
            if known not in percents:
                percents[known] = max(Fraction(0), min(Fraction(FULL), reached * FULL / full[assignment]))
            found[assignment][student] = Work(
                points=reached,
                full=full[assignment],
                percent=percents[known],
                pending=tuple(pending.get((student, assignment), ())),
                absent=absent.get((student, assignment), ()),
                **handed_in.get((student, assignment), {}),
            )
        return dict(found)

    def full(self, assignment: str) -> Fraction:
        """Add up the points of an assignment's tasks."""
        return self._full.get(assignment, Fraction(0))

    @cached_property
    def _full(self) -> dict[str, Fraction]:
        points = self.tasks.groupby("assignment")["full"]
        return {str(name): sum(map(_exact, tasks), Fraction(0)) for name, tasks in points}

    @cached_property
    def _several(self) -> dict[str, set[str]]:
        """The notebooks of every assignment that has more than one."""
        notebooks = self.tasks.groupby("assignment")["notebook"].unique()
        return {str(name): set(own) for name, own in notebooks.items() if len(own) > 1}

    def _absent(self) -> dict[tuple[str, str], tuple[str, ...]]:
        rows = self.marks.loc[self.marks["assignment"].isin(self._several)]
        handed_in: dict[Any, Any] = rows.groupby(["student_id", "assignment"])["notebook"].unique().to_dict()
        return {key: tuple(sorted(self._several[key[1]] - set(own))) for key, own in handed_in.items()}

    def _pending(self) -> dict[tuple[str, str], list[str]]:
        several = self._several
        rows = self.marks.loc[self.marks["pending"].astype(bool)]
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        columns = (rows[name] for name in ("student_id", "assignment", "notebook", "task"))
        for student, assignment, notebook, task in zip(*columns, strict=True):
            found[student, assignment].append(f"{notebook}/{task}" if assignment in several else task)
        return found


def _points(marks: pd.DataFrame) -> dict[tuple[str, str], Fraction]:
    """Add up scores without a rounding error: as integers of their common denominator."""
    exact = {score: _exact(score) for score in marks["score"].unique()}
    scale = math.lcm(*(one.denominator for one in exact.values()))
    units = {score: int(one * scale) for score, one in exact.items()}
    largest = max((abs(one) for one in units.values()), default=0)
    small = largest * len(marks) < _FITS
    scaled = pd.Series([units[one] for one in marks["score"]], dtype="int64" if small else object)
    by = [marks["student_id"].to_numpy(), marks["assignment"].to_numpy()]
    sums: dict[Any, Any] = scaled.groupby(by).sum().to_dict()
    shared = {total: Fraction(int(total), scale) for total in set(sums.values())}
    return {key: shared[total] for key, total in sums.items()}


def _submitted(submissions: pd.DataFrame) -> dict[tuple[str, str], dict[str, Any]]:
    """Gather what is known about each hand-in beside its points."""
    told = submissions.reindex(columns=["student_id", "assignment", "late", "late_by", "penalty", "attempts"])
    late_by = list(pd.to_timedelta(told["late_by"]).fillna(pd.Timedelta(0)))
    attempts = [None if pd.isna(one) else int(one) for one in told["attempts"]]
    penalties = {one: _exact(one) for one in told["penalty"].fillna(0.0).unique()}
    columns = (told["student_id"], told["assignment"], told["late"], late_by, attempts, told["penalty"])
    return {
        (student, assignment): {
            "late": bool(late),
            "late_by": by,
            "attempts": tries,
            "penalty": penalties.get(penalty, Fraction(0)),
        }
        for student, assignment, late, by, tries, penalty in zip(*columns, strict=True)
    }


def _exact(value: float) -> Fraction:
    """Read a float as the decimal a teacher typed: 0.1 is a tenth."""
    return Fraction(repr(float(value)))
