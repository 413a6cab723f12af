"""A whole class under one scheme, in exact fractions.

Every mark carries what is missing under it and what still waits for a teacher, so that nothing missing ever
looks like a zero and nothing preliminary looks final.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.plan import TOTAL
from ecrm_helpers.grades.record import ClassList, Override, Person, StudentRow
from ecrm_helpers.grades.sheets import refuse_lost_zeros
from ecrm_helpers.grades.totals.levels import level_of, shown_total
from ecrm_helpers.grades.totals.notices import notices
from ecrm_helpers.grades.totals.steps import Step, steps
from ecrm_helpers.grades.totals.walking import Known, handed_in_late, marks_of
from ecrm_helpers.messages import totals as messages
from ecrm_helpers.messages.policies import policies

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from ecrm_helpers.grades.gradebook import Gradebook, Work
    from ecrm_helpers.grades.people import People
    from ecrm_helpers.grades.scheme import Course
    from ecrm_helpers.grades.sheets import ScoreSheets

__all__ = ["class_list"]


def class_list(
    course: Course,
    gradebook: Gradebook | None,
    sheets: ScoreSheets,
    *,
    people: People | None = None,
    overrides: Sequence[Override] = (),
) -> ClassList:
    """Compute every student's marks and total, from scratch.

    Parameters
    ----------
    course : Course
        A scheme that `problems` finds nothing wrong with.
    gradebook : Gradebook or None
        None where nothing has been marked with nbgrader yet.
    sheets : ScoreSheets
    people : People, optional
        With a roster the class is the roster, in its order; without one, everybody who is found, by id.
    overrides : sequence of Override, optional

    Raises
    ------
    GradingError
        One student's mark stands in two sources, two ids differ by leading zeros only, or an override fits no
        student or no place of the scheme.
    """
    persons = _class(gradebook, sheets, people)
    found = steps(course)
    changed = _by_student(overrides, set(persons), {step.node.place for step in found})
    works = _by_owner(gradebook)
    rows = tuple(
        _row(
            course,
            found,
            Known(
                person=person,
                works=works.get(student, {}),
                entries=sheets.entries.get(student, {}),
                overrides=changed.get(student, {}),
            ),
        )
        for student, person in persons.items()
    )
    told = (*(people.notices if people else ()), *sheets.notices)
    weights = course.effective_weights()
    return ClassList(
        course=course,
        weights=weights,
        rows=rows,
        policies=policies(course, weights),
        sources=(
            *((gradebook.source,) if gradebook else ()), *sheets.files, *(people.files if people else ()),
            *dict.fromkeys(_file(one) for one in overrides if one.where),
        ),
        plan={step.node.place: step.node for step in found},
        notices=(*told, *notices(gradebook, found, class_ids=set(persons))),
    )  # fmt: skip


def _class(gradebook: Gradebook | None, sheets: ScoreSheets, people: People | None) -> Mapping[str, Person]:
    names = dict(gradebook.names) if gradebook else {}
    names.update({student: name or names.get(student, "") for student, name in sheets.names.items()})
    roster = people.people if people else {}
    refuse_lost_zeros(sorted({*names, *roster}))
    return roster or {student: Person(student, student, names[student]) for student in sorted(names)}


def _by_student(
    overrides: Sequence[Override], students: Collection[str], places: Collection[str]
) -> dict[str, dict[str, list[Override]]]:
    found: dict[str, dict[str, list[Override]]] = defaultdict(lambda: defaultdict(list))
    for one in overrides:
        if one.student_id not in students or one.place not in places:
            message = messages.override_outside(one.where, one.student_id, one.place)
            raise GradingError(message)
        found[one.student_id][one.place].append(one)
    return found


def _file(override: Override) -> str:
    return override.where.partition(" 第 ")[0]


def _by_owner(gradebook: Gradebook | None) -> dict[str, dict[str, Work]]:
    found: dict[str, dict[str, Work]] = defaultdict(dict)
    for name, works in (gradebook.works if gradebook else {}).items():
        for student, work in works.items():
            found[student][name] = work
    return found


def _row(course: Course, found: Sequence[Step], known: Known) -> StudentRow:
    marks = marks_of(course, found, known)
    total = marks[TOTAL]
    shown = shown_total(total.value, course.rounding)
    person = known.person
    return StudentRow(
        student_id=person.student_id,
        name=person.name,
        marks=marks,
        total=total,
        late=handed_in_late(found, known),
        person=person,
        shown_total=shown,
        level=level_of(shown, course.levels),
    )
