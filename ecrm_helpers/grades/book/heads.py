"""What stands above and beside the marks on every sheet with a row per student."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ecrm_helpers.grades.book.cells import ID, NAME, Cell
from ecrm_helpers.grades.book.layout import CLASS, GROUP, STATE, put
from ecrm_helpers.grades.book.styles import fit, height, on_paper
from ecrm_helpers.messages import book as messages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlsxwriter.worksheet import Worksheet

    from ecrm_helpers.grades.book.cells import Grid
    from ecrm_helpers.grades.book.layout import Book
    from ecrm_helpers.grades.record import StudentRow

__all__ = ["headline", "heads", "people"]

MARK_WIDTH, TALLEST = 10, 66
ABOUT = {ID, NAME, CLASS, STATE, GROUP}


def heads(book: Book, grid: Grid, lines: Sequence[Mapping[str, str | Cell]], *, note: str = "") -> Worksheet:
    """Add a sheet with its title and heading rows, the last of which stands right above the first student.

    Parameters
    ----------
    book : Book
    grid : Grid
    lines : sequence of mapping
        What heads each column; a column missing in a line stays empty there.
    note : str
    """
    sheet = book.file.add_worksheet(grid.sheet)
    headline(book, sheet, note=note)
    first = grid.top - len(lines)
    for row, line in enumerate(lines, start=first):
        looks = ("grid", "head" if row == first else "under", "wrap")
        for key, column in grid.columns.items():
            what = line.get(key, "")
            put(book, sheet, row, column, what if isinstance(what, Cell) else Cell(what, "", looks))
        texts = [(one, MARK_WIDTH) for key, one in line.items() if isinstance(one, str) and key not in ABOUT]
        sheet.set_row(row, min(TALLEST, height(texts)) + 3)
    sheet.freeze_panes(grid.top, list(grid.columns).index(NAME) + 1)
    widths = {key: _width(book, key, lines[0].get(key, key)) for key in grid.columns}
    for key, column in grid.columns.items():
        sheet.set_column(column, column, widths[key])
    on_paper(sheet, book.results, heading=(first, grid.top - 1), columns=len(grid.columns))
    return sheet


def headline(book: Book, sheet: Worksheet, *, note: str = "") -> None:
    """Write title, state and note in the first rows."""
    sheet.set_row(0, 24)
    put(book, sheet, 0, 0, Cell(messages.title(book.results, sheet.get_name()), "", ("title",)))
    look = ("warn",) if messages.preliminary(book.results) else ("quiet",)
    put(book, sheet, 1, 0, Cell(messages.subtitle(book.results), "", look))
    if note:
        put(book, sheet, 2, 0, Cell(note, "", ("quiet",)))


def people(book: Book, sheet: Worksheet, grid: Grid, row: int, student: StudentRow) -> None:
    """Write who a student is, as text."""
    for key, value in about(student).items():
        if key in grid.columns:
            put(book, sheet, row, grid.columns[key], Cell(value, "", ("grid", "text")))


def about(student: StudentRow) -> dict[str, str]:
    """Say who a student is, by column."""
    person = student.person
    return {
        ID: person.shown_id, NAME: person.name or student.name, CLASS: person.class_name,
        STATE: person.state, GROUP: person.group,
    }  # fmt: skip


def _width(book: Book, key: str, heading: str | Cell) -> int:
    rows = book.results.listed.rows
    if key in ABOUT:
        return fit([heading, *(about(one)[key] for one in rows)], most=24)
    unbroken = re.findall(r"[!-~]+", heading if isinstance(heading, str) else key)
    return fit(unbroken, least=MARK_WIDTH, most=20)
