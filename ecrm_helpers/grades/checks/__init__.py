"""What can be wrong in a scheme: kinds of values, names, weights, sources, policies, evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrm_helpers.grades.checks.evidence import bad_criteria, bad_evidence, bad_roll_up
from ecrm_helpers.grades.checks.names import bad_names
from ecrm_helpers.grades.checks.problem import Problem, repeated
from ecrm_helpers.grades.checks.rules import bad_rules
from ecrm_helpers.grades.checks.shape import wrong_shapes
from ecrm_helpers.grades.checks.sources import bad_assignments, bad_sources
from ecrm_helpers.grades.checks.weights import bad_parts, bad_unit_exercises, bad_weights

if TYPE_CHECKING:
    from collections.abc import Collection

    from ecrm_helpers.grades.scheme import Course

__all__ = ["Problem", "problems", "repeated"]


def problems(course: Course, *, assignments: Collection[str] | None = None) -> list[Problem]:
    """List everything wrong with a scheme, in the order it is declared; empty when it can be used.

    What is of the wrong kind or name is listed alone: nothing can be computed with it.

    Parameters
    ----------
    course : Course
    assignments : collection of str, optional
        The assignments that exist; any other is a problem. Not checked if None.
    """
    if structural := [*wrong_shapes(course)] or [*bad_names(course)]:
        return structural
    return [
        *bad_weights(course),
        *bad_parts(course),
        *bad_sources(course),
        *bad_assignments(course, assignments),
        *bad_unit_exercises(course),
        *bad_evidence(course),
        *bad_roll_up(course),
        *bad_criteria(course),
        *bad_rules(course),
    ]
