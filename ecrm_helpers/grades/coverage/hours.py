"""Minutes of the unit notebooks against the class hours the course document publishes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecrm_helpers import curriculum
from ecrm_helpers.grades.coverage.units import unit_notebooks, unit_sections

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ecrm_helpers.curriculum import Hours
    from ecrm_helpers.grades.coverage.notebooks import Notebook
    from ecrm_helpers.grades.coverage.records import Section

__all__ = ["CourseHours", "UnitHours", "hours"]

MINUTES = 45  # of one class hour
KINDS = ("theory", "practice")
PLANNED = {"content", "lesson"}  # the kinds of objective that a unit's hours stand under
# How a notebook's own metadata name what it takes the hours of: unit 3 is XB3, lesson 2 is EC9.L2.
_BY_NUMBER = {"crossborder_crm": ("unit", "XB{}"), "ecommerce_crm": ("lesson", "EC9.L{}")}


@dataclass(frozen=True)
class UnitHours:
    """One unit or lesson.

    Attributes
    ----------
    id, title : str
    published : Hours
        Class hours of 45 minutes.
    notebooks : tuple of str
        Empty while nothing is written.
    theory, practice : int
        Minutes of the sections.
    """

    id: str
    title: str
    published: Hours
    notebooks: tuple[str, ...]
    theory: int
    practice: int

    @property
    def difference(self) -> tuple[int, int] | None:
        """Theory and practice minutes more than published; None while there is no notebook."""
        if not self.notebooks:
            return None
        return (
            self.theory - MINUTES * self.published.theory,
            self.practice - MINUTES * self.published.practice,
        )


@dataclass(frozen=True)
class CourseHours:
    """All units of a course, its published total, and minutes of sections without a unit or a kind."""

    course_id: str
    published: Hours
    units: tuple[UnitHours, ...]
    unplaced: int

    @property
    def written(self) -> tuple[UnitHours, ...]:
        """The units that have a notebook."""
        return tuple(one for one in self.units if one.notebooks)


def hours(project: Path, course_id: str) -> CourseHours:
    """Add up the minutes of each unit's sections.

    A notebook takes the hours of the unit its metadata name (`unit`; for the vocational course `lesson`);
    without that, each of its sections those of the one unit or lesson it names among its objectives.

    Raises
    ------
    GradingError
        A notebook cannot be read.
    """
    planned = [
        one for one in curriculum.OBJECTIVES.values()
        if one.course == course_id and one.kind in PLANNED and one.hours
    ]  # fmt: skip
    ids = {one.id for one in planned}
    placed = [
        (_unit(notebook, section, course_id, ids), section)
        for notebook in unit_notebooks(project, course_id)
        for section in unit_sections(notebook)
    ]
    units = tuple(
        _added(one.id, one.text, one.hours, [section for unit, section in placed if unit == one.id])
        for one in planned if one.hours
    )  # fmt: skip
    unplaced = sum(one.minutes for unit, one in placed if not unit or one.kind not in KINDS)
    return CourseHours(course_id, curriculum.COURSE_HOURS[course_id], units, unplaced)


def _unit(notebook: Notebook, section: Section, course_id: str, ids: set[str]) -> str:
    key, pattern = _BY_NUMBER[course_id]
    own = pattern.format(notebook.ecrm.get(key, ""))
    if own in ids:
        return own
    named = ids.intersection(section.objectives)
    return named.pop() if len(named) == 1 else ""


def _added(code: str, text: str, published: Hours, found: Iterable[Section]) -> UnitHours:
    listed = list(found)
    notebooks = tuple(dict.fromkeys(one.notebook for one in listed))
    theory, practice = (sum(one.minutes for one in listed if one.kind == kind) for kind in KINDS)
    return UnitHours(code, text.partition("：")[0], published, notebooks, theory, practice)
