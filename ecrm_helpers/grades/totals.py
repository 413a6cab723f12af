"""Turn task points and score sheets into component marks and totals, in exact fractions.

Every mark carries what is missing under it and what still waits for a teacher, so that nothing missing
ever looks like a zero and nothing preliminary looks final.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.policies import CountIn, Missing, Product
from ecrm_helpers.grades.scheme import WHOLE, Component, Course
from ecrm_helpers.grades.sheets import refuse_lost_zeros
from ecrm_helpers.messages import grades as messages
from ecrm_helpers.messages import sheets as sheet_messages

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ecrm_helpers.grades.gradebook import Gradebook, Work
    from ecrm_helpers.grades.sheets import Entry, ScoreSheets

__all__ = ["ClassList", "Mark", "StudentRow", "class_list", "combine"]


@dataclass(frozen=True)
class Mark:
    """A mark out of 100.

    Attributes
    ----------
    value : Fraction or None
        None while something it needs is missing and the policy is to wait.
    missing : tuple of str
        What was not there, with the word of the score sheet if one stood there.
    pending : tuple of str
        Tasks waiting for a teacher: the mark is preliminary (初步).
    """

    value: Fraction | None
    missing: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()


@dataclass(frozen=True)
class StudentRow:
    """One student: marks by place (`X2`, `X1.互动`, an assignment), the total, what was handed in late."""

    student_id: str
    name: str
    marks: Mapping[str, Mark]
    total: Mark
    late: tuple[str, ...]


@dataclass(frozen=True)
class ClassList:
    """A whole class under one scheme, with every policy that shaped the figures, in words."""

    course: Course
    weights: Mapping[str, Fraction]
    rows: tuple[StudentRow, ...]
    policies: tuple[str, ...]
    sources: tuple[str, ...]


def class_list(course: Course, gradebook: Gradebook | None, sheets: ScoreSheets) -> ClassList:
    """Compute every student's component marks and total.

    Parameters
    ----------
    course : Course
        A scheme that `problems` finds nothing wrong with.
    gradebook : Gradebook or None
        None where nothing has been marked with nbgrader yet.
    sheets : ScoreSheets

    Raises
    ------
    GradingError
        One student's mark for an assignment stands in the gradebook and in a score sheet, or two ids
        differ by leading zeros only.
    """
    works = {name: gradebook.work(name) for name in course.exercises} if gradebook else {}
    names = dict(gradebook.names) if gradebook else {}
    names.update({student: name or names.get(student, "") for student, name in sheets.names.items()})
    refuse_lost_zeros(sorted(names))
    weights = course.effective_weights()
    rows = []
    for student in sorted(names):
        entries = sheets.entries.get(student, {})
        own = {name: found[student] for name, found in works.items() if student in found}
        marks = _marks(course, student, own, entries)
        total = combine([(weights[key], marks[key]) for key in weights], missing=course.missing)
        late = tuple(name for name, work in own.items() if work.late)
        rows.append(StudentRow(student, names[student], marks, total, late))
    sources = (*(("gradebook.db",) if gradebook else ()), *sheets.files)
    return ClassList(course, weights, tuple(rows), messages.policies(course, weights), sources)


def combine(parts: Iterable[tuple[Fraction, Mark]], *, missing: Missing) -> Mark:
    """Weigh marks, treating what is missing as the policy says.

    Parameters
    ----------
    parts : iterable of (weight, Mark)
    missing : {'pending', 'zero', 'leave_out'}

    Examples
    --------
    >>> have, lack = Mark(Fraction(80)), Mark(None, ("X2",))
    >>> half = Fraction(50)
    >>> [combine([(half, have), (half, lack)], missing=how).value for how in ("pending", "zero", "leave_out")]
    [None, Fraction(40, 1), Fraction(80, 1)]
    """
    weighed = [(weight, mark) for weight, mark in parts if weight]
    gaps = tuple(name for _, mark in weighed for name in mark.missing)
    waiting = tuple(name for _, mark in weighed for name in mark.pending)
    known = [(weight, mark.value) for weight, mark in weighed if mark.value is not None]
    counted = known if missing == "leave_out" else weighed
    whole = sum((weight for weight, _ in counted), Fraction(0))
    if not whole or (missing == "pending" and len(known) < len(weighed)):
        return Mark(None, gaps, waiting)
    return Mark(sum((weight * value for weight, value in known), Fraction(0)) / whole, gaps, waiting)


def _marks(
    course: Course, student: str, own: Mapping[str, Work], entries: Mapping[str, Entry]
) -> dict[str, Mark]:
    marks = {name: _exercise(name, student, own, entries) for name in course.exercises}
    exercises = combine([(Fraction(1), marks[name]) for name in course.exercises], missing=course.missing)
    for component in course.components:
        for part in component.parts:
            place = f"{component.id}.{part.name}"
            marks[place] = _leaf(course, place, entries, exercises)
        if component.parts:
            marks[component.id] = _from_parts(course, component, marks)
            continue
        marks[component.id] = _leaf(course, component.id, entries, exercises)
    return marks


def _exercise(name: str, student: str, own: Mapping[str, Work], entries: Mapping[str, Entry]) -> Mark:
    entry = entries.get(name)
    if name in own and entry is not None and entry.value is not None:
        message = sheet_messages.exercise_in_both(student, name, entry.where)
        raise GradingError(message)
    if name in own:
        return Mark(own[name].percent, (), tuple(f"{name}/{task}" for task in own[name].pending))
    return _from_entry(name, entry)


def _from_entry(name: str, entry: Entry | None) -> Mark:
    if entry is not None and entry.value is not None:
        return Mark(entry.value)
    word = entry.word if entry else ""
    return Mark(None, (messages.missing_mark(name, word),))


def _leaf(course: Course, place: str, entries: Mapping[str, Entry], exercises: Mark) -> Mark:
    sheet = _from_entry(place, entries.get(place))
    policy = course.unit_exercises
    if not isinstance(policy, CountIn) or policy.target != place:
        return sheet
    share = Fraction(str(policy.share))
    return combine([(WHOLE - share, sheet), (share, exercises)], missing=course.missing)


def _from_parts(course: Course, component: Component, marks: Mapping[str, Mark]) -> Mark:
    parts = [(Fraction(str(part.share)), marks[f"{component.id}.{part.name}"]) for part in component.parts]
    if not isinstance(component.combine, Product):
        return combine(parts, missing=course.missing)
    both = combine(parts, missing="zero" if course.missing == "zero" else "pending")
    first, second = (mark.value or Fraction(0) for _, mark in parts)
    return both if both.value is None else Mark(first * second / WHOLE, both.missing, both.pending)
