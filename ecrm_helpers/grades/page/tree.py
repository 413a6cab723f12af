"""A student's marks as a tree, from the total down to the single task, each with what shaped it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from ecrm_helpers.grades.page.numbers import exact, plain
from ecrm_helpers.grades.plan import TOTAL
from ecrm_helpers.messages import student_page as messages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ecrm_helpers.grades.record import ClassList, Mark, StudentRow

__all__ = ["Branch", "Task", "branches", "total_of"]


@dataclass(frozen=True)
class Task:
    """One task of one student.

    Attributes
    ----------
    key : (str, str, str)
        Assignment, notebook, task.
    title : str
    score, full : float
    pending : bool
    messages : tuple of str
        What the judge said.
    """

    key: tuple[str, str, str]
    title: str
    score: float
    full: float
    pending: bool
    messages: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """Points as a student reads them."""
        return f"{_points(float(self.score))} / {_points(float(self.full))}"

    @property
    def lost(self) -> Fraction:
        """Share of the points not reached, from 0 to 1; 0 while it waits for a teacher."""
        if self.pending or not self.full:
            return Fraction(0)
        return _lost(float(self.score), float(self.full))


@lru_cache(maxsize=4096)
def _points(value: float) -> str:
    """Write points; a class has few different ones and very many of them."""
    return plain(exact(value), digits=2)


@lru_cache(maxsize=4096)
def _lost(score: float, full: float) -> Fraction:
    return max(Fraction(0), 1 - exact(score) / exact(full))


@dataclass(frozen=True)
class Branch:
    """One line of the tree.

    Attributes
    ----------
    depth : int
        0 for the total.
    title, share, mark : str
        What it is, what it counts in what stands above, its mark or 缺.
    note : str
        What the score sheet says beside the mark.
    lines : tuple of (kind, text, before)
        The first deduction says what the mark was before.
    tasks : tuple of Task
    waits : bool
    """

    depth: int
    title: str
    share: str
    mark: str
    note: str
    lines: tuple[tuple[str, str, str], ...]
    tasks: tuple[Task, ...]
    waits: bool


def branches(listed: ClassList, row: StudentRow, tasks: Mapping[str, Sequence[Task]]) -> list[Branch]:
    """Walk the plan from the total down, then through what counts in no total but has a mark.

    Parameters
    ----------
    listed : ClassList
    row : StudentRow
    tasks : mapping
        The student's tasks by assignment.
    """
    counted = list(_walk(listed, row, tasks, TOTAL, share="", depth=0))
    inside = {part for node in listed.plan.values() for part, _ in node.parts} | {TOTAL}
    for place in (one for one in listed.plan if one not in inside):
        beside = list(_walk(listed, row, tasks, place, share=messages.NOT_COUNTED, depth=1))
        if any(one.mark != messages.MISSING or one.lines or one.tasks for one in beside):
            counted += beside
    return counted


def _walk(
    listed: ClassList,
    row: StudentRow,
    tasks: Mapping[str, Sequence[Task]],
    place: str,
    *,
    share: str,
    depth: int,
) -> Iterator[Branch]:
    node, mark = listed.plan[place], row.total if place == TOTAL else row.marks[place]
    yield Branch(
        depth=depth,
        title=node.title,
        share=share,
        mark=total_of(listed, row) if place == TOTAL else _shown(listed, mark),
        note=mark.note,
        lines=tuple(_lines(listed, mark)),
        tasks=tuple(tasks.get(place, ())) if node.kind == "assignment" else (),
        waits=bool(mark.pending),
    )
    for index, (part, weight) in enumerate(node.parts):
        said = (
            messages.times(index == 0) if node.kind == "product" else messages.weight(plain(weight, digits=2))
        )
        yield from _walk(listed, row, tasks, part, share=said, depth=depth + 1)


def total_of(listed: ClassList, row: StudentRow) -> str:
    """Show the total, or the state that stands in its place."""
    if row.shown_total is not None:
        return str(row.shown_total)
    state = row.person.state
    return state if listed.course.states[state].total == "none" else messages.NOTHING


def _lines(listed: ClassList, mark: Mark) -> Iterator[tuple[str, str, str]]:
    """Tell what shaped a mark, and before the first deduction what it was; an override tells that itself."""
    before = "" if mark.before is None else messages.before(_digits(listed, mark.before))
    for line in mark.lines:
        deducts = line.kind in {"late", "attempts"}
        yield messages.LINE_KINDS[line.kind], line.text, before if deducts else ""
        before = "" if deducts or line.kind == "override" else before


def _shown(listed: ClassList, mark: Mark) -> str:
    return messages.MISSING if mark.value is None else _digits(listed, mark.value)


def _digits(listed: ClassList, value: Fraction) -> str:
    rounding = listed.course.rounding
    return str(rounding.shown(value, digits=rounding.components))
