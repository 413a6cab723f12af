"""Evidence for the outcomes, their roll-up, and rubric criteria that count twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrm_helpers import curriculum
from ecrm_helpers.grades.checks.problem import Problem, repeated
from ecrm_helpers.messages import scheme as messages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecrm_helpers.grades.scheme import Course

__all__ = ["bad_criteria", "bad_evidence", "bad_roll_up"]


def bad_evidence(course: Course) -> Iterator[Problem]:
    """Yield outcomes nothing measures, outcomes and places that do not exist, shares below zero."""
    needed = [one.id for one in curriculum.outcomes(course.id)]
    shares, places = course.evidence.shares, list(course.places())
    for outcome in needed:
        if not any(share > 0 for share in shares.get(outcome, {}).values()):
            yield Problem(("evidence", outcome), messages.nothing_measures(outcome), messages.ADD_EVIDENCE)
    for outcome, sources in shares.items():
        if outcome not in needed:
            what = messages.unknown_outcome(outcome)
            yield Problem(("evidence", outcome), what, messages.known_outcomes(needed))
        for place, share in sources.items():
            at = ("evidence", outcome, place)
            if place not in places:
                yield Problem(at, *_unknown(outcome, place, places))
            if share < 0:
                yield Problem(at, messages.share_out_of_range(share), messages.ADD_EVIDENCE)


def _unknown(outcome: str, place: str, places: list[str]) -> tuple[str, str]:
    """Say that a place does not exist: which dimensions its rubric has, or which places there are."""
    owner, _, dimension = place.partition(":")
    siblings = [one.partition(":")[2] for one in places if one.startswith(f"{owner}:")]
    if dimension and owner in places:
        what = messages.unknown_dimension(outcome, owner, dimension)
        return what, messages.known_dimensions(owner, dimension, siblings)
    marked = [one for one in places if ":" not in one]
    return messages.unknown_place(outcome, place), messages.known_places(marked, like=place)


def bad_roll_up(course: Course) -> Iterator[Problem]:
    """Yield course outcomes that do not stand under the programme outcome of the course document."""
    published = {(one.rolls_up_to, one.id) for one in curriculum.outcomes(course.id) if one.rolls_up_to}
    declared = {(programme, member) for programme, members in course.programme.items() for member in members}
    for programme, member in sorted(published ^ declared):
        what = messages.wrong_roll_up(programme, member)
        yield Problem(("programme", programme), what, messages.CHECK_ROLL_UP)


def bad_criteria(course: Course) -> Iterator[Problem]:
    """Yield criteria that count in two components without saying so, and the reverse."""
    twice = set(repeated(name for one in course.components for name in set(one.criteria)))
    for name in sorted(twice - set(course.counted_twice)):
        yield Problem(("components", name), messages.criterion_twice(name), messages.DECLARE_TWICE)
    for name in sorted(set(course.counted_twice) - twice):
        yield Problem(("counted_twice", name), messages.criterion_not_twice(name), messages.DECLARE_TWICE)
