"""Write an import as a marked sheet of its own, and read the former one back to show what changes."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.identity import normal_id
from ecrm_helpers.grades.output import write_privately
from ecrm_helpers.grades.sheets.drawing import put_text
from ecrm_helpers.grades.sheets.layout import split_marker
from ecrm_helpers.grades.sheets.tables import clean, tables
from ecrm_helpers.messages import score_import as messages
from ecrm_helpers.messages import score_sheets

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ecrm_helpers.grades.record import Person
    from ecrm_helpers.grades.scheme import Course
    from ecrm_helpers.grades.sheets.importing import Import

__all__ = ["former_rows", "import_path", "write_import"]

WHO = (score_sheets.STUDENT_ID, score_sheets.NAME)
WIDTHS = (16, 14)


def import_path(folder: Path, place: str) -> Path:
    """Return the file an import of a place is kept in."""
    name = re.sub(r'[<>:"/\\|?*\x00-\x1f]', "_", place)
    return folder / f"{name} {score_sheets.IMPORTED}.xlsx"


def write_import(made: Import, people: Mapping[str, Person]) -> Path:
    """Write the sheet, students in the class's order, those without a mark too."""
    book = Workbook()
    sheet = book.active
    sheet.title = score_sheets.IMPORTED
    put_text(sheet, 1, 1, made.title)
    sheet.cell(1, 1).font, sheet.cell(1, 1).alignment = Font(bold=True), Alignment(vertical="center")
    for index, name in enumerate((*WHO, *made.headings), start=1):
        put_text(sheet, 2, index, name)
        sheet.cell(2, index).font = Font(bold=True)
        width = WIDTHS[index - 1] if index <= len(WIDTHS) else max(12, 2 * len(name))
        sheet.column_dimensions[sheet.cell(2, index).column_letter].width = width
    for number, (student, person) in enumerate(people.items(), start=3):
        for index, text in enumerate((person.shown_id, person.name, *made.rows.get(student, ())), start=1):
            put_text(sheet, number, index, text)
    sheet.freeze_panes = "C3"
    content = io.BytesIO()
    book.save(content)
    return write_privately(made.path, content.getvalue())


def former_rows(path: Path, course: Course) -> dict[str, tuple[str, ...]] | None:
    """Return the former import's cells by student id; None where there is none.

    Raises
    ------
    GradingError
        The file there is not an import of this course.
    """
    if not path.exists():
        return None
    _, rows = next(iter(tables(path)), ("", []))
    texts = [[clean(value) for value in row] for row in rows]
    first = "".join(texts[0][:1]) if texts else ""
    marker = split_marker(texts[:1])
    if marker is None or marker[1] != course.id or messages.ORIGIN not in first:
        message = messages.not_our_import(path.name)
        raise GradingError(message)
    width = len([name for name in texts[1] if name]) if len(texts) > 1 else 0
    return {
        normal_id(row[0]): tuple(row[len(WHO) : width])
        for row in texts[2:] if row and row[0] and any(row[len(WHO) : width])
    }  # fmt: skip
