"""Objective × section × task, and the holes in it."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from ecrm_helpers import curriculum
from ecrm_helpers.grades.config import load_course, load_courses
from ecrm_helpers.grades.coverage.tasks import graded_tasks
from ecrm_helpers.grades.coverage.units import sections

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from ecrm_helpers.curriculum import Objective
    from ecrm_helpers.grades.coverage.records import GradedTask, Section
    from ecrm_helpers.grades.scheme import Course

__all__ = ["NEEDS", "Matrix", "Row", "Unknown", "matrix"]

# By kind of objective: must a section teach it, must a task or a mark measure it?
NEEDS: dict[str, tuple[bool, bool]] = {
    "frame": (True, False),  # how the course is laid out: told, not examined
    "content": (True, True),
    "knowledge": (True, True),
    "skill": (True, True),
    "attitude": (True, True),  # by rubric dimensions
    "values": (True, False),  # a decision the student takes and defends; conviction is not marked
    "lesson": (True, False),  # a plan for class time
    "training": (True, True),
    "lab": (True, True),
    "case": (True, False),
    "assessment": (True, False),  # how marks come about: told, and declared in grading_config.py
    "outcome": (True, True),
    "programme": (False, False),  # rolled up from the course outcomes
    "thread": (True, True),
    "preparation": (True, True),
    "feedback": (False, False),  # given after the test, from the reports
    "extension": (True, False),
}
# Work whose mark stands under a component by the course document itself, not by declared evidence.
MARKED_UNDER = {
    "XB.LAB1": "X3",
    "XB.LAB2": "LAB2",
    "XB.LAB3": "X2",
    "EC9.P": "综合:课前预习",
    **{f"EC9.T{number}": "实训" for number in range(1, 6)},
}


@dataclass(frozen=True)
class Row:
    """One objective: the sections that teach it, the tasks and marked places that measure it."""

    objective: Objective
    sections: tuple[Section, ...]
    tasks: tuple[GradedTask, ...]
    places: tuple[str, ...]

    @property
    def untaught(self) -> bool:
        """No section teaches what one must."""
        return NEEDS[self.objective.kind][0] and not self.sections

    @property
    def unmeasured(self) -> bool:
        """No task or mark measures what one must."""
        return NEEDS[self.objective.kind][1] and not self.tasks and not self.places


@dataclass(frozen=True)
class Unknown:
    """An id that is not in the course's curriculum: where it stands, and the nearest that is."""

    id: str
    where: str
    near: str


@dataclass(frozen=True)
class Matrix:
    """One course: rows in the course document's order, sections and tasks in the courseware's.

    Attributes
    ----------
    course_id : str
    rows : tuple of Row
    sections : tuple of Section
    tasks : tuple of GradedTask
    idle_sections : tuple of Section
        Serve no objective of the course.
    idle_tasks : tuple of GradedTask
    unknown : tuple of Unknown
    """

    course_id: str
    rows: tuple[Row, ...]
    sections: tuple[Section, ...]
    tasks: tuple[GradedTask, ...]
    idle_sections: tuple[Section, ...]
    idle_tasks: tuple[GradedTask, ...]
    unknown: tuple[Unknown, ...]

    @property
    def untaught(self) -> tuple[Row, ...]:
        """Objectives that no section teaches and one must."""
        return tuple(row for row in self.rows if row.untaught)

    @property
    def unmeasured(self) -> tuple[Row, ...]:
        """Objectives that no task or mark measures and one must."""
        return tuple(row for row in self.rows if row.unmeasured)

    @property
    def whole(self) -> bool:
        """Tell whether there is no hole of any kind."""
        return not (self.untaught or self.unmeasured or self.idle_sections or self.idle_tasks or self.unknown)


def matrix(project: Path, course_id: str) -> Matrix:
    """Compare what must be covered with what the notebooks teach and what is marked.

    Parameters
    ----------
    project : Path
        The courseware's folder: notebooks/, solutions/ or exercises/, and grading_config.py, which may be
        missing; then only tasks measure.
    course_id : str
        A course of the curriculum.

    Raises
    ------
    GradingError
        A notebook cannot be read, or grading_config.py is wrong.
    """
    taught, asked = sections(project, course_id), graded_tasks(project, course_id)
    ids = curriculum.objective_ids(course_id)
    marked = _marked(_scheme(project, course_id))
    rows = tuple(
        Row(
            curriculum.OBJECTIVES[code],
            tuple(one for one in taught if code in one.objectives),
            tuple(one for one in asked if code in one.objectives),
            marked.get(code, ()),
        )
        for code in ids
    )
    return Matrix(
        course_id=course_id,
        rows=rows,
        sections=taught,
        tasks=asked,
        idle_sections=tuple(one for one in taught if not set(one.objectives) & set(ids)),
        idle_tasks=tuple(one for one in asked if not set(one.objectives) & set(ids)),
        unknown=tuple(_unknown((*taught, *asked), ids)),
    )


def _scheme(project: Path, course_id: str) -> Course | None:
    config = project / "grading_config.py"
    if not config.is_file() or course_id not in load_courses(config):
        return None
    return load_course(config, course_id)


def _marked(course: Course | None) -> dict[str, tuple[str, ...]]:
    """Name the places that measure each objective by declared evidence, or by the course document."""
    if course is None:
        return {}
    places = course.places()
    found = {
        outcome: tuple(place for place, share in shares.items() if share > 0)
        for outcome, shares in course.evidence.shares.items()
    }
    return {**{code: (place,) for code, place in MARKED_UNDER.items() if place in places}, **found}


def _unknown(served: Iterable[Section | GradedTask], ids: tuple[str, ...]) -> Iterator[Unknown]:
    for one in served:
        where = f"{one.notebook} {one.id if hasattr(one, 'id') else one.task}"
        for code in one.objectives:
            if code not in ids:
                yield Unknown(code, where, next(iter(get_close_matches(code, ids, n=1)), ""))
