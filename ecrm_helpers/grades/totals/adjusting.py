"""What shapes a mark beyond its parts: lateness, attempts, a teacher's word, a student's state.

Nothing is kept from an earlier run: every line is computed from the declared policy and the facts, so that a
changed policy, an extension given afterwards or a new hand-in is right the next time.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

from ecrm_helpers.grades.record import Line, Mark
from ecrm_helpers.messages import totals as messages

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ecrm_helpers.grades.policies import Late, Resubmit, State
    from ecrm_helpers.grades.record import Override

__all__ = ["after_attempts", "after_lateness", "by_state", "days_begun", "overridden", "with_absent"]

DAY = dt.timedelta(days=1)


def days_begun(late_by: dt.timedelta, *, grace_minutes: int) -> int:
    """Count the days begun after the grace.

    Examples
    --------
    >>> [days_begun(dt.timedelta(minutes=late), grace_minutes=10) for late in (10, 11, 1450, 1451)]
    [0, 1, 1, 2]
    """
    return max(0, -((dt.timedelta(minutes=grace_minutes) - late_by) // DAY))


def with_absent(mark: Mark, place: str, label: str, notebooks: Sequence[str]) -> Mark:
    """Note that a hand-in lacked notebooks, whose tasks earned nothing."""
    return _noted(mark, place, messages.absent(label, notebooks))


def after_lateness(mark: Mark, place: str, label: str, *, late_by: dt.timedelta, policy: Late | None) -> Mark:
    """Take off what late work loses, never more than there is; lateness that costs nothing is noted."""
    if mark.value is None or late_by <= dt.timedelta(0):
        return mark
    if policy is None:
        return _noted(mark, place, messages.late_for_free(label, late_by))
    days = days_begun(late_by, grace_minutes=policy.grace_minutes)
    if days == 0:
        return _noted(mark, place, messages.within_grace(label, late_by, policy.grace_minutes))
    limit = policy.refuse_after_days
    beyond = late_by - dt.timedelta(minutes=policy.grace_minutes)
    if limit is not None and beyond > dt.timedelta(days=float(limit)):
        return _deducted(mark, place, "late", mark.value, messages.refused(label, late_by, limit, mark.value))
    asked, most = days * _exact(policy.per_day), _exact(policy.most)
    taken = min(asked, most, mark.value)
    text = messages.late(label, late_by, days, asked=asked, most=most, taken=taken)
    return _deducted(mark, place, "late", taken, text)


def after_attempts(mark: Mark, place: str, label: str, *, attempts: int, policy: Resubmit | None) -> Mark:
    """Take off what handing in again costs, then hold the mark to the highest that is still possible."""
    if mark.value is None or policy is None or attempts <= policy.free:
        return mark
    asked, most = (attempts - policy.free) * _exact(policy.per_extra), _exact(policy.most)
    taken = min(asked, most, mark.value)
    if taken:
        text = messages.attempts(label, attempts, policy.free, asked=asked, most=most, taken=taken)
        mark = _deducted(mark, place, "attempts", taken, text)
    cap = _exact(policy.cap)
    if mark.value is None or mark.value <= cap:
        return mark
    over = mark.value - cap
    return _deducted(
        mark, place, "attempts", over, messages.capped(label, attempts, policy.free, cap=cap, taken=over)
    )


def overridden(mark: Mark, label: str, overrides: Iterable[Override]) -> Mark:
    """Put a teacher's marks in place of the computed one, in the order of their dates."""
    for one in sorted(overrides, key=lambda override: override.when):
        change = None if mark.value is None else one.value - mark.value
        text = messages.overridden(label, one, before=mark.value)
        mark = _with(mark, Line(one.place, "override", change, text), value=one.value)
        mark = replace(mark, missing=(), pending=())
    return mark


def by_state(mark: Mark, place: str, label: str, *, word: str, state: State) -> Mark:
    """Give no total, or 0, where a student's state says so; nothing of it waits for a teacher then."""
    if state.total == "counted":
        return mark
    if state.total == "none":
        text = messages.no_total(label, word)
        return replace(_with(mark, Line(place, "state", None, text), value=None), pending=())
    change = None if mark.value is None else -mark.value
    line = Line(place, "state", change, messages.zero_total(label, word, before=mark.value))
    return replace(_with(mark, line, value=Fraction(0)), pending=())


def _deducted(mark: Mark, place: str, kind: str, points: Fraction, text: str) -> Mark:
    kept = None if mark.value is None else mark.value - points
    return _with(mark, Line(place, kind, -points, text), value=kept)  # type: ignore[arg-type]


def _noted(mark: Mark, place: str, text: str) -> Mark:
    return _with(mark, Line(place, "note", None, text), value=mark.value)


def _with(mark: Mark, line: Line, *, value: Fraction | None) -> Mark:
    before = mark.before if mark.lines else mark.value
    return replace(mark, value=value, lines=(*mark.lines, line), before=before)


@cache
def _exact(figure: float) -> Fraction:
    return Fraction(str(figure))
