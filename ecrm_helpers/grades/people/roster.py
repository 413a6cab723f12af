"""Read and write a class roster: who is in the class, in which 行政班, in which state."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.people.cells import Row, csv_bytes, protected, read_table
from ecrm_helpers.grades.people.ids import ID, ID_HEADINGS, NAME, NAME_HEADINGS, refuse_alike, student_in
from ecrm_helpers.grades.people.states import STATE, STATE_HEADINGS, state_in
from ecrm_helpers.grades.record import Person
from ecrm_helpers.grades.sheets.problems import Problems, noting
from ecrm_helpers.messages import people as messages

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

__all__ = ["HEADINGS", "Listed", "Roster", "count_rows", "read_roster", "roster_bytes"]

CLASS, NOTE = "行政班", "备注"
HEADINGS = (ID, NAME, CLASS, STATE, NOTE)
_CLASS_HEADINGS = (
    "行政班", "行政班级", "行政班名称", "班级", "班级名称", "所在班级", "所属班级", "专业班级", "教学班",
    "教学班级", "教学班名称",
)  # fmt: skip
_COLUMNS = {
    ID: ID_HEADINGS, NAME: NAME_HEADINGS, CLASS: _CLASS_HEADINGS, NOTE: ("备注", "附注"),
    **{heading: (heading,) for heading in STATE_HEADINGS},
}  # fmt: skip
_HAN = r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_PADDED = re.compile(rf"(?<={_HAN})\s+(?={_HAN})")


@dataclass(frozen=True)
class Listed:
    """One student of a roster, with the school's remark and where the row stands."""

    person: Person
    note: str
    where: str


@dataclass(frozen=True)
class Roster:
    """A roster as read.

    Attributes
    ----------
    students : tuple of Listed
        In the roster's order.
    unused : tuple of str
        Headings of columns that were not read.
    notices : tuple of str
        What a teacher should look at though nothing is wrong.
    """

    students: tuple[Listed, ...]
    unused: tuple[str, ...]
    notices: tuple[str, ...]

    @property
    def people(self) -> dict[str, Person]:
        """Every student by normalised id."""
        return {one.person.student_id: one.person for one in self.students}


def read_roster(path: Path, states: Collection[str]) -> Roster:
    """Read a school's export, or what `roster_bytes` wrote.

    Parameters
    ----------
    path : Path
        CSV (UTF-8, with mark or without, GBK) or XLSX, title rows allowed.
    states : collection of str
        The states of the course.

    Raises
    ------
    GradingError
        Naming file, row and column of everything that is wrong: a blank id or name, an id that is none, an
        id twice, ids that differ by leading zeros only, an unknown state, a row that is no student.
    """
    table = read_table(path, _COLUMNS, needed=(ID, NAME))
    _refuse_blank_classes(table.rows)
    seen: dict[str, tuple[str, str]] = {}
    students, problems = [], Problems()
    for row in table.rows:
        with noting(problems.of(path.name)):
            students.append(_listed(row, states, seen))
    problems.refuse()
    odd = [
        messages.odd_name(row.at(NAME), one.person.name)
        for row, one in zip(table.rows, students, strict=True) if _odd(one.person.name)
    ]  # fmt: skip
    return Roster(tuple(students), table.unused, tuple(odd))


def count_rows(path: Path) -> int:
    """Count the rows of a roster without checking them.

    Raises
    ------
    GradingError
        It is no table with 学号 and 姓名.
    """
    return len(read_table(path, _COLUMNS, needed=(ID, NAME), empty=True).rows)


def roster_bytes(students: Iterable[Listed]) -> bytes:
    """Write a roster so that `read_roster` gives the same students again."""
    rows = (
        (one.person.shown_id, one.person.name, one.person.class_name, one.person.state, one.note)
        for one in students
    )
    return csv_bytes([HEADINGS, *([protected(text) for text in row] for row in rows)])


def _refuse_blank_classes(rows: Sequence[Row]) -> None:
    """Refuse blanks among filled cells: a merged cell has its text in the first row only."""
    if not any(row.cells.get(CLASS) for row in rows):
        return
    for row in rows:
        if CLASS in row.cells and not row.cells[CLASS] and row.cells[ID]:
            message = messages.blank_class(row.at(CLASS))
            raise GradingError(message)


def _listed(row: Row, states: Collection[str], seen: dict[str, tuple[str, str]]) -> Listed:
    student, shown = student_in(row)
    refuse_alike(student, shown, row.at(ID), seen)
    name = _PADDED.sub("", row.cells[NAME])
    if not name:
        message = messages.blank(row.at(NAME))
        raise GradingError(message)
    person = Person(student, shown, name, row.cells.get(CLASS, ""), state_in(row, states))
    return Listed(person, row.cells.get(NOTE, ""), row.at(ID))


def _odd(name: str) -> bool:
    """Tell whether a name may have lost a letter: a private sign, a question mark, a mask."""
    return any(one in "?？*＊#\ufffd" or unicodedata.category(one) == "Co" for one in name)
