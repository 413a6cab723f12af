"""Read a sheet as teachers keep it: one row per student, one column per mark out of 100."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecrm_helpers.grades.scheme import WHOLE
from ecrm_helpers.grades.sheets.cells import days, mark, nearest
from ecrm_helpers.grades.sheets.grid import PASSED_OVER, Grid, grid, students
from ecrm_helpers.grades.sheets.layout import bare
from ecrm_helpers.grades.sheets.places import (
    columns_fed_elsewhere,
    has_late_days,
    sheet_columns,
    sheet_places,
)
from ecrm_helpers.grades.sheets.problems import noting
from ecrm_helpers.grades.sheets.records import Entry
from ecrm_helpers.grades.sheets.tables import ID_COLUMN
from ecrm_helpers.messages import score_sheets as messages
from ecrm_helpers.messages import sheets as sheet_messages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ecrm_helpers.grades.scheme import Course
    from ecrm_helpers.grades.sheets.problems import Report
    from ecrm_helpers.grades.sheets.register import Reading

__all__ = ["read_wide"]


def read_wide(title: str, rows: Sequence[Sequence[Any]], reading: Reading, report: Report) -> None:
    """Read every mark of a wide sheet into `reading`, telling what cannot be read."""
    sheet = grid(title, rows, [ID_COLUMN], report)
    if sheet is None:
        report(sheet_messages.no_id_column(title))
        return
    marks, late = _columns(sheet, reading.course)
    for number, student, row in students(sheet, reading):
        for index, place in marks.items():
            with noting(report):
                value = row[index] if index < len(row) else None
                reading.keep(student, place, mark(value, sheet_messages.at(title, number, place)))
        for index, place in late.items():
            with noting(report):
                where = sheet.at(number, index)
                given = days(row[index] if index < len(row) else None, where)
                if given is not None:
                    reading.keep(student, place, Entry(None, "", where, late_days=given))


def _columns(sheet: Grid, course: Course) -> tuple[dict[int, str], dict[int, str]]:
    """Place every heading: columns of marks, and of 迟交天数."""
    known, elsewhere = sheet_columns(course), columns_fed_elsewhere(course)
    marks: dict[int, str] = {}
    delays: dict[int, str] = {}
    for index, key in enumerate(sheet.keys):
        name, full = bare(key)
        if not name or name in PASSED_OVER or name in {ID_COLUMN, messages.NAME}:
            continue
        if name.endswith(messages.LATE_DAYS):
            delays[index] = name.removesuffix(messages.LATE_DAYS)
        elif name not in known:
            sheet.report(_unknown(sheet, name, known, elsewhere))
        elif full not in {"", str(WHOLE)}:
            place = known[name].partition(":")[0]
            sheet.report(messages.not_out_of_100(sheet.title, sheet.shown[index], place))
        elif known[name] in marks.values():
            sheet.report(sheet_messages.column_twice(sheet.title, known[name]))
        else:
            marks[index] = known[name]
    return marks, _delays(sheet, delays, course, marks)


def _delays(
    sheet: Grid, found: Mapping[int, str], course: Course, marks: Mapping[int, str]
) -> dict[int, str]:
    """Find whose days late a column holds; a bare 迟交天数 is the sheet's only work's."""
    works = {place.partition(":")[0] for place in marks.values()}
    handed_in = works or {place for place in sheet_places(course) if has_late_days(course, place)}
    known = sheet_columns(course)
    placed: dict[int, str] = {}
    for index, name in found.items():
        place = known.get(name, next(iter(works)) if not name and len(works) == 1 else "")
        if place:
            placed[index] = place.partition(":")[0]
            continue
        headings = [one + messages.LATE_DAYS for one in sorted(handed_in)]
        sheet.report(sheet_messages.unknown_column(sheet.title, sheet.shown[index], "", headings))
    return placed


def _unknown(sheet: Grid, name: str, known: Mapping[str, str], elsewhere: Mapping[str, str]) -> str:
    if name in elsewhere:
        return messages.not_by_sheet(sheet_messages.column(sheet.title, name), elsewhere[name])
    places = sorted({place for place in known.values() if ":" not in place})
    return sheet_messages.unknown_column(sheet.title, name, nearest(name, known), places)
