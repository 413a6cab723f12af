"""Bring a filled template up to date with the roster and the scheme: nothing a teacher wrote is lost."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.sheets.drawing import draw_heading, draw_input, draw_row, draw_title, put_text
from ecrm_helpers.grades.sheets.grid import Grid, grid
from ecrm_helpers.grades.sheets.layout import Layout, layout, split_marker
from ecrm_helpers.grades.sheets.people_rows import key_of, needs_groups, rows_of
from ecrm_helpers.grades.sheets.places import by_group, sheet_columns, sheet_places
from ecrm_helpers.grades.sheets.tables import HEADING_ROWS, clean, heading, sheet_rows
from ecrm_helpers.grades.sheets.typing_rules import rule
from ecrm_helpers.messages import score_sheets as messages
from ecrm_helpers.messages import score_templates as texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from ecrm_helpers.grades.record import Person
    from ecrm_helpers.grades.scheme import Course

__all__ = ["updated"]

TOLD = (messages.GROUP, messages.MEMBERS, messages.CLASS_NAME)  # beside an id, and true as of the update


def updated(path: Path, course: Course, people: Mapping[str, Person]) -> tuple[Any, set[str], list[str]]:
    """Return the workbook brought up to date, the places it has sheets of, and what changed in each.

    Raises
    ------
    GradingError
        It is no workbook, or a formula in it has no stored value.
    """
    try:
        book, computed = load_workbook(path), load_workbook(path, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError, ValueError) as error:
        message = texts.not_a_template(path.name)
        raise GradingError(message) from error
    places: set[str] = set()
    told: list[str] = []
    for sheet in book.worksheets:
        title = f"{path.name}[{sheet.title}]"
        stored = computed[sheet.title]
        shown = list(stored.iter_rows(values_only=True))
        marker = split_marker([[clean(value) for value in row] for row in shown[:HEADING_ROWS]])
        place = sheet_columns(course).get(heading(marker[0]), "") if marker else ""
        if place not in sheet_places(course):
            continue
        form = layout(course, place)
        rows = sheet_rows(sheet, shown, title)
        found = grid(title, rows, form.needed, lambda _: None)
        if found is None:
            message = messages.lacks_columns(title, place, form.needed)
            raise GradingError(message)
        _freeze_formulas(sheet, stored)
        counts = _update(sheet, form, found, people)
        if split_marker([[clean(sheet["A1"].value)]]):
            draw_title(sheet, course, form)
        places.add(place)
        told.append(texts.updated(sheet.title, *counts))
    return book, places, told


def _update(
    sheet: Worksheet, form: Layout, found: Grid, people: Mapping[str, Person]
) -> tuple[int, int, int]:
    """Bring a sheet up to date; return how many rows are new, marked as left, and taken away as blank."""
    top = found.start + 1
    wanted = {key_of(form.source, row): row for row in rows_of(form.source, people)}
    old = [(number, key) for number, row in enumerate(found.rows[top:], start=top + 1)
           if any(key := key_of(form.source, _own(found, row)))]  # fmt: skip
    headings = _with_new_columns(sheet, form, found, people, [number for number, _ in old])
    remarks = headings.index(messages.REMARKS) + 1
    blank = _blank_rows(sheet, form, found, [number for number, key in old if key not in wanted])
    for number, key in old:
        if number in blank:
            continue
        _note(sheet, number, remarks, gone="" if key in wanted else _why_gone(form, key, people))
        for name in {*TOLD} & {*headings} if key in wanted else ():
            put_text(sheet, number, headings.index(name) + 1, wanted[key].get(name, ""))
    known = {key for _, key in old}
    new = [row for key, row in wanted.items() if key not in known]
    last = max(
        (number for number, row in enumerate(found.rows, start=1) if any(map(clean, row))), default=top
    )
    for number in reversed(blank):
        sheet.delete_rows(number)
    last -= len(blank)
    for number, row in enumerate(new, start=last + 1):
        draw_row(sheet, number, form, headings, row)
    rule(sheet, form, headings, top, last + len(new))
    return len(new), sum(key not in wanted for _, key in old) - len(blank), len(blank)


def _blank_rows(sheet: Worksheet, form: Layout, found: Grid, numbers: Sequence[int]) -> list[int]:
    """Return which rows of former groups have nothing written in them; rows of students are all kept."""
    if not needs_groups(form.source) or any(one.max_row > found.start for one in sheet.merged_cells.ranges):
        return []
    keys = {heading(name) for name in form.keys}
    return [
        number for number in numbers
        if not any(text for name, text in _own(found, found.rows[number - 1]).items() if name not in keys)
    ]  # fmt: skip


def _own(found: Grid, row: Sequence[Any]) -> dict[str, str]:
    return {name: clean(value) for name, value in zip(found.keys, row, strict=False)}


def _with_new_columns(
    sheet: Worksheet, form: Layout, found: Grid, people: Mapping[str, Person], numbers: Sequence[int]
) -> list[str]:
    """Add the columns a changed scheme asks for at the right; return every heading, spelt as the layout."""
    written = {heading(name): name for name in form.headings}
    headings = [written.get(key, key) for key in found.keys]
    while headings and not headings[-1]:
        headings.pop()
    classes = any(one.class_name for one in people.values())
    for name in form.headings:
        if name in headings or (name == messages.CLASS_NAME and not classes):
            continue
        headings.append(name)
        draw_heading(sheet, form, found.start + 1, len(headings), name)
        for number in numbers:
            draw_input(sheet, number, len(headings), name)
    return headings


def _why_gone(form: Layout, key: tuple[str, ...], people: Mapping[str, Person]) -> str:
    if by_group(form.source):
        return messages.DISBANDED
    return messages.MOVED if all(student in people for student in key) else messages.LEFT


def _note(sheet: Worksheet, number: int, column: int, *, gone: str) -> None:
    """Mark a row whose student has left, or take the mark off one who is back; what is written stays."""
    text = clean(sheet.cell(number, column).value)
    kept = [one for one in text.split("；") if one and not one.startswith(messages.GONE)]
    put_text(sheet, number, column, "；".join([*kept, gone] if gone else kept))


def _freeze_formulas(sheet: Worksheet, stored: Worksheet) -> None:
    """Put the stored values in place of formulas: saving would lose them, and with them the marks."""
    for row in sheet.iter_rows():
        for cell in row:
            value = stored[cell.coordinate].value if cell.data_type == "f" else None
            if isinstance(value, str):
                put_text(sheet, cell.row, cell.column, value)
            elif value is not None:
                cell.value = value
