"""What item analysis counts: the final marks, and what was found, of students whose state counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ecrm_helpers.grades.coverage.records import GradedTask
    from ecrm_helpers.grades.gradebook import Gradebook
    from ecrm_helpers.grades.record import ClassList

__all__ = ["Counted", "counted"]

_TASK = ["assignment", "notebook", "task"]
_KEY = ["number", "student"]
_MOST_WAITING = 0.1


@dataclass(frozen=True)
class Counted:
    """Rows that count.

    Attributes
    ----------
    tasks : DataFrame
        assignment, notebook, task, title, full; one row per task in the order of the courseware, the index is
        the number of the task.
    marks : DataFrame
        number (of the task), student (a number), points between 0 and full; final marks only.
    findings : DataFrame
        number, student, points, auto (what the judge gave), full, message, answer.
    did : mapping
        Assignment → students who handed it in.
    """

    tasks: pd.DataFrame
    marks: pd.DataFrame
    findings: pd.DataFrame
    did: Mapping[str, int]


def counted(listed: ClassList, gradebook: Gradebook, tasks: Sequence[GradedTask]) -> Counted:
    """Select from a gradebook; tasks worth no points are left out, extra credit is not counted.

    A task of which more than a tenth still waits for the teacher has no marks yet: an empty answer is final
    at once, so that for a while those who wrote nothing would be the whole class.
    """
    numbered = _numbered(gradebook.tasks, tasks)
    states = listed.course.states
    people = sorted(row.student_id for row in listed.rows if states[row.person.state].attainment)
    marks, found = (_coded(rows, numbered, people) for rows in (gradebook.marks, gradebook.findings))
    did = marks.groupby("assignment")["student"].nunique()
    waits = marks["pending"].astype(bool)
    unfinished = waits.groupby(marks["number"]).transform("mean") > _MOST_WAITING
    marks = marks.loc[~waits & ~unfinished, [*_KEY, "auto", "score"]].sort_values(_KEY)
    full = marks["number"].map(numbered["full"])
    marks = marks.assign(full=full, points=marks["score"].clip(lower=0.0).clip(upper=full))
    found = marks.merge(found[[*_KEY, "message", "answer"]], on=_KEY)
    return Counted(
        tasks=numbered,
        marks=marks[[*_KEY, "points"]],
        findings=found[[*_KEY, "points", "auto", "full", "message", "answer"]],
        did={str(name): int(count) for name, count in did.items()},
    )


def _coded(rows: pd.DataFrame, tasks: pd.DataFrame, people: Sequence[str]) -> pd.DataFrame:
    """Put numbers in place of tasks and students; rows of others are left out.

    Numbers of students follow their ids: rows sorted by them add up to the same float in whatever order they
    were read.
    """
    student = pd.Index(people).get_indexer(pd.Index(rows["student_id"]))
    number = pd.MultiIndex.from_frame(tasks[_TASK]).get_indexer(pd.MultiIndex.from_frame(rows[_TASK]))
    return rows.assign(student=student, number=number).loc[(student >= 0) & (number >= 0)]


def _numbered(rows: pd.DataFrame, tasks: Sequence[GradedTask]) -> pd.DataFrame:
    """Put the gradebook's tasks into the order of the courseware; others follow with their id as title."""
    known = {(one.assignment, one.notebook, one.task): at for at, one in enumerate(tasks)}
    keys = list(zip(*(rows[name] for name in _TASK), strict=True))
    places = [known.get(key, len(tasks)) for key in keys]
    titles = [tasks[at].title if at < len(tasks) else key[-1] for at, key in zip(places, keys, strict=True)]
    made = rows[[*_TASK, "full"]].assign(title=titles, place=places)
    made = made.loc[made["full"] > 0].sort_values(["place", *_TASK], kind="stable")
    return made.drop(columns="place").reset_index(drop=True)
