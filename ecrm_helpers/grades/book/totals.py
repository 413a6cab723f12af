"""Sheet 总评: the weighed components, the total and its level, and what must be known about each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrm_helpers.grades.book.cells import ID, NAME, Cell
from ecrm_helpers.grades.book.components import look
from ecrm_helpers.grades.book.formulas import combined, level, rounded, text
from ecrm_helpers.grades.book.heads import heads, people
from ecrm_helpers.grades.book.layout import CLASS, GROUP, LEVEL, NOTES, STANDING, STATE, put
from ecrm_helpers.grades.book.styles import fit, height
from ecrm_helpers.grades.plan import TOTAL
from ecrm_helpers.messages import book as messages

if TYPE_CHECKING:
    from ecrm_helpers.grades.book.layout import Book
    from ecrm_helpers.grades.record import StudentRow

__all__ = ["add"]

PLAIN = (ID, NAME, CLASS, STATE, GROUP, LEVEL, STANDING, NOTES)


def add(book: Book) -> None:
    """Add the sheet."""
    grid, listed = book.totals, book.results.listed
    used = {key: messages.component(listed.course, key) for key in listed.weights}
    sheet = heads(book, grid, [
        {**{key: key for key in PLAIN}, **used, TOTAL: listed.course.result},
        {key: _weight(book, key) for key in used},
    ], note=messages.ALL_LIVE)  # fmt: skip
    sheet.set_column(grid.columns[STANDING], grid.columns[STANDING], 10)
    notes = [messages.brief(row) for row in listed.rows]
    wide = fit(notes, least=16, most=64)
    sheet.set_column(grid.columns[NOTES], grid.columns[NOTES], wide)
    for row, student in enumerate(listed.rows, start=grid.top):
        people(book, sheet, grid, row, student)
        sheet.set_row(row, height([(notes[row - grid.top], wide)]))
        cells = {key: _component(book, key, student, row) for key in used}
        cells[TOTAL] = _total(book, student, row)
        cells[STANDING] = Cell(messages.standing(student), "", ("grid", "text"))
        cells[NOTES] = Cell(notes[row - grid.top], "", ("grid", "text", "wrap"))
        if LEVEL in grid.columns:
            cells[LEVEL] = _level(book, student, row)
        for key, cell in cells.items():
            put(book, sheet, row, grid.columns[key], cell)


def _weight(book: Book, key: str) -> Cell:
    weight = book.results.listed.weights[key]
    decimals = "percent0" if weight.denominator == 1 else "percent"
    return Cell(float(weight), book.rules.weights[key], ("grid", "under", decimals))


def _component(book: Book, key: str, student: StudentRow, row: int) -> Cell:
    mark = student.marks[key]
    missing = messages.missing(book.results.listed.course.missing)
    value = missing if mark.value is None else float(mark.value)
    return Cell(value, book.components.find(key, book.totals.cell(ID, row)), look(mark))


def _total(book: Book, student: StudentRow, row: int) -> Cell:
    kinds = {line.kind for line in student.total.lines}
    comment = "\n".join(line.text for line in student.total.lines)
    looks = (
        "grid",
        "strong",
        *look(student.total)[1:],
        "total" if student.shown_total is not None else "missing",
    )
    if "override" in kinds and student.shown_total is not None:
        return Cell(float(student.shown_total), "", looks, comment)
    return Cell(messages.total(book.results, student), _by_state(book, row), looks, comment)


def _by_state(book: Book, row: int) -> str:
    """Let the student's state decide whether there is a total."""
    rules, state = book.rules, book.totals.cell(STATE, row)
    effect = f"INDEX({rules.effects},MATCH({state},{rules.states},0))"
    none, zero = text(messages.EFFECTS["none"]), text(messages.EFFECTS["zero"])
    return f"IF({effect}={none},{state},IF({effect}={zero},0,{_sum(book, row)}))"


def _sum(book: Book, row: int) -> str:
    listed = book.results.listed
    return combined(
        [book.totals.cell(key, row) for key in listed.weights],
        [book.rules.weights[key] for key in listed.weights],
        missing=listed.course.missing,
        otherwise=messages.missing(listed.course.missing),
        finish=lambda formula: rounded(formula, listed.course.rounding.total),
    )


def _level(book: Book, student: StudentRow, row: int) -> Cell:
    formula = level(book.totals.cell(TOTAL, row), book.rules.levels, otherwise=messages.NONE)
    return Cell(student.level or messages.NONE, formula, ("grid", "centre"))
