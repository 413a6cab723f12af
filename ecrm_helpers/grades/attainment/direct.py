"""The direct method: A_j = Σ_i w_ij · mean_i / full_i, for the class and for every student.

Mean and full marks are over the same students. With the missing-mark policy "pending" an outcome counts the
students who have all its evidence; "zero" counts a missing mark as 0; "leave_out" uses what each student has.
A task that still waits for a teacher is never a zero: the student is left out of the outcome, and where the
whole class waits for it, the other evidence stands in for it and the figure is preliminary.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ecrm_helpers import curriculum
from ecrm_helpers.grades.attainment.evidence import Evidence
from ecrm_helpers.grades.attainment.notes import notes
from ecrm_helpers.grades.attainment.records import Attained, OutcomeResult, SourceResult
from ecrm_helpers.grades.attainment.weights import sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ecrm_helpers.grades.attainment.weights import Source
    from ecrm_helpers.grades.coverage.records import GradedTask
    from ecrm_helpers.grades.gradebook import Gradebook
    from ecrm_helpers.grades.policies import Missing
    from ecrm_helpers.grades.record import ClassList

__all__ = ["attained", "weighed"]


def attained(listed: ClassList, gradebook: Gradebook | None, tasks: Sequence[GradedTask]) -> Attained:
    """Compute the attainment of every outcome of a course.

    Parameters
    ----------
    listed : ClassList
    gradebook : Gradebook or None
        Points of the tasks that name an outcome.
    tasks : sequence of GradedTask
        Every graded task of the course's assignments.

    Notes
    -----
    Worked check: 89 of 100 with weight 5/15 and 50 of 100 with weight 10/15 give 0.63.
    """
    course = listed.course
    evidence = Evidence.of(listed, gradebook)
    found = sources(course, listed.plan, tasks)
    threshold = Fraction(str(course.attainment.threshold))
    outcomes = tuple(
        _outcome(
            one.id, one.text, found.get(one.id, ()), evidence, missing=course.missing, threshold=threshold
        )
        for one in curriculum.outcomes(course.id)
    )
    known = [one for one in outcomes if one.value is not None]
    weakest = min(known, key=lambda one: one.value or Fraction(0), default=None)
    by_id = {one.outcome: one.value for one in outcomes}
    return Attained(
        outcomes=outcomes,
        programme={name: _mean(by_id[one] for one in members) for name, members in course.programme.items()},
        weakest=weakest,
        value=_course_value(outcomes, weakest, how=course.attainment.course),
        threshold=threshold,
        source=course.evidence.source,
        consequence=course.evidence.consequence,
        preliminary=evidence.preliminary(one for group in found.values() for one in group),
        notes=notes(listed, tasks, found, outcomes, evidence),
    )


def weighed(values: Iterable[tuple[Fraction, Fraction | None]], *, missing: Missing) -> Fraction | None:
    """Weigh shares of full marks, treating what is missing as the policy says.

    Examples
    --------
    >>> third = Fraction(1, 3)
    >>> weighed([(third, Fraction(89, 100)), (2 * third, Fraction(50, 100))], missing="pending")
    Fraction(63, 100)
    >>> some = [(third, Fraction(9, 10)), (2 * third, None)]
    >>> [weighed(some, missing=how) for how in ("pending", "zero", "leave_out")]
    [None, Fraction(3, 10), Fraction(9, 10)]
    """
    pairs = list(values)
    known = [(weight, value) for weight, value in pairs if value is not None]
    counted = sum((weight for weight, _ in (known if missing == "leave_out" else pairs)), Fraction(0))
    if not counted or (missing == "pending" and len(known) < len(pairs)):
        return None
    return sum((weight * value for weight, value in known), Fraction(0)) / counted


def _outcome(
    outcome: str,
    text: str,
    found: Sequence[Source],
    evidence: Evidence,
    *,
    missing: Missing,
    threshold: Fraction,
) -> OutcomeResult:
    usable = [one for one in found if not evidence.all_wait(one)]
    students: dict[str, Fraction | None] = {}
    for student in evidence.students:
        waits = any(evidence.waits(one, student) for one in usable)
        shares = [(one.weight, evidence.share(one, student)) for one in usable]
        students[student] = None if waits else weighed(shares, missing=missing)
    counted = [student for student, value in students.items() if value is not None]
    results = {one: _source(one, evidence, counted, missing=missing) for one in found}
    value = None
    if counted:
        value = weighed(((one.weight, results[one].share) for one in usable), missing=missing)
    return OutcomeResult(
        outcome=outcome,
        text=text,
        sources=tuple(results[one] for one in found),
        value=value,
        counted=len(counted),
        left_out=tuple(student for student, own in students.items() if own is None),
        students=students,
        reached=None if value is None else value >= threshold,
    )


def _source(one: Source, evidence: Evidence, counted: Sequence[str], *, missing: Missing) -> SourceResult:
    own = [evidence.share(one, student) for student in counted]
    known = [value for value in own if value is not None]
    filled = [value or Fraction(0) for value in own] if missing == "zero" else known
    # All wait for the teacher: no zeros, whatever the policy.
    mean = None if not known and evidence.all_wait(one) else _mean(filled)
    return SourceResult(
        label=one.label, place=one.place, task=one.task, weight=one.weight, full=one.full,
        mean=None if mean is None else mean * one.full, counted=len(filled) if mean is not None else 0,
    )  # fmt: skip


def _course_value(
    outcomes: Sequence[OutcomeResult], weakest: OutcomeResult | None, *, how: str
) -> Fraction | None:
    """Return nothing while one outcome is unknown: the weakest may be the one that is missing."""
    if weakest is None or any(one.value is None for one in outcomes):
        return None
    return weakest.value if how == "weakest" else _mean(one.value for one in outcomes)


def _mean(values: Iterable[Fraction | None]) -> Fraction | None:
    listed = list(values)
    known = [value for value in listed if value is not None]
    if not known or len(known) < len(listed):
        return None
    return sum(known, Fraction(0)) / len(known)
