"""Look up what each student who counts has reached in each piece of evidence."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from ecrm_helpers.grades.scheme import WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ecrm_helpers.grades.attainment.weights import Source
    from ecrm_helpers.grades.gradebook import Gradebook
    from ecrm_helpers.grades.record import ClassList, Mark

__all__ = ["Evidence"]


@dataclass(frozen=True)
class Evidence:
    """Marks by student, of the students whose state counts.

    Attributes
    ----------
    students : tuple of str
    marks : mapping
        Student → place → Mark.
    points : mapping
        (assignment, `notebook/task`) → student → share of full marks; None: it waits for a teacher.
    """

    students: tuple[str, ...]
    marks: Mapping[str, Mapping[str, Mark]]
    points: Mapping[tuple[str, str], Mapping[str, Fraction | None]]

    @classmethod
    def of(cls, listed: ClassList, gradebook: Gradebook | None) -> Evidence:
        """Collect it from a class list and the gradebook's task points."""
        states = listed.course.states
        marks = {row.student_id: row.marks for row in listed.rows if states[row.person.state].attainment}
        return cls(tuple(marks), marks, _points(gradebook, set(marks)) if gradebook else {})

    def share(self, source: Source, student: str) -> Fraction | None:
        """Share of full marks, None where there is no mark or none yet."""
        if source.task:
            return self.points.get((source.place, source.task), {}).get(student)
        value = self.marks[student][source.place].value
        return None if value is None else value / WHOLE

    def waits(self, source: Source, student: str) -> bool:
        """Tell whether this task of this student waits for a teacher."""
        own = self.points.get((source.place, source.task), {}) if source.task else {}
        return student in own and own[student] is None

    def all_wait(self, source: Source) -> bool:
        """Tell whether a task waits for a teacher with everybody who handed it in."""
        own = self.points.get((source.place, source.task), {}) if source.task else {}
        return bool(own) and all(value is None for value in own.values())

    def preliminary(self, used: Iterable[Source]) -> bool:
        """Tell whether anything used still waits for a teacher."""
        places = {(source.place, source.task) for source in used}
        waiting = any(None in self.points.get(key, {}).values() for key in places if key[1])
        return waiting or any(
            self.marks[student][place].pending
            for place, task in places if not task for student in self.students
        )  # fmt: skip


def _points(gradebook: Gradebook, students: set[str]) -> dict[tuple[str, str], dict[str, Fraction | None]]:
    marks = gradebook.marks
    found: dict[tuple[str, str], dict[str, Fraction | None]] = defaultdict(dict)
    columns = ("student_id", "assignment", "notebook", "task", "full", "score", "pending")
    for student, assignment, notebook, task, full, score, pending in zip(
        *(marks[name].tolist() for name in columns), strict=True
    ):
        if student in students and full > 0:
            found[assignment, f"{notebook}/{task}"][student] = None if pending else _share(score, full)
    return dict(found)


@lru_cache(maxsize=4096)
def _share(score: float, full: float) -> Fraction:
    """Share of full marks from 0 to 1; a class has few different scores and very many of them."""
    return max(Fraction(0), min(Fraction(1), Fraction(repr(score)) / Fraction(repr(full))))
