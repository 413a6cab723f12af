"""Read and write groups: who works with whom, in which role, and how much each has contributed."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.people.cells import Row, csv_bytes, decimal_text, protected, read_table
from ecrm_helpers.grades.people.ids import (
    ID,
    ID_HEADINGS,
    NAME,
    NAME_HEADINGS,
    known_student,
    refuse_alike,
)
from ecrm_helpers.grades.sheets.problems import Problems, noting
from ecrm_helpers.grades.tables import folded
from ecrm_helpers.messages import people as messages

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from ecrm_helpers.grades.record import Person

__all__ = [
    "CONTRIBUTION",
    "GROUP",
    "GROUP_HEADINGS",
    "ROLE",
    "Member",
    "groups_bytes",
    "read_groups",
]

GROUP, ROLE, CONTRIBUTION = "组号", "分工", "贡献"
GROUP_HEADINGS = ("组号", "小组", "组别", "组名", "小组名", "小组名称", "组", "团队", "队名")
_COLUMNS = {
    GROUP: GROUP_HEADINGS, ID: ID_HEADINGS, NAME: NAME_HEADINGS,
    ROLE: ("分工", "角色", "职责", "任务分工"),
    CONTRIBUTION: ("贡献", "贡献度", "个人贡献", "个人贡献度", "贡献分"),
}  # fmt: skip
FULL = 100
_NUMBER = re.compile(r"(\d{1,3}(?:\.\d{1,17})?)%?")


@dataclass(frozen=True)
class Member:
    """One student of a group.

    Attributes
    ----------
    student_id, group, role : str
    contribution : Fraction or None
        0 to 100; None where it is not judged yet.
    """

    student_id: str
    group: str
    role: str = ""
    contribution: Fraction | None = None


def read_groups(path: Path, people: Mapping[str, Person]) -> tuple[Member, ...]:
    """Read a groups file: one row per student with 组号 and 学号, perhaps 姓名, 分工 and 贡献.

    Parameters
    ----------
    path : Path
    people : mapping
        The roster by id; empty where there is none, and then nobody is looked up.

    Raises
    ------
    GradingError
        Naming file, row and column of everything that is wrong: no group, a student twice or not in the
        roster or with another name, a contribution that is not from 0 to 100 or seems to be a share of 1.
    """
    rows = read_table(path, _COLUMNS, needed=(ID, GROUP)).rows
    seen: dict[str, tuple[str, str]] = {}
    spelled: dict[str, str] = {}
    members, problems = [], Problems()
    for row in rows:
        with noting(problems.of(path.name)):
            student, shown = known_student(row, people)
            refuse_alike(student, shown, row.at(ID), seen)
            if not row.cells[GROUP]:
                message = messages.blank(row.at(GROUP))
                raise GradingError(message)
            group = spelled.setdefault(folded(row.cells[GROUP]), row.cells[GROUP])
            members.append(Member(student, group, row.cells.get(ROLE, ""), _contribution(row)))
    problems.refuse()
    _refuse_shares_of_one(rows, members)
    return tuple(members)


def groups_bytes(members: Iterable[Member], people: Mapping[str, Person]) -> bytes:
    """Write groups so that `read_groups` gives the same members again."""
    rows = [(GROUP, ID, NAME, ROLE, CONTRIBUTION)]
    for one in members:
        person = people[one.student_id]
        rows.append((one.group, person.shown_id, person.name, one.role, decimal_text(one.contribution)))
    return csv_bytes([protected(text) for text in row] for row in rows)


def _contribution(row: Row) -> Fraction | None:
    text = unicodedata.normalize("NFKC", row.cells.get(CONTRIBUTION, ""))
    if not text:
        return None
    number = _NUMBER.fullmatch(text)
    if number is None or Fraction(number[1]) > FULL:
        message = messages.bad_contribution(row.at(CONTRIBUTION), text)
        raise GradingError(message)
    return Fraction(number[1])


def _refuse_shares_of_one(rows: Sequence[Row], members: Sequence[Member]) -> None:
    """Refuse contributions that would all be next to nothing: 0.85 is meant as 85."""
    given = [(row, one.contribution) for row, one in zip(rows, members, strict=True) if one.contribution]
    if given and all(value <= 1 for _, value in given):
        message = messages.contribution_as_share(given[0][0].at(CONTRIBUTION))
        raise GradingError(message)
