"""Group work in a run: a hand-in is marked together with its mates', and saved for every member."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING, Any

from ecrm_helpers.marking.groups import Groups, share_outcome
from ecrm_helpers.marking.run.ledger import read_ledger
from ecrm_helpers.marking.run.plan import HandIn, read_hand_in, students_with_work
from ecrm_helpers.messages import groups as say

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from ecrm_helpers.marking.run.todo import Run

__all__ = ["remarks_on", "shared_fingerprint", "whole_groups", "with_mates"]

_STAMP, _SECRET = "timestamp.txt", "submission_secret.txt"


def shared_fingerprint(run: Run, student: str, own: str) -> str:
    """Return a digest that changes with every mate's hand-in and with the roster, beside the `own` one."""
    groups = run.groups
    if groups is None or groups.mates(student) == (student,):
        return own
    parts = [own, repr(groups.only(student)), *(_digest(run, mate) for mate in groups.mates(student))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _digest(run: Run, student: str) -> str:
    folder = run.course.submitted(student, run.rows.name)
    return read_hand_in(folder, student, run.released.parsed).digest() if folder.is_dir() else ""


def with_mates(run: Run, todo: Sequence[str]) -> list[str]:
    """Return who is to be marked: with one of a group everybody in it who has handed in."""
    if run.groups is None:
        return list(todo)
    added = {
        mate
        for student in todo
        for mate in run.groups.mates(student)
        if mate not in run.states and run.course.submitted(mate, run.rows.name).is_dir()
    }
    return [*todo, *sorted(added - set(todo))]


def remarks_on(connection: Any, run: Run) -> list[str]:
    """Return what the teacher should look at: the roster, groups without a hand-in, marks without one."""
    found, odd = students_with_work(run.course.root / run.course.submitted_directory, run.rows.name)
    handed = {*found, *odd}
    groups = run.groups or Groups(groups={})
    silent = [
        group
        for group, members in groups.groups.items()
        if handed.isdisjoint(member.student for member in members)
    ]
    marked = read_ledger(connection, run.book.ledger, run.rows.name)
    left = [student for student in sorted(marked) if handed.isdisjoint(groups.mates(student))]
    told = [*groups.remarks, *(say.none(group) for group in silent)]
    return [*told, say.left_behind(left)] if left else told


def whole_groups(run: Run, outcome: Mapping[str, Any], todo: Collection[str]) -> list[Mapping[str, Any]]:
    """Return what can be saved now: nothing until the last of a group is marked, then all of it.

    Members without a hand-in come first: until those with one are saved too, a run that was killed begins the
    group once more.
    """
    groups, student = run.groups, outcome["student"]
    if groups is None or groups.mates(student) == (student,):
        return [outcome]
    run.held[student] = outcome
    marked = [mate for mate in groups.mates(student) if mate in todo]
    if any(mate not in run.held for mate in marked):
        return []
    outcomes = {mate: run.held.pop(mate) for mate in marked}
    times = {mate: _aware(run.handed[mate][0].timestamp()) for mate in marked}
    plan = groups.only(student).counting(times, blank=groups.untouched(outcomes))
    source = plan.counts[student]
    absent = [mate for mate in plan.counts if mate not in outcomes and mate not in run.states]
    for mate in absent:
        run.handed[mate] = _like(run, mate, source)
    for mate in plan.counts:
        own = times.get(mate) if plan.individual else None
        known = [at for at in (times[source], own) if at is not None]
        run.counted[mate] = max(known).replace(tzinfo=None) if known else None
    fingerprints = {mate: run.handed[mate][1] for mate in (*absent, *marked)}
    made = share_outcome(plan, outcomes, fingerprints=fingerprints)
    return [made[mate] for mate in (*absent, *marked)]


def _aware(at: dt.datetime | None) -> dt.datetime | None:
    return None if at is None else at.replace(tzinfo=dt.UTC)


def _like(run: Run, student: str, source: str) -> tuple[HandIn, str]:
    """Return a hand-in for a member without one: the time is the group's, the secret is not.

    Feedback is published under the secret: with the same one the member's page would replace the mate's.
    """
    handed, fingerprint = run.handed[source]
    secret = hashlib.sha256(b"|".join([handed.kept.get(_SECRET, b""), student.encode()])).hexdigest()
    kept = {**handed.kept, _SECRET: secret.encode()}
    made = HandIn(
        student, {}, handed.time, kept={name: kept[name] for name in (_STAMP, _SECRET) if name in kept}
    )
    return made, shared_fingerprint(run, student, fingerprint)
