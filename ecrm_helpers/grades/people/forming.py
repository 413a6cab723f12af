"""Form groups for `ecrm roster groups`: random, in the roster's order, self-chosen or given."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.people.cells import csv_bytes, one_file, protected
from ecrm_helpers.grades.people.dealing import apportioned, deal_roles, dealt, group_count, in_order
from ecrm_helpers.grades.people.groups import GROUP, ROLE, Member, groups_bytes, read_groups
from ecrm_helpers.grades.people.ids import ID, NAME
from ecrm_helpers.grades.people.keeping import replace_table
from ecrm_helpers.grades.people.signup import read_signup
from ecrm_helpers.messages import grouping as messages

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from ecrm_helpers.grades.record import Person

__all__ = ["SIZE", "Formed", "How", "form_groups", "former_members", "write_groups"]

How = Literal["random", "roster", "chosen", "given"]
SIZE = 4  # the course document has groups of 4 to 5, one for each role


@dataclass(frozen=True)
class Formed:
    """Groups, and who is in none.

    Attributes
    ----------
    members : tuple of Member
        Group by group, in the roster's order within each.
    alone : tuple of Person
        Students without a group.
    left_out : mapping
        How many students of each state do not take part.
    """

    members: tuple[Member, ...]
    alone: tuple[Person, ...]
    left_out: Mapping[str, int]


def form_groups(
    people: Mapping[str, Person],
    how: How,
    *,
    file: Path | None = None,
    size: int | None = None,
    count: int | None = None,
    seed: int = 0,
    within_class: bool = False,
    roles: Sequence[str] = (),
    without: Collection[str] = (),
) -> Formed:
    """Form groups of the students of a roster.

    Parameters
    ----------
    people : mapping
        Person by normalised id, in the roster's order.
    how : {'random', 'roster', 'chosen', 'given'}
    file : Path, optional
        For 'chosen' a sign-up sheet, for 'given' a groups file.
    size, count : int, optional
        Members of a group, or number of groups; 4 members by default.
    seed : int
        For random groups and for roles.
    within_class : bool
        No group has students of two classes.
    roles : sequence of str
        Dealt in every group in which nobody has a role yet.
    without : collection of str
        States whose students do not take part.

    Raises
    ------
    GradingError
        Nobody to group, more groups than students, or a file that cannot be used.
    """
    taking = {student: one for student, one in people.items() if one.state not in without}
    if not taking:
        raise GradingError(messages.nobody())
    if how in {"chosen", "given"} and file is not None:
        members = read_signup(file, people) if how == "chosen" else read_groups(file, people)
    else:
        members = _made(taking, how, size=size, count=count, seed=seed, within_class=within_class)
    members = _in_order(members, people)
    if roles:
        members = _with_roles(members, roles, seed=seed)
    grouped = {one.student_id for one in members}
    return Formed(
        members,
        tuple(one for student, one in taking.items() if student not in grouped),
        Counter(one.state for student, one in people.items() if student not in {*taking, *grouped}),
    )


def former_members(root: Path, people: Mapping[str, Person]) -> tuple[Member, ...]:
    """Return the groups that are there, without those who have left; nothing where they cannot be read."""
    try:
        path = one_file(root, "groups")
        read = read_groups(path, {}) if path else ()
    except GradingError:
        return ()
    return tuple(one for one in read if one.student_id in people)


def write_groups(
    root: Path, members: Sequence[Member], people: Mapping[str, Person], *, assignment: str | None = None
) -> tuple[list[Path], list[Path]]:
    """Write `groups.csv`, and `groups/<assignment>.csv` for marking; what is kept is returned too."""
    places = [(root, "groups", groups_bytes(members, people))]
    if assignment is not None:
        (root / "groups").mkdir(mode=0o700, exist_ok=True)
        places.append((root / "groups", assignment, _for_marking(members, people)))
    kept = [replace_table(folder, stem, content) for folder, stem, content in places]
    return [folder / f"{stem}.csv" for folder, stem, _ in places], [path for path in kept if path is not None]


def _made(
    people: Mapping[str, Person],
    how: How,
    *,
    size: int | None,
    count: int | None,
    seed: int,
    within_class: bool,
) -> tuple[Member, ...]:
    classes: dict[str, list[str]] = {}
    for student, one in people.items():
        classes.setdefault(one.class_name if within_class else "", []).append(student)
    sizes = [len(students) for students in classes.values()]
    counts = [group_count(one, size or SIZE) for one in sizes] if count is None else apportioned(sizes, count)
    groups = [
        group
        for students, number in zip(classes.values(), counts, strict=True)
        for group in (dealt(students, number, seed=seed) if how == "random" else in_order(students, number))
    ]
    return tuple(Member(student, str(number)) for number, group in enumerate(groups, 1) for student in group)


def _in_order(members: Sequence[Member], people: Mapping[str, Person]) -> tuple[Member, ...]:
    groups = {group: number for number, group in enumerate(dict.fromkeys(one.group for one in members))}
    place = {student: number for number, student in enumerate(people)}
    return tuple(sorted(members, key=lambda one: (groups[one.group], place[one.student_id])))


def _with_roles(members: Sequence[Member], roles: Sequence[str], *, seed: int) -> tuple[Member, ...]:
    groups: dict[str, list[Member]] = {}
    for one in members:
        groups.setdefault(one.group, []).append(one)
    given: dict[str, str] = {}
    for turn, group in enumerate(groups.values()):
        if not any(one.role for one in group):
            given.update(deal_roles([one.student_id for one in group], roles, seed=seed, turn=turn))
    return tuple(replace(one, role=given.get(one.student_id, one.role)) for one in members)


def _for_marking(members: Sequence[Member], people: Mapping[str, Person]) -> bytes:
    """Write what `marking.groups` reads; it takes names as they stand, so a protected one is left out."""
    rows = [(GROUP, ID, NAME, ROLE)]
    for one in members:
        person = people[one.student_id]
        name = person.name if protected(person.name) == person.name else ""
        rows.append((protected(one.group), person.shown_id, name, protected(one.role)))
    return csv_bytes(rows)
