"""How totals spread over the declared 分数段 and 五级制."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from ecrm_helpers.grades.page.numbers import exact
from ecrm_helpers.grades.page.who import with_total
from ecrm_helpers.messages import report as messages

if TYPE_CHECKING:
    from ecrm_helpers.grades.record import ClassList

__all__ = ["bands", "levels", "outside"]


def bands(listed: ClassList) -> list[tuple[str, int]]:
    """Count shown totals per band, lowest band first; together they are everybody with a total."""
    totals = [Fraction(row.shown_total) for row in with_total(listed.rows) if row.shown_total is not None]
    digits = listed.course.rounding.total
    edges = sorted(exact(one) for one in listed.course.bands)
    inner = [
        (messages.band(low, high, digits=digits), sum(low <= value < high for value in totals))
        for low, high in pairwise(edges)
    ]
    return [
        (messages.band(None, edges[0], digits=digits), sum(value < edges[0] for value in totals)),
        *inner,
        (messages.band(edges[-1], None, digits=digits), sum(value >= edges[-1] for value in totals)),
    ]


def levels(listed: ClassList) -> list[tuple[str, int]]:
    """Count the levels of 五级制, lowest first; empty where the course declares none."""
    if not listed.course.levels:
        return []
    found = Counter(row.level for row in with_total(listed.rows))
    return [
        (name, found[name])
        for name in sorted(listed.course.levels, key=lambda one: listed.course.levels[one])
    ]


def outside(listed: ClassList) -> list[tuple[str, int]]:
    """Count who is in no band: by state, and those whose total still waits for a mark."""
    inside = {row.student_id for row in with_total(listed.rows)}
    states = listed.course.states
    left = [row for row in listed.rows if row.student_id not in inside]
    found = Counter(
        messages.state(row.person.state, states[row.person.state].total if row.by_state else "counted")
        for row in left
    )
    return sorted(found.items())
