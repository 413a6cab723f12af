"""Check the student ids of a table: what is none, what stands twice, what has lost its zeros."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.identity import check_person, read_id
from ecrm_helpers.grades.people.cells import title_of
from ecrm_helpers.messages import people as messages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecrm_helpers.grades.people.cells import Row
    from ecrm_helpers.grades.record import Person

__all__ = [
    "ID",
    "ID_HEADINGS",
    "NAME",
    "NAME_HEADINGS",
    "known_student",
    "refuse_alike",
    "student_in",
]

ID, NAME = "学号", "姓名"
ID_HEADINGS = ("学号", "学生学号", "工号学号", "学号工号", "学工号", "学员学号", "学生号")
NAME_HEADINGS = ("姓名", "学生姓名", "学员姓名", "名字")
_NO_STUDENT = re.compile(
    r"(合计|总计|小计|汇总|总合计|本页合计|共计|平均|人数|总人数|制表|打印|审核|签名|签字|任课教师|教师签|说明|注[:：])"
)


def student_in(row: Row) -> tuple[str, str]:
    """Return the id of a row, normalised and as the school writes it.

    Raises
    ------
    GradingError
        The row is a sum or a footer, or its id is blank, in scientific notation or none.
    """
    text = row.cells.get(ID, "")
    if _NO_STUDENT.match(row.first) or title_of(text) in ID_HEADINGS:
        message = messages.no_student(row.file, row.number, row.first)
        raise GradingError(message)
    return read_id(text, row.at(ID))


def refuse_alike(student: str, shown: str, where: str, seen: dict[str, tuple[str, str]]) -> None:
    """Refuse an id that was there already or differs from one by leading zeros only, naming both rows.

    Parameters
    ----------
    student, shown, where : str
    seen : dict
        Where and how an id stood, by the id without leading zeros; grows.

    Raises
    ------
    GradingError
    """
    first = seen.setdefault(student.lstrip("0"), (where, shown))
    if first == (where, shown):
        return
    spelled = (first[1], shown)
    if first[1].lower() == student:
        message = messages.same_id(first[0], where, spelled, alike=first[1] == shown)
    else:
        message = messages.lost_zeros(first[0], where, spelled)
    raise GradingError(message)


def known_student(row: Row, people: Mapping[str, Person]) -> tuple[str, str]:
    """Return the id of a row as `student_in` does, held against the roster with the row's name.

    Raises
    ------
    GradingError
    """
    student, shown = student_in(row)
    name = row.cells.get(NAME, "")
    check_person(student, shown, name, people, id_at=row.at(ID), name_at=row.at(NAME))
    return student, shown
