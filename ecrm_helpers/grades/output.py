"""Show a class list in the terminal and write it as CSV and XLSX, safely for Excel and for privacy.

A text cell never becomes a formula, ids stay text with their leading zeros, files are readable by their
owner only and appear complete or not at all.
"""

from __future__ import annotations

import csv
import io
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.styles import Font
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from ecrm_helpers.messages import grades as messages

if TYPE_CHECKING:
    from decimal import Decimal

    from openpyxl.worksheet.worksheet import Worksheet

    from ecrm_helpers.grades.record import ClassList, Mark, StudentRow

__all__ = ["neutral", "table", "write_csv", "write_privately", "write_xlsx"]

LIVE = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
NARROW, WIDE = 12, 48


def neutral(text: str) -> str:
    """Put a quote before a text that a spreadsheet would run as a formula.

    Examples
    --------
    >>> neutral("=1+1"), neutral("王芳")
    ("'=1+1", '王芳')
    """
    return f"'{text}" if text.startswith(LIVE) else text


def table(listed: ClassList) -> Table:
    """Lay the class list out for a terminal of 80 columns; notes and policies stand beneath it."""
    notes = [
        f"{row.student_id} {row.name}：{messages.notes(row)}" for row in listed.rows if messages.notes(row)
    ]
    caption = Text("\n".join([*notes, *listed.policies]))
    view = Table(
        title=messages.title(listed.course), caption=caption, caption_justify="left",
        box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0),
    )  # fmt: skip
    weighed = [messages.short_heading(key, weight) for key, weight in listed.weights.items()]
    exercises = [name.replace("_", "_\n") for name in listed.course.exercises]
    for heading in (messages.STUDENT_ID, messages.NAME):
        view.add_column(heading, no_wrap=True)
    for heading in (*exercises, *weighed, listed.course.result):
        view.add_column(heading, justify="right", no_wrap=True)
    view.add_column(messages.LAST_HEADINGS[0], no_wrap=True)
    for row in _rows(listed):
        view.add_row(*(Text(str(cell)) for cell in row[:-1]))
    return view


def write_csv(listed: ClassList, path: Path) -> Path:
    """Write the list as UTF-8 with a byte-order mark; the last column of every row names the policies."""
    rules = "；".join(listed.policies)
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow([*_headings(listed), messages.RULES])
    for row in _rows(listed):
        writer.writerow([*(neutral(cell) if isinstance(cell, str) else cell for cell in row), rules])
    return write_privately(path, lines.getvalue().encode("utf-8-sig"))


def write_xlsx(listed: ClassList, path: Path) -> Path:
    """Write a workbook: the list, and a second sheet with published weights, policies and sources."""
    book = Workbook()
    first = book.active
    first.title = messages.LIST_SHEET
    _fill(first, [_headings(listed), *_rows(listed)])
    first.freeze_panes = "C2"
    _fill(
        book.create_sheet(messages.RULES), messages.rules_sheet(listed.course, listed.weights, listed.sources)
    )
    content = io.BytesIO()
    book.save(content)
    return write_privately(path, content.getvalue())


def write_privately(path: Path, content: bytes) -> Path:
    """Write aside with mode 0600 and move into place, so that a reader sees the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(aside).replace(path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise
    return path


def _headings(listed: ClassList) -> list[str]:
    columns = [messages.component_heading(one, listed.weights[one.id]) for one in _weighed(listed)]
    exercises = [messages.exercise_heading(name) for name in listed.course.exercises]
    return [
        messages.STUDENT_ID,
        messages.NAME,
        *exercises,
        *columns,
        listed.course.result,
        *messages.LAST_HEADINGS,
    ]


def _rows(listed: ClassList) -> list[list[str | Decimal | None]]:
    return [_row(listed, row) for row in listed.rows]


def _row(listed: ClassList, row: StudentRow) -> list[str | Decimal | None]:
    rounding, zero = listed.course.rounding, listed.course.missing == "zero"
    digits = rounding.components
    places = [*listed.course.exercises, *(one.id for one in _weighed(listed))]
    shown = [_shown(listed, row.marks[place], digits=digits, zero=zero) for place in places]
    total = _shown(listed, row.total, digits=rounding.total, zero=zero)
    state, notes = messages.state(row.total.value is None, row.total.pending), messages.notes(row)
    return [row.student_id, row.name, *shown, total, state, notes]


def _shown(listed: ClassList, mark: Mark, *, digits: int, zero: bool) -> str | Decimal:
    if mark.value is None:
        return messages.COUNTED_AS_ZERO if zero else messages.MISSING
    return listed.course.rounding.shown(mark.value, digits=digits)


def _weighed(listed: ClassList) -> list:
    return [one for one in listed.course.components if one.id in listed.weights]


def _fill(sheet: Worksheet, rows: list) -> None:
    for number, row in enumerate(rows, start=1):
        for index, value in enumerate(row, start=1):
            cell = sheet.cell(row=number, column=index, value=value)
            if isinstance(value, str):
                cell.data_type = "s"  # openpyxl reads "=…" as a formula
                cell.number_format = "@"
            if number == 1:
                cell.font = Font(bold=True)
    for column in sheet.columns:
        longest = max(len(str(cell.value or "")) for cell in column)
        sheet.column_dimensions[column[0].column_letter].width = min(WIDE, max(NARROW, 2 * longest))
