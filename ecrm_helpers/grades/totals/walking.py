"""One student's marks: a walk through the steps of the course, from what was handed in to the total."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.plan import TOTAL
from ecrm_helpers.grades.policies import State
from ecrm_helpers.grades.record import Mark, Override, Person
from ecrm_helpers.grades.totals.adjusting import (
    after_attempts,
    after_lateness,
    by_state,
    overridden,
    with_absent,
)
from ecrm_helpers.grades.totals.combining import combine, multiply
from ecrm_helpers.messages import gradebook as gradebook_messages
from ecrm_helpers.messages import grades as grade_messages
from ecrm_helpers.messages import totals as messages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ecrm_helpers.grades.gradebook import Work
    from ecrm_helpers.grades.scheme import Course
    from ecrm_helpers.grades.sheets import Entry
    from ecrm_helpers.grades.totals.steps import Step

__all__ = ["Known", "handed_in_late", "marks_of"]

COUNTED = State(total="counted", attainment=True)
NEVER = dt.timedelta(0)


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known about one student.

    Attributes
    ----------
    person : Person
    works : mapping
        Work by assignment.
    entries : mapping
        Score-sheet entry by place.
    overrides : mapping
        The teacher's own marks by place.
    """

    person: Person
    works: Mapping[str, Work]
    entries: Mapping[str, Entry]
    overrides: Mapping[str, Sequence[Override]]


def marks_of(course: Course, steps: Sequence[Step], known: Known) -> dict[str, Mark]:
    """Compute the mark of every place, parts first.

    Raises
    ------
    GradingError
        A mark stands in two sources.
    """
    marks: dict[str, Mark] = {}
    for step in steps:
        place = step.node.place
        mark = _noted(step, _adjusted(step, _own_mark(course, step, known, marks), known), known)
        if place == TOTAL:
            state = course.states.get(known.person.state, COUNTED)
            mark = by_state(mark, place, step.label, word=known.person.state, state=state)
        marks[place] = overridden(mark, step.label, known.overrides.get(place, ()))
    return marks


def handed_in_late(steps: Sequence[Step], known: Known) -> tuple[str, ...]:
    """Name what came late, deducted or not."""
    late = {name for name, work in known.works.items() if work.late}
    return tuple(step.entry for step in steps if step.node.place in late or _late_by(step, known) > NEVER)


def _own_mark(course: Course, step: Step, known: Known, marks: Mapping[str, Mark]) -> Mark:
    if step.kind == "assignment":
        return _assignment(step, known)
    if step.kind == "sheet":
        return _sheet(step, known)
    if step.kind == "dimension":
        return _dimension(step, known)
    if step.kind == "product":
        first, second = (marks[place] for place, _ in step.node.parts)
        return multiply(first, second, missing=course.missing)
    parts = [(weight, marks[place]) for place, weight in step.node.parts]
    return combine(parts, missing=course.missing)


def _assignment(step: Step, known: Known) -> Mark:
    name = step.entry
    work, entry = known.works.get(name), known.entries.get(name)
    if work is None:
        return _from_entry(name, entry)
    if entry is not None and entry.value is not None:
        message = gradebook_messages.exercise_in_both(known.person.shown_id, name, entry.where)
        raise GradingError(message)
    mark = Mark(work.percent, (), tuple(f"{name}/{task}" for task in work.pending))
    return with_absent(mark, step.node.place, step.label, work.absent) if work.absent else mark


def _sheet(step: Step, known: Known) -> Mark:
    entry, given = known.entries.get(step.entry), known.person.contribution
    if not step.contribution or given is None:
        return _from_entry(step.entry, entry)
    if entry is not None and entry.value is not None:
        message = messages.in_both(known.person.shown_id, step.entry, entry.where)
        raise GradingError(message)
    return Mark(given)


def _dimension(step: Step, known: Known) -> Mark:
    """Take the dimension's own entry, else the one given for its whole rubric; name a whole gap once."""
    own, whole = known.entries.get(step.entry), known.entries.get(step.whole)
    if own is not None and own.value is not None:
        return Mark(own.value)
    if whole is not None and whole.value is not None:
        return Mark(whole.value)
    rubric = [entry for place, entry in known.entries.items() if place.partition(":")[0] == step.whole]
    if any(entry.value is not None for entry in rubric):
        return _from_entry(step.entry, own)
    word = next((entry.word for entry in rubric if entry.word), "")
    return Mark(None, (grade_messages.missing_mark(step.whole, word),))


def _from_entry(place: str, entry: Entry | None) -> Mark:
    if entry is not None and entry.value is not None:
        return Mark(entry.value)
    return Mark(None, (grade_messages.missing_mark(place, entry.word if entry else ""),))


def _adjusted(step: Step, mark: Mark, known: Known) -> Mark:
    if step.kind not in {"assignment", "sheet", "rubric"}:
        return mark
    place, work = step.node.place, known.works.get(step.entry)
    mark = after_lateness(mark, place, step.label, late_by=_late_by(step, known), policy=step.late)
    attempts = work.attempts if work and work.attempts else 1
    return after_attempts(mark, place, step.label, attempts=attempts, policy=step.resubmit)


def _noted(step: Step, mark: Mark, known: Known) -> Mark:
    """Keep what the score sheet says beside a mark; a rubric's dimensions all say the same."""
    if step.kind not in {"sheet", "rubric"}:
        return mark
    note = next((known.entries[one].note for one in _entries(step, known) if known.entries[one].note), "")
    return replace(mark, note=note) if note else mark


def _entries(step: Step, known: Known) -> list[str]:
    """Name the student's entries of a sheet, or of a rubric and its dimensions."""
    if step.kind == "rubric":
        return [place for place in known.entries if place.partition(":")[0] == step.entry]
    return [step.entry] if step.entry in known.entries else []


def _late_by(step: Step, known: Known) -> dt.timedelta:
    """Take the collector's time for an assignment, the column 迟交天数 for what stands in a score sheet."""
    if step.kind == "assignment" and step.entry in known.works:
        return known.works[step.entry].late_by
    if step.kind not in {"assignment", "sheet", "rubric"}:
        return NEVER
    days = max((known.entries[one].late_days or Fraction(0) for one in _entries(step, known)), default=0)
    return dt.timedelta(seconds=round(days * 86_400))
