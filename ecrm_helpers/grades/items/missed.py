"""The points a class missed most often, for the teacher to take up when the work is given back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ecrm_helpers.grades.items.answers import LEAST_GROUP
from ecrm_helpers.grades.items.records import Missed
from ecrm_helpers.grades.items.told import Told, told_by_task
from ecrm_helpers.messages import items as messages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecrm_helpers.grades.items.counted import Counted
    from ecrm_helpers.grades.items.lines import Lines

__all__ = ["most_missed"]

_MOST: Final = 10
_PASS: Final = 0.6  # of a task's points
_ENOUGH: Final = 1e-9


def most_missed(rows: Counted, lines: Lines) -> tuple[Missed, ...]:
    """List at most ten points, those of most students first, ties in the order of the tasks.

    A point is what the judge's feedback says went wrong. A task without such feedback (marked by the teacher,
    or by test cells) counts who got less than six tenths of it. What fewer than three students missed is put
    together, after the rest, and left out where they are fewer than three even so: no student can be told.
    """
    slips = told_by_task(lines.rows.loc[lines.rows["slip"]], lines.clauses)
    found = [one for one in (*slips, *_low(rows, lines)) if one.students >= LEAST_GROUP]
    found.sort(key=lambda one: (one.other, -one.students, one.number, one.text))
    return tuple(_missed(rows, one) for one in found[:_MOST])


def _low(rows: Counted, lines: Lines) -> Iterator[Told]:
    """Yield who got few points of a task where nothing was said why."""
    silent = ~rows.marks["number"].isin(lines.rows["number"])
    marks = rows.marks.loc[silent]
    shares = marks["points"] / marks["number"].map(rows.tasks["full"])
    for number, own in shares.groupby(marks["number"]):
        text, low = messages.low_points(float(own.mean())), int((own < _PASS - _ENOUGH).sum())
        yield Told(number, text, low, 0.0, other=False)


def _missed(rows: Counted, one: Told) -> Missed:
    task = {name: str(told) for name, told in rows.tasks.loc[one.number].items()}
    did = rows.did[task["assignment"]]
    return Missed(
        assignment=task["assignment"],
        task=task["task"],
        text=messages.missed(task["title"], one.students, did, one.text),
        students=one.students,
        share=one.students / did,
        notebook=task["notebook"],
    )
