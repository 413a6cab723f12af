"""Sheet 扣分与改动: every line that shaped a mark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrm_helpers.grades.book.cells import Cell
from ecrm_helpers.grades.book.heads import about, headline
from ecrm_helpers.grades.book.layout import put
from ecrm_helpers.grades.book.styles import fit, height, on_paper
from ecrm_helpers.messages import book as messages

if TYPE_CHECKING:
    from fractions import Fraction

    from ecrm_helpers.grades.book.layout import Book

__all__ = ["add"]

HEAD, WIDEST = 3, 70  # row of the heading, from 0; column of the texts


def add(book: Book) -> None:
    """Add the sheet; it says so when nothing was changed."""
    sheet = book.file.add_worksheet(messages.CHANGES)
    listed = book.results.listed
    headline(book, sheet)
    for column, heading in enumerate(messages.CHANGE_HEADINGS):
        put(book, sheet, HEAD, column, Cell(heading, "", ("grid", "head")))
    rows = [
        [*list(about(student).values())[:2], line.place, messages.KINDS[line.kind], _number(line.points),
         _number(mark.value), line.text]
        for student in listed.rows for mark in student.marks.values() for line in mark.lines
    ]  # fmt: skip
    for row, values in enumerate(rows, start=HEAD + 1):
        sheet.set_row(row, height([(values[-1], WIDEST)]))
        for column, value in enumerate(values):
            look = ("grid", "ratio") if isinstance(value, float) else ("grid", "text", "wrap")
            put(book, sheet, row, column, Cell(value, "", look))
    if not rows:
        put(book, sheet, HEAD + 1, 0, Cell(messages.NO_CHANGES, "", ("quiet",)))
    for column in range(len(messages.CHANGE_HEADINGS)):
        texts = [
            messages.CHANGE_HEADINGS[column],
            *(one for one in (values[column] for values in rows) if isinstance(one, str)),
        ]
        sheet.set_column(column, column, fit(texts, least=10, most=WIDEST))
    sheet.autofilter(HEAD, 0, max(HEAD + 1, HEAD + len(rows)), len(messages.CHANGE_HEADINGS) - 1)
    sheet.freeze_panes(HEAD + 1, 2)
    on_paper(sheet, book.results, heading=(HEAD, HEAD), columns=len(messages.CHANGE_HEADINGS))


def _number(value: Fraction | None) -> float | str:
    return messages.NONE if value is None else float(value)
