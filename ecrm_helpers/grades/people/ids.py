"""Check the student ids of a table: what is none, what stands twice, what has lost its zeros."""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from typing import TYPE_CHECKING

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.people.cells import title_of
from ecrm_helpers.marking.collect.names import normal_student
from ecrm_helpers.messages import people as messages

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from ecrm_helpers.grades.people.cells import Row
    from ecrm_helpers.grades.record import Person

__all__ = [
    "ID",
    "ID_HEADINGS",
    "NAME",
    "NAME_HEADINGS",
    "check_person",
    "refuse_alike",
    "same_name",
    "student_in",
]

ID, NAME = "学号", "姓名"
ID_HEADINGS = ("学号", "学生学号", "工号学号", "学号工号", "学工号", "学员学号", "学生号")
NAME_HEADINGS = ("姓名", "学生姓名", "学员姓名", "名字")
_NO_STUDENT = re.compile(
    r"(合计|总计|小计|汇总|总合计|本页合计|共计|平均|人数|总人数|制表|打印|审核|签名|签字|任课教师|教师签|说明|注[:：])"
)
_SCIENTIFIC = re.compile(r"\d(\.\d+)?e\+?\d+")
_DECIMAL = re.compile(r"\d+\.0+")


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
    shown = unicodedata.normalize("NFKC", text).strip().lstrip("'‘’`")
    where, low = row.at(ID), shown.lower()
    if not shown:
        message = messages.blank(where)
        raise GradingError(message)
    if _SCIENTIFIC.fullmatch(low):
        message = messages.scientific(where, shown)
        raise GradingError(message)
    if _DECIMAL.fullmatch(low):
        message = messages.decimal(where, shown)
        raise GradingError(message)
    student = normal_student(shown)
    if student is None:
        message = messages.bad_id(where, shown)
        raise GradingError(message)
    return student, shown


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


def check_person(row: Row, student: str, shown: str, people: Mapping[str, Person]) -> None:
    """Refuse a student who is not in the roster, or has another name there; nothing where there is no roster.

    Raises
    ------
    GradingError
    """
    if not people:
        return
    if student not in people:
        message = messages.unknown_student(row.at(ID), shown, near_id(student, people))
        raise GradingError(message)
    listed, name = people[student].name, row.cells.get(NAME, "")
    if listed and name and not same_name(listed, name):
        message = messages.other_name(row.at(NAME), shown, listed, name)
        raise GradingError(message)


def near_id(student: str, known: Collection[str]) -> str:
    """Return the known id that was probably meant: without its zeros, or a letter off.

    Examples
    --------
    >>> near_id("12", ["0012", "0013"]), near_id("zz", ["0012"])
    ('0012', '')
    """
    bare = [one for one in known if one.lstrip("0") == student.lstrip("0")]
    near = bare or get_close_matches(student, known, n=1, cutoff=0.8)
    return near[0] if near else ""


def same_name(first: str, second: str) -> bool:
    """Tell whether two names are one but for width, blanks, capitals and the kind of middle dot.

    Examples
    --------
    >>> same_name("王　芳", "王芳"), same_name("买买提·艾力", "买买提•艾力"), same_name("王芳", "王方")
    (True, True, False)
    """
    return _bare(first) == _bare(second)


def _bare(name: str) -> str:
    text = re.sub(r"[•・‧∙⋅]", "·", unicodedata.normalize("NFKC", name))
    return re.sub(r"\s+", "", text).casefold()
