"""What can be wrong in a scheme: weights, policies, evidence, names."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from ecrm_helpers import curriculum
from ecrm_helpers.grades.policies import (
    CountIn,
    Formative,
    GiveRest,
    Missing,
    Product,
    RoundHalfUp,
    ScaleTo100,
    WeightedSum,
)
from ecrm_helpers.grades.scheme import WHOLE, Course, Evidence
from ecrm_helpers.messages import scheme as messages

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

__all__ = ["Problem", "problems", "repeated"]

TWO = 2
MOST_DIGITS = 6


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a declaration: the keyword or text to look for, what is wrong, what to do."""

    key: str
    what: str
    hint: str


def problems(course: Course, *, assignments: Collection[str] | None = None) -> list[Problem]:
    """List everything wrong with a scheme, in the order it is declared; empty when it can be used."""
    structural = [*_bad_values(course), *_bad_types(course)] or [*_bad_names(course)]
    if structural:
        return structural
    return [
        *_bad_weights(course),
        *_bad_parts(course),
        *_bad_exercises(course, assignments),
        *_bad_evidence(course),
        *_bad_roll_up(course),
        *_bad_criteria(course),
    ]


def _bad_values(course: Course) -> Iterator[Problem]:
    """Find text where a number is meant and ("x") where ("x",) is: Python would take either for something."""
    lists = [(key, getattr(course, key)) for key in ("components", "exercises", "counted_twice")]
    wrong = [Problem(key, messages.no_list(key, value), messages.WRITE_A_TUPLE)
             for key, value in lists if not isinstance(value, tuple | list)]  # fmt: skip
    yield from wrong
    for key, where, value in () if wrong else _numbers(course):
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            yield Problem(key, messages.no_number(where, value), messages.WRITE_A_NUMBER)


def _numbers(course: Course) -> Iterator[tuple[str, str, object]]:
    """Yield every figure of a declaration: what to look for, what to call it, what stands there."""
    for one in course.components:
        yield one.id, f"{one.id} weight=", one.weight
        for part in one.parts:
            yield one.id, f"{one.id} {part.name} share=", part.share
    for heading, published in course.groups.items():
        yield "groups", heading, published
    if isinstance(course.unit_exercises, CountIn):
        yield "unit_exercises", "unit_exercises= share=", course.unit_exercises.share
    if isinstance(course.evidence, Evidence):
        for outcome, sources in course.evidence.shares.items():
            for share in sources.values():
                yield share if isinstance(share, str) else "evidence", outcome, share


def _bad_names(course: Course) -> Iterator[Problem]:
    named = [{one.id, one.title} | {part.name for part in one.parts} for one in course.components]
    for name in repeated(name for names in [*named, set(course.exercises)] for name in names):
        yield Problem(name, messages.component_twice(name), messages.RENAME_ONE)
    for component in course.components:
        for name in repeated(part.name for part in component.parts):
            yield Problem(name, messages.part_twice(component.id, name), messages.RENAME_ONE)
    for name in repeated(course.exercises):
        yield Problem("exercises", messages.exercise_twice(name), messages.KEEP_ONE)


def _bad_types(course: Course) -> Iterator[Problem]:
    policies: tuple[tuple[str, tuple[type, ...], str], ...] = (
        ("gap", (ScaleTo100, GiveRest, type(None)), messages.GAP_CHOICES),
        ("unit_exercises", (CountIn, Formative), messages.UNIT_CHOICES),
        ("evidence", (Evidence,), messages.EVIDENCE_CHOICES),
        ("rounding", (RoundHalfUp,), messages.ROUNDING_CHOICES),
    )
    for key, types, choices in policies:
        value = getattr(course, key)
        if not isinstance(value, types):
            yield Problem(key, messages.unknown_policy(key, value), choices)
    if course.missing not in get_args(Missing):
        yield Problem("missing", messages.unknown_policy("missing", course.missing), messages.MISSING_CHOICES)
    for one in course.components:
        if not isinstance(one.combine, WeightedSum | Product):
            yield Problem(
                "combine", messages.unknown_policy("combine", one.combine), messages.COMBINE_CHOICES
            )
    if isinstance(course.rounding, RoundHalfUp):
        for name, digits in vars(course.rounding).items():
            if not isinstance(digits, int) or not 0 <= digits <= MOST_DIGITS:
                yield Problem("rounding", messages.bad_digits(name, digits), messages.ROUNDING_CHOICES)


