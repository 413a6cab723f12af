"""Tables and paragraphs one below the other, for the sheets without a row per student."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrm_helpers.grades.book.cells import Cell
from ecrm_helpers.grades.book.layout import put
from ecrm_helpers.grades.book.styles import height
from ecrm_helpers.messages import book as messages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.worksheet import Worksheet

    from ecrm_helpers.grades.book.layout import Book

__all__ = ["paragraphs", "table"]


def table(
    book: Book,
    sheet: Worksheet,
    start: int,
    name: str,
    lines: Sequence[Sequence[Cell]],
    *,
    widths: Sequence[int],
) -> int:
    """Write a titled table whose title stands in row `start`; return the row after it and an empty one."""
    put(book, sheet, start, 0, Cell(messages.SECTIONS[name], "", ("section",)))
    for column, heading in enumerate(messages.HEADINGS[name]):
        put(book, sheet, start + 1, column, Cell(heading, "", ("grid", "head")))
    for row, line in enumerate(lines, start=start + 2):
        for column, cell in enumerate(line):
            put(book, sheet, row, column, cell)
        sheet.set_row(row, height((cell.value, wide) for cell, wide in zip(line, widths, strict=False)))
    return start + len(lines) + 3


def paragraphs(
    book: Book, sheet: Worksheet, start: int, title: str, lines: Sequence[str], *, widths: Sequence[int]
) -> int:
    """Write lines of text across all columns; return the row after them and an empty one."""
    put(book, sheet, start, 0, Cell(title, "", ("section",)))
    look = ("text", "wrap", "top")
    for row, line in enumerate(lines, start=start + 1):
        sheet.merge_range(row, 0, row, len(widths) - 1, "", book.look(*look))
        put(book, sheet, row, 0, Cell(line, "", look))
        sheet.set_row(row, height([(line, sum(widths))]))
    return start + len(lines) + 2
