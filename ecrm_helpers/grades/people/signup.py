"""Read a sign-up sheet: one row per student with the group's name, or one row per group with several ids."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.identity import check_person
from ecrm_helpers.grades.people.cells import text_of, title_of
from ecrm_helpers.grades.people.groups import Member
from ecrm_helpers.grades.tables import HEADING_ROWS, folded, tables
from ecrm_helpers.marking.collect.names import normal_student
from ecrm_helpers.messages import grouping as messages
from ecrm_helpers.messages import people as people_messages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from ecrm_helpers.grades.record import Person

__all__ = ["read_signup"]

_MEMBERS = re.compile(r"学号|[组队]员|成员|[组队]长")
_NO_GROUP = re.compile(r"学号|[组队]员|成员|[组队]长|姓名|人数|时间")
_NO_MEMBERS = re.compile(r"姓名|人数|数量|电话|手机|联系|微信|邮箱")
_ROLES = ("分工", "角色", "职责", "任务分工")
_NONE = {"无", "没有", "空", "暂无", "/", "-", "—"}
_TOKEN = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.-]*")


def read_signup(path: Path, people: Mapping[str, Person]) -> tuple[Member, ...]:
    """Read who has joined which group; names beside the ids are passed over.

    Parameters
    ----------
    path : Path
        Headings as questionnaires have them: 组名 or 小组, and 学号, 组长, 组员1, 成员学号 …
    people : mapping
        The roster.

    Raises
    ------
    GradingError
        No such headings, no group, no id, an id that is not in the roster; students in two groups, all of
        them listed.
    """
    found: dict[str, tuple[Member, str]] = {}
    spelled: dict[str, str] = {}
    twice = []
    for text, student, role, where in _entries(path, people):
        group = spelled.setdefault(folded(text), text)
        first, there = found.setdefault(student, (Member(student, group, role), where))
        if first.group != group:
            person = people[student]
            sides = (f"{first.group}（{there}）", f"{group}（{where}）")
            twice.append(messages.two_groups(person.shown_id, person.name, *sides))
    if twice:
        message = messages.in_two_groups(twice)
        raise GradingError(message)
    return tuple(member for member, _ in found.values())


def _entries(path: Path, people: Mapping[str, Person]) -> Iterator[tuple[str, str, str, str]]:
    """Yield group, student, role and place of every id in a sheet."""
    read = list(tables(path))
    if not read:
        message = messages.signup_columns(path.name)
        raise GradingError(message)
    for title, cells in read:
        start, group_at, members_at, role_at = _columns(title, cells)
        names = [text_of(name) for name in cells[start]]
        for number, values in enumerate(cells[start + 1 :], start=start + 2):
            texts = [text_of(value) for value in values] + [""] * len(names)
            if not any(texts):
                continue
            if not texts[group_at]:
                message = people_messages.blank(people_messages.at(title, number, names[group_at]))
                raise GradingError(message)
            places = [(texts[at], people_messages.at(title, number, names[at])) for at in members_at]
            ids = [(one, where) for text, where in places for one in _ids(text, where, people)]
            role = texts[role_at] if role_at is not None and len(ids) == 1 else ""
            yield from ((texts[group_at], student, role, where) for student, where in ids)


def _columns(title: str, cells: list[list[Any]]) -> tuple[int, int, list[int], int | None]:
    """Find the heading row, the group's column, the members' columns and the role's."""
    for start, row in enumerate(cells[:HEADING_ROWS]):
        names = [title_of(text_of(value)) for value in row]
        groups = [
            i for i, name in enumerate(names) if re.search("[组队]", name) and not _NO_GROUP.search(name)
        ]
        members = [
            i for i, name in enumerate(names) if _MEMBERS.search(name) and not _NO_MEMBERS.search(name)
        ]
        if groups and members:
            role = next((i for i, name in enumerate(names) if name in _ROLES), None)
            return start, groups[0], members, role
    message = messages.signup_columns(title)
    raise GradingError(message)


def _ids(text: str, where: str, people: Mapping[str, Person]) -> list[str]:
    if not text or text in _NONE:
        return []
    found = []
    for token in _TOKEN.findall(unicodedata.normalize("NFKC", text)):
        student = normal_student(token.rstrip(".-_")) or ""
        if student in people:
            found.append(student)
        elif any(letter.isdigit() for letter in token):
            check_person(student, token, "", people, id_at=where, name_at=where)
    if not found:
        message = messages.no_id_in(where, text)
        raise GradingError(message)
    return found
