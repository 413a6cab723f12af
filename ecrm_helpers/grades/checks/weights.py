"""Figures that must add up: weights, groups, shares of parts, the place of unit exercises."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ecrm_helpers.grades.checks.problem import Problem, added
from ecrm_helpers.grades.policies import Formative, GiveRest, Product
from ecrm_helpers.grades.scheme import WHOLE, Course
from ecrm_helpers.grades.sources import Attendance, Score
from ecrm_helpers.messages import scheme as messages

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["bad_parts", "bad_unit_exercises", "bad_weights", "weighed"]

TWO = 2


def bad_weights(course: Course) -> Iterator[Problem]:
    """Yield weights outside 0 to 100, gaps nobody decided on, published sums that are not the sum."""
    for one in course.components:
        if not 0 <= one.weight <= WHOLE:
            what = messages.weight_out_of_range(one.id, one.weight)
            yield Problem(("components", one.id, "weight"), what, messages.WEIGHT_RANGE)
    yield from _bad_gap(course, course.published_total)
    for heading in sorted({one.group for one in course.components} | set(course.groups)):
        published = course.groups.get(heading)
        members = added(one.weight for one in course.components if one.group == heading)
        if heading and (published is None or Fraction(str(published)) != members):
            what = messages.group_sum(heading, published, members)
            yield Problem(("groups", heading), what, messages.FIX_WEIGHTS)


def _bad_gap(course: Course, total: Fraction) -> Iterator[Problem]:
    ids = [one.id for one in course.components]
    if total > WHOLE:
        yield Problem(("components",), messages.weights_over(total), messages.FIX_WEIGHTS)
    if total <= 0:
        yield Problem(("components",), messages.NO_WEIGHT, messages.FIX_WEIGHTS)
    if total < WHOLE and course.gap is None:
        yield Problem(("gap",), messages.weights_under(total), messages.CHOICES["gap"])
    if total == WHOLE and course.gap is not None:
        yield Problem(("gap",), messages.GAP_NOT_NEEDED, messages.SET_GAP_NONE)
    if isinstance(course.gap, GiveRest) and course.gap.to not in ids:
        yield Problem(
            ("gap", "to"), messages.unknown_place("gap=", course.gap.to), messages.known_places(ids)
        )


def bad_parts(course: Course) -> Iterator[Problem]:
    """Yield shares that are no 100 together, products of other than two, a source beside parts."""
    for one in course.components:
        at = ("components", one.id)
        total = added(part.share for part in one.parts)
        if one.parts and (total != WHOLE or min(part.share for part in one.parts) <= 0):
            yield Problem(at, messages.parts_sum(one.id, total), messages.FIX_PARTS)
        if isinstance(one.combine, Product) and len(one.parts) != TWO:
            yield Problem((*at, "combine"), messages.product_needs_two(one.id), messages.CHOICES["combine"])
        if one.parts and one.by != Score():
            yield Problem((*at, "by"), messages.parts_and_source(one.id), messages.SOURCE_ON_PARTS)


def bad_unit_exercises(course: Course) -> Iterator[Problem]:
    """Yield a place for unit exercises that does not exist, does not count or is attendance."""
    policy, at = course.unit_exercises, ("unit_exercises", "target")
    if isinstance(policy, Formative):
        return
    places, leaves = course.places(), course.leaves()
    choices = messages.known_places(leaves)
    component, part = places.get(policy.target, (None, None))
    if component is None or ":" in policy.target:
        yield Problem(at, messages.unknown_place("unit_exercises=", policy.target), choices)
    elif policy.target not in leaves:
        yield Problem(at, messages.needs_a_part(policy.target), choices)
    elif component.id not in weighed(course):
        yield Problem(at, messages.carries_no_weight(policy.target), messages.CHOICES["unit_exercises"])
    elif isinstance((part or component).by, Attendance):
        yield Problem(at, messages.exercises_as_attendance(policy.target), choices)
    if not 0 < policy.share <= WHOLE:
        what = messages.share_out_of_range(policy.share)
        yield Problem(("unit_exercises", "share"), what, messages.CHOICES["unit_exercises"])
    if not course.exercises:
        yield Problem(("unit_exercises",), messages.NO_EXERCISES, messages.CHOICES["unit_exercises"])


def weighed(course: Course) -> set[str]:
    """Name the components that count: those with a published weight, and the one that gets the rest."""
    given = {course.gap.to} if isinstance(course.gap, GiveRest) else set()
    return {one.id for one in course.components if one.weight > 0} | given
