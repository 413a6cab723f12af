"""Draw one sheet of a template, for Excel, WPS and LibreOffice alike."""

from __future__ import annotations

import math
import unicodedata
from typing import TYPE_CHECKING

from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins

from ecrm_helpers.grades.sheets.places import by_group
from ecrm_helpers.grades.sheets.typing_rules import rule
from ecrm_helpers.grades.sources import Attendance, PeerReview, Rubric
from ecrm_helpers.messages import score_sheets as messages
from ecrm_helpers.messages import score_templates as texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from ecrm_helpers.grades.scheme import Course
    from ecrm_helpers.grades.sheets.layout import Layout

__all__ = [
    "draw",
    "draw_explanation",
    "draw_heading",
    "draw_input",
    "draw_row",
    "draw_title",
    "put_text",
    "rule",
]

TITLE_ROW, HEADING_ROW = 1, 2
WIDTHS = {
    messages.STUDENT_ID: 16, messages.RATER_ID: 16, messages.RATED_ID: 16, messages.NAME: 14,
    messages.RATER: 12, messages.RATED: 12, messages.CLASS_NAME: 16, messages.GROUP: 10, messages.MEMBERS: 44,
    messages.REMARKS: 22, messages.LATE_DAYS: 10,
}  # fmt: skip
LINE_HEIGHT, HEADING_HEIGHT, MOST_WIDTH, LEAST_WIDTH, WORD_WIDTH = 18, 32, 18, 12, 9
A4, WIDE_SHEET = 9, 100
_LINE = Side(style="thin", color="BFBFBF")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_INPUT = PatternFill("solid", fgColor="FFF8DC")
_HEAD = PatternFill("solid", fgColor="DDE6F0")
_OPEN = Protection(locked=False)
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_LEFT = Alignment(vertical="center")
_WRAPPED = Alignment(vertical="center", wrap_text=True)


def draw(
    sheet: Worksheet, course: Course, form: Layout, headings: Sequence[str], rows: Sequence[Mapping[str, str]]
) -> None:
    """Draw a whole sheet: title, headings, a row for everybody, rules for what is typed."""
    for index, name in enumerate(headings, start=1):
        draw_heading(sheet, form, HEADING_ROW, index, name)
    sheet.row_dimensions[HEADING_ROW].height = HEADING_HEIGHT
    draw_title(sheet, course, form)
    for number, row in enumerate(rows, start=HEADING_ROW + 1):
        draw_row(sheet, number, form, headings, row)
    rule(sheet, form, headings, HEADING_ROW, HEADING_ROW + len(rows))
    first = sum(name in form.keys for name in headings) + 1
    sheet.freeze_panes = f"{get_column_letter(first)}{HEADING_ROW + 1}"
    _print_setup(sheet)


def draw_title(sheet: Worksheet, course: Course, form: Layout) -> None:
    """Write the marker and the one-line instruction over all columns."""
    text = f"{messages.marker(form.place, course.id)}{_instruction(form)}"
    put_text(sheet, TITLE_ROW, 1, text)
    cell = sheet.cell(TITLE_ROW, 1)
    cell.font, cell.alignment = Font(bold=True, color="1F3864"), _WRAPPED
    last = sheet.max_column
    if not sheet.merged_cells.ranges and last > 1:
        sheet.merge_cells(start_row=TITLE_ROW, end_row=TITLE_ROW, start_column=1, end_column=last)
    across = sum(sheet.column_dimensions[get_column_letter(index + 1)].width for index in range(last))
    sheet.row_dimensions[TITLE_ROW].height = LINE_HEIGHT * math.ceil(1.15 * _width(text) / across) + 4


def draw_heading(sheet: Worksheet, form: Layout, row: int, column: int, name: str) -> None:
    """Write one heading and set its column's width."""
    put_text(sheet, row, column, name)
    cell = sheet.cell(row, column)
    cell.font, cell.fill, cell.alignment, cell.border = Font(bold=True), _HEAD, _MIDDLE, _BORDER
    sheet.column_dimensions[get_column_letter(column)].width = _column_width(form, name)


def draw_row(
    sheet: Worksheet, number: int, form: Layout, headings: Sequence[str], row: Mapping[str, str]
) -> None:
    """Write one row: who it is about as text, and cells to fill."""
    for index, name in enumerate(headings, start=1):
        if name not in form.keys:
            draw_input(sheet, number, index, name)
            continue
        put_text(sheet, number, index, row.get(name, ""))
        cell = sheet.cell(number, index)
        cell.border, cell.alignment = _BORDER, _WRAPPED if name == messages.MEMBERS else _LEFT


def draw_input(sheet: Worksheet, number: int, column: int, name: str) -> None:
    """Mark a cell as one to fill."""
    cell = sheet.cell(number, column)
    cell.border, cell.protection, cell.fill = _BORDER, _OPEN, _INPUT
    cell.alignment = _LEFT if name == messages.REMARKS else _MIDDLE


def draw_explanation(sheet: Worksheet, lines: Sequence[tuple[str, str]]) -> None:
    """Fill the sheet 说明."""
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 14, 84
    for number, (name, text) in enumerate(lines, start=1):
        put_text(sheet, number, 1, name)
        put_text(sheet, number, 2, text)
        sheet.cell(number, 1).font = Font(bold=True)
        sheet.cell(number, 1).alignment, sheet.cell(number, 2).alignment = _LEFT, _WRAPPED
        sheet.row_dimensions[number].height = LINE_HEIGHT * math.ceil(_width(text) / 80) + 4
    _print_setup(sheet)


def put_text(sheet: Worksheet, row: int, column: int, text: str) -> None:
    """Write a text that stays one: =1+1 is a name, 0012 an id."""
    cell = sheet.cell(row, column, text or None)
    cell.number_format = "@"
    if text:
        cell.data_type = "s"


def _instruction(form: Layout) -> str:
    source, late = form.source, texts.LATE if form.late else ""
    if isinstance(source, Attendance):
        return texts.attendance(form.title, source.points)
    if isinstance(source, PeerReview):
        return texts.peers(form.title, source.combine, source.least)
    if isinstance(source, Rubric):
        return (texts.group_rubric if by_group(source) else texts.rubric)(form.title) + late
    return (texts.group_score if by_group(source) else texts.score)(form.title) + late


def _column_width(form: Layout, name: str) -> float:
    if name in WIDTHS:
        return WIDTHS[name]
    if isinstance(form.source, Attendance):
        return WORD_WIDTH
    return min(max(_width(name) + 2, LEAST_WIDTH), MOST_WIDTH)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _print_setup(sheet: Worksheet) -> None:
    """Fit the columns of an A4 page, headings on every page."""
    sheet.sheet_format.defaultRowHeight, sheet.sheet_format.customHeight = LINE_HEIGHT, True
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.print_options.horizontalCentered = True
    across = sum(one.width for one in sheet.column_dimensions.values())
    sheet.page_setup.paperSize = A4
    sheet.page_setup.orientation = "landscape" if across > WIDE_SHEET else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{TITLE_ROW}:{HEADING_ROW}"
    sheet.oddFooter.center.text = "&P / &N"
