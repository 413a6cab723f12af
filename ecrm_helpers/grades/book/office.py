"""Sheet 教务: the columns the school's office asks for, plain, ready to paste."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_rowcol_to_cell

from ecrm_helpers.grades.book.cells import ID, NAME, Cell
from ecrm_helpers.grades.book.components import averaged_mark
from ecrm_helpers.grades.book.formulas import rounded, text
from ecrm_helpers.grades.book.heads import about
from ecrm_helpers.grades.book.layout import CLASS, GROUP, LEVEL, STATE, put
from ecrm_helpers.grades.book.styles import fit, on_paper
from ecrm_helpers.grades.plan import TOTAL
from ecrm_helpers.messages import book as messages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ecrm_helpers.grades.book.layout import Book
    from ecrm_helpers.grades.record import Mark, StudentRow

__all__ = ["add"]

PEOPLE = {ID, NAME, CLASS, STATE, GROUP}


def add(book: Book) -> None:
    """Add the sheet: one heading row, then one row per student."""
    listed = book.results.listed
    columns = listed.course.office or {ID: ID, NAME: NAME, listed.course.result: TOTAL}
    sheet = book.file.add_worksheet(messages.OFFICE)
    for column, heading in enumerate(columns):
        put(book, sheet, 0, column, Cell(heading, "", ("grid", "head")))
    for row, student in enumerate(listed.rows, start=1):
        own = _own_id(columns, row)
        for column, (heading, what) in enumerate(columns.items()):
            put(book, sheet, row, column, _cell(book, student, heading, what, own))
    for column, (heading, what) in enumerate(columns.items()):
        known = [about(one)[what] for one in listed.rows] if isinstance(what, str) and what in PEOPLE else []
        sheet.set_column(column, column, fit([heading, *known], least=10))
    if messages.preliminary(book.results):
        beside = len(columns) + 1
        put(book, sheet, 0, beside, Cell(messages.OFFICE_PRELIMINARY, "", ("warn",)))
        sheet.set_column(beside, beside, fit([messages.OFFICE_PRELIMINARY]))
    sheet.freeze_panes(1, 0)
    on_paper(sheet, book.results, heading=(0, 0), columns=len(columns))


def _own_id(columns: Mapping[str, str | Sequence[str]], row: int) -> str:
    """Cell with the student's id in this row; empty where the office asks for no id."""
    for column, what in enumerate(columns.values()):
        if what == ID:
            return xl_rowcol_to_cell(row, column, col_abs=True)
    return ""


def _cell(book: Book, student: StudentRow, heading: str, what: str | Sequence[str], own: str) -> Cell:
    if not isinstance(what, str):
        key, mark = messages.office_key(heading), averaged_mark(book, what, student)
        return _mark(book, mark, book.components.find(key, own) if own else "")
    if what in PEOPLE:
        return Cell(about(student)[what], "", ("grid", "text"))
    if what in {TOTAL, LEVEL}:
        return _result(book, student, what, own)
    grid = book.totals if what in book.totals.columns else book.components
    return _mark(book, student.marks[what], grid.find(what, own) if own else "")


def _result(book: Book, student: StudentRow, what: str, own: str) -> Cell:
    value: float | str = messages.total(book.results, student)
    look = ("grid", "total")
    if what == LEVEL:
        value, look = student.level or messages.NONE, ("grid", "centre")
    findable = own and what in book.totals.columns
    return Cell(value, book.totals.find(what, own) if findable else "", look)


def _mark(book: Book, mark: Mark, source: str) -> Cell:
    """Round a mark as it is shown; the office's system takes what stands in the cell."""
    listed = book.results.listed
    digits = listed.course.rounding.components
    missing = messages.missing(listed.course.missing)
    formula = f"IF(ISNUMBER({source}),{rounded(source, digits)},{text(missing)})" if source else ""
    if mark.value is None:
        return Cell(missing, formula, ("grid", "mark"))
    return Cell(float(listed.course.rounding.shown(mark.value, digits=digits)), formula, ("grid", "mark"))
