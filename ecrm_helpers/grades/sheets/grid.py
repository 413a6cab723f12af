"""Find a sheet's heading row and walk its rows, telling what cannot be placed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.identity import check_person, normal_id, read_id
from ecrm_helpers.grades.sheets.problems import noting
from ecrm_helpers.grades.sheets.tables import HEADING_ROWS, clean, heading
from ecrm_helpers.messages import score_sheets as messages
from ecrm_helpers.messages import sheets as sheet_messages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ecrm_helpers.grades.sheets.problems import Report
    from ecrm_helpers.grades.sheets.register import Reading

__all__ = ["PASSED_OVER", "Grid", "grid", "lines", "member", "students"]

PASSED_OVER = {
    "序号", "班级", "行政班", "专业", "学院", "性别", "小组", "组别", "组号", "组员", "备注", "状态",
}  # fmt: skip


@dataclass(frozen=True)
class Grid:
    """A sheet from its headings on.

    Attributes
    ----------
    title : str
        File, and sheet where there are several.
    start : int
        Index of the heading row.
    shown, keys : sequence of str
        Headings as they stand, and normalised.
    rows : list of rows
        The whole sheet.
    report : callable
        Where its problems are told.
    """

    title: str
    start: int
    shown: Sequence[str]
    keys: Sequence[str]
    rows: Sequence[Sequence[Any]]
    report: Report

    def at(self, number: int, column: int | str) -> str:
        """Name a cell by its row, from 1, and its heading."""
        name = self.shown[column] if isinstance(column, int) else column
        return sheet_messages.at(self.title, number, name)

    def column(self, name: str) -> int | None:
        """Return where a heading stands."""
        return self.keys.index(name) if name in self.keys else None

    def cell(self, row: Sequence[Any], name: str) -> str:
        """Return a row's text under a heading, "" without one."""
        index = self.column(name)
        return "" if index is None or index >= len(row) else clean(row[index])


def grid(title: str, rows: Sequence[Sequence[Any]], required: Sequence[str], report: Report) -> Grid | None:
    """Return the sheet from the first row that holds every required heading; None without one."""
    for number, row in enumerate(rows[:HEADING_ROWS]):
        shown = [clean(value) for value in row]
        keys = [heading(name) for name in shown]
        if set(required) <= set(keys):
            return Grid(title, number, shown, keys, rows, report)
    return None


def lines(sheet: Grid) -> Iterator[tuple[int, Sequence[Any]]]:
    """Yield every row that is not blank with its number from 1; tell once of cells without a heading."""
    told = False
    for number, row in enumerate(sheet.rows[sheet.start + 1 :], start=sheet.start + 2):
        if all(clean(value) == "" for value in row):
            continue
        stray = any(clean(value) and not name for value, name in zip_longest(row, sheet.keys, fillvalue=""))
        if stray and not told:
            sheet.report(sheet_messages.no_heading(sheet.title, number))
        told = told or stray
        yield number, row


def students(sheet: Grid, reading: Reading) -> Iterator[tuple[int, str, Sequence[Any]]]:
    """Yield (row number, student id, row) for every row but those of students who have left.

    The id is "" where it is wrong or a second row's: its marks are looked at, and not kept.
    """
    seen: dict[str, int] = {}
    for number, row in lines(sheet):
        if _has_left(sheet, number, row, reading):
            continue
        student = ""
        with noting(sheet.report):
            found = _student(sheet, number, row, reading)
            if found in seen:
                message = sheet_messages.student_twice(sheet.title, found, seen[found], number)
                raise GradingError(message)
            seen[found] = number
            student = found
        yield number, student, row


def member(sheet: Grid, number: int, row: Sequence[Any], columns: tuple[str, str], reading: Reading) -> str:
    """Return the id in the first of two columns, held against the roster with the name in the second.

    Raises
    ------
    GradingError
    """
    id_at, name_at = (sheet.at(number, column) for column in columns)
    student, shown = read_id(sheet.cell(row, columns[0]), id_at)
    check_person(student, shown, sheet.cell(row, columns[1]), reading.people, id_at=id_at, name_at=name_at)
    return student


def _has_left(sheet: Grid, number: int, row: Sequence[Any], reading: Reading) -> bool:
    """Tell a row that a template's update marked; whoever has come back is read as ever."""
    if not reading.people or messages.GONE not in sheet.cell(row, messages.REMARKS):
        return False
    student = normal_id(sheet.cell(row, messages.STUDENT_ID))
    if student in reading.people:
        return False
    where = sheet.at(number, messages.STUDENT_ID)
    reading.sheets.notices.append(messages.has_left(where, student, sheet.cell(row, messages.NAME)))
    return True


def _student(sheet: Grid, number: int, row: Sequence[Any], reading: Reading) -> str:
    student = member(sheet, number, row, (messages.STUDENT_ID, messages.NAME), reading)
    known = reading.people[student].name if reading.people else ""
    name = known or sheet.cell(row, messages.NAME)
    reading.keep_name(student, name, sheet.at(number, messages.NAME))
    return student