def _bad_weights(course: Course) -> Iterator[Problem]:
    for one in course.components:
        if not 0 <= one.weight <= WHOLE:
            yield Problem(one.id, messages.weight_out_of_range(one.id, one.weight), messages.WEIGHT_RANGE)
    total = course.published_total
    if total > WHOLE:
        yield Problem("components", messages.weights_over(total), messages.FIX_WEIGHTS)
    if total < WHOLE and course.gap is None:
        yield Problem("gap", messages.weights_under(total), messages.GAP_CHOICES)
    if total == WHOLE and course.gap is not None:
        yield Problem("gap", messages.GAP_NOT_NEEDED, messages.SET_GAP_NONE)
    if isinstance(course.gap, GiveRest) and course.gap.to not in {one.id for one in course.components}:
        yield Problem("gap", messages.unknown_place("gap", course.gap.to), _places(course, parts=False))
    for heading in sorted({one.group for one in course.components} | set(course.groups)):
        published = course.groups.get(heading)
        added = sum(one.weight for one in course.components if one.group == heading)
        if heading and published != added:
            yield Problem("groups", messages.group_sum(heading, published, added), messages.FIX_WEIGHTS)


def _bad_parts(course: Course) -> Iterator[Problem]:
    for one in course.components:
        total = sum(part.share for part in one.parts)
        if one.parts and (total != WHOLE or min(part.share for part in one.parts) <= 0):
            yield Problem(one.id, messages.parts_sum(one.id, total), messages.FIX_PARTS)
        if isinstance(one.combine, Product) and len(one.parts) != TWO:
            yield Problem(one.id, messages.product_needs_two(one.id), messages.COMBINE_CHOICES)


def _bad_exercises(course: Course, assignments: Collection[str] | None) -> Iterator[Problem]:
    for name in course.exercises:
        if assignments is not None and name not in assignments:
            yield Problem(name, messages.unknown_assignment(name), messages.known_assignments(assignments))
    policy = course.unit_exercises
    if isinstance(policy, Formative):
        return
    places = course.places()
    if policy.target not in places:
        yield Problem(
            "unit_exercises", messages.unknown_place("unit_exercises", policy.target), _places(course)
        )
    elif places[policy.target][1] is None and places[policy.target][0].parts:
        yield Problem("unit_exercises", messages.needs_a_part(policy.target), _places(course))
    elif places[policy.target][0].id not in _weighed(course):
        yield Problem("unit_exercises", messages.carries_no_weight(policy.target), messages.UNIT_CHOICES)
    if not 0 < policy.share <= WHOLE:
        yield Problem("unit_exercises", messages.share_out_of_range(policy.share), messages.UNIT_CHOICES)
    if not course.exercises:
        yield Problem("unit_exercises", messages.NO_EXERCISES, messages.UNIT_CHOICES)


def _bad_evidence(course: Course) -> Iterator[Problem]:
    needed = [one.id for one in curriculum.outcomes(course.id)]
    shares = course.evidence.shares
    for outcome in needed:
        if not any(share > 0 for share in shares.get(outcome, {}).values()):
            yield Problem("evidence", messages.nothing_measures(outcome), messages.ADD_EVIDENCE)
    for outcome, sources in shares.items():
        if outcome not in needed:
            yield Problem(outcome, messages.unknown_outcome(outcome), messages.known_outcomes(needed))
        for place, share in sources.items():
            if place not in course.places():
                yield Problem(place, messages.unknown_place(outcome, place), _places(course))
            if share < 0:
                yield Problem(outcome, messages.share_out_of_range(share), messages.ADD_EVIDENCE)


def _bad_roll_up(course: Course) -> Iterator[Problem]:
    published = {(one.rolls_up_to, one.id) for one in curriculum.outcomes(course.id) if one.rolls_up_to}
    declared = {(programme, member) for programme, members in course.programme.items() for member in members}
    for programme, member in sorted(published ^ declared):
        yield Problem("programme", messages.wrong_roll_up(programme, member), messages.CHECK_ROLL_UP)


def _bad_criteria(course: Course) -> Iterator[Problem]:
    twice = set(repeated(name for one in course.components for name in one.criteria))
    for name in sorted(twice - set(course.counted_twice)):
        yield Problem(name, messages.criterion_twice(name), messages.DECLARE_TWICE)
    for name in sorted(set(course.counted_twice) - twice):
        yield Problem("counted_twice", messages.criterion_not_twice(name), messages.DECLARE_TWICE)


def _weighed(course: Course) -> set[str]:
    """Name the components that count: those with a published weight, and the one that gets the rest."""
    given = {course.gap.to} if isinstance(course.gap, GiveRest) else set()
    return {one.id for one in course.components if one.weight > 0} | given


def repeated(names: Iterable[str]) -> list[str]:
    """List the names that come more than once."""
    return [name for name, count in Counter(names).items() if count > 1]


def _places(course: Course, *, parts: bool = True) -> str:
    names = list(course.places()) if parts else [one.id for one in course.components]
    return messages.known_places(names)
