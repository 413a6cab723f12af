"""Make hand-ins of what was found: whose each file is, which of several counts, when it came."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.marking.collect.choosing import newest, slots_of
from ecrm_helpers.marking.collect.found import Missed
from ecrm_helpers.marking.collect.matching import Match, People, match
from ecrm_helpers.marking.collect.names import kind_of, normal_student
from ecrm_helpers.messages import collect_report
from ecrm_helpers.messages import collecting as say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from ecrm_helpers.marking.collect.course import Assignment
    from ecrm_helpers.marking.collect.found import Finds, Found

__all__ = ["Plan", "Planned", "Proposal", "make_plan"]

_LONGEST_AGO: Final = dt.timedelta(days=400)


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One student's hand-in, to be received.

    ``read_from`` is what a person has to confirm: "name" or "id", "" for an id of the gradebook's list.
    """

    student: str
    read_from: str
    at: dt.datetime
    files: Mapping[str, Found]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """A file whose name fits one student of the list, or an id that the list does not have."""

    shown: str
    student: str
    how: str


@dataclass
class Plan:
    """What would be collected from a folder or archive."""

    assignment: Assignment
    hand_ins: list[Planned] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    missed: list[Missed] = field(default_factory=list)
    passed_over: int = 0
    source: str = ""

    @property
    def to_confirm(self) -> list[Planned]:
        """Hand-ins whose student is read from a name alone."""
        return [one for one in self.hand_ins if one.read_from]

    def __str__(self) -> str:
        return collect_report.plan(self)


def make_plan(
    finds: Finds,
    assignment: Assignment,
    source: Path,
    *,
    accept_names: bool = False,
    new_students: bool = False,
    at: dt.datetime | None = None,
    now: dt.datetime,
) -> Plan:
    """Plan what to collect; nothing is written.

    Parameters
    ----------
    finds : Finds
    assignment : Assignment
    source : Path
        Where the finds come from.
    accept_names : bool
        Accept a full name that only one student of the gradebook has.
    new_students : bool
        Accept ids that the gradebook does not have yet.
    at : datetime, optional
        When everything came, instead of the files' own times.
    now : datetime
        The time of collecting.

    Raises
    ------
    MarkingError
        Two students of the gradebook are one after normalising.
    """
    _refuse_twins(assignment.students)
    people = People.listed(assignment.students)
    plan = Plan(assignment, missed=list(finds.missed), passed_over=finds.passed_over, source=str(source))
    ignore = (assignment.name, *assignment.notebooks)
    alone = sum(kind_of(one.name) == ".ipynb" for one in finds.files) == 1
    by_student: dict[str, list[tuple[Found, Match]]] = {}
    for found in finds.files:
        whose = _whose(found, people, ignore, source=source, alone=alone)
        accepted = (
            whose.how == "id"
            or (whose.how == "name" and accept_names)
            or (whose.how == "new" and new_students)
        )
        if whose.student is not None and accepted:
            by_student.setdefault(whose.student, []).append((found, whose))
        elif whose.student is not None:
            plan.proposals.append(Proposal(found.shown, whose.student, whose.how))
        else:
            plan.missed.append(Missed(found.shown, whose.problem))
    alike = _alike(by_student, people)
    for student, pairs in sorted(by_student.items()):
        if student in alike:
            plan.refused.append((student, say.lost_zeros(student, alike[student])))
            continue
        timed = [(found, at or _time(found, student, people, ignore, now)) for found, _ in pairs]
        unsure = [whose for _, whose in pairs if not whose.sure]
        by_name = any(whose.how == "name" for whose in unsure)
        read_from = ("name" if by_name else "id") if unsure else ""
        _plan_one(plan, student, timed, read_from=read_from, now=at or now)
    return plan


def _refuse_twins(students: Iterable[str]) -> None:
    seen: dict[str, str] = {}
    for one in students:
        other = seen.setdefault(normal_student(one) or one, one)
        if other != one:
            message = say.twins(other, one)
            raise MarkingError(message)


def _labels(found: Found, *, levels: int, top: bool) -> list[str]:
    """Return the names on a file's way; an archive's own only where it can be one student's."""
    shown = found.levels[:levels]
    if len(found.levels) > 1 and not top and len(found.levels[0].parts) == 1:
        shown = shown[1:] or shown
    return [part for level in shown for part in level.parts]


def _whose(found: Found, people: People, ignore: Sequence[str], *, source: Path, alone: bool) -> Match:
    inside_source = source.is_file() and len(found.levels) > 1
    labels = _labels(found, levels=len(found.levels), top=not inside_source)
    whose = match(labels, people, ignore=ignore)
    if whose.student is None and whose.problem == say.NO_ID and alone:
        whose = match([source.name, *labels], people, ignore=ignore)
    return whose


def _alike(students: Iterable[str], people: People) -> dict[str, str]:
    """Return unlisted ids that differ from another one by leading zeros only."""
    unlisted = [one for one in students if one not in people.ids.values()]
    bare_ids: dict[str, str] = {}
    alike = {}
    for one in sorted(unlisted):
        other = bare_ids.setdefault(one.lstrip("0"), one)
        if other != one:
            alike[one], alike[other] = other, one
    return alike


def _time(
    found: Found, student: str, people: People, ignore: Sequence[str], now: dt.datetime
) -> dt.datetime | None:
    """Return when it came: the time of the outermost thing that bears the student's id.

    What lies deeper was packed by the student, whose clock says what the student likes.
    """
    for number, level in enumerate(found.levels):
        whose = match(list(level.parts), people, ignore=ignore)
        if whose.student == student or number == len(found.levels) - 1:
            plausible = level.at is not None and now - _LONGEST_AGO < level.at <= now
            return level.at if plausible else None
    return None


def _plan_one(
    plan: Plan,
    student: str,
    timed: list[tuple[Found, dt.datetime | None]],
    *,
    read_from: str,
    now: dt.datetime,
) -> None:
    slots, strays = slots_of(timed, plan.assignment)
    files: dict[str, Found] = {}
    times: list[dt.datetime] = []
    notes: list[str] = []
    for name, candidates in slots.items():
        chosen = newest(candidates)
        if chosen is None:
            plan.refused.append((student, say.which_one([found.shown for found, _ in candidates])))
            return
        files[name] = chosen[0]
        times.append(chosen[1] or now)
        others = [found.shown for found, _ in candidates if found.digest != chosen[0].digest]
        if others:
            notes.append(say.older_copies(chosen[0].shown, others))
        if chosen[1] is None:
            notes.append(say.NO_TIME)
    for found, _ in strays:
        kind = kind_of(found.name)
        plan.missed.append(
            Missed(found.shown, say.NOT_THIS_NOTEBOOK if kind == ".ipynb" else say.not_wanted(kind))
        )
    if not files:
        return
    if not any(kind_of(name) == ".ipynb" for name in files):
        declared = {kind_of(name) for name in plan.assignment.attachments}
        others = [name for name in files if kind_of(name) not in declared]
        notes.append(say.instead(others) if others else say.NO_NOTEBOOK)
    plan.hand_ins.append(
        Planned(
            student=student,
            read_from=read_from,
            at=max(times),
            files=files,
            notes=tuple(dict.fromkeys(notes)),
        )
    )
