"""Read a sheet whose first row begins with 【place】: a filled template, or an import."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ecrm_helpers.grades.scheme import WHOLE
from ecrm_helpers.grades.sheets.attendance import read_attendance
from ecrm_helpers.grades.sheets.cells import days, mark, nearest
from ecrm_helpers.grades.sheets.grid import PASSED_OVER, Grid, grid, lines, students
from ecrm_helpers.grades.sheets.layout import Column, Layout, bare, layout
from ecrm_helpers.grades.sheets.peers import read_peers
from ecrm_helpers.grades.sheets.places import by_group, fed_elsewhere, sheet_columns, sheet_places
from ecrm_helpers.grades.sheets.problems import noting
from ecrm_helpers.grades.sheets.records import Entry
from ecrm_helpers.grades.sheets.tables import folded, heading
from ecrm_helpers.grades.sources import Attendance, PeerReview
from ecrm_helpers.messages import score_sheets as messages
from ecrm_helpers.messages import sheets as sheet_messages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ecrm_helpers.grades.sheets.problems import Report
    from ecrm_helpers.grades.sheets.register import Reading

__all__ = ["read_marked"]


def read_marked(
    title: str, rows: Sequence[Sequence[Any]], marker: tuple[str, str], reading: Reading, report: Report
) -> None:
    """Read every mark of a marked sheet into `reading`, telling what cannot be read.

    Parameters
    ----------
    marker : tuple
        Place and course, from `layout.split_marker`.
    """
    place = _place(title, marker, reading, report)
    if not place:
        return
    form = layout(reading.course, place)
    sheet = grid(title, rows, form.needed, report)
    if sheet is None:
        report(messages.lacks_columns(title, place, form.needed))
    elif isinstance(form.source, Attendance):
        read_attendance(sheet, form, form.source, reading)
    elif isinstance(form.source, PeerReview):
        _columns(sheet, form)
        read_peers(sheet, place, form.source, reading)
    elif by_group(form.source):
        _by_group(sheet, form, reading)
    else:
        _by_student(sheet, form, reading)


def _place(title: str, marker: tuple[str, str], reading: Reading, report: Report) -> str:
    """Return the place a marker names; "" after telling why it cannot be."""
    named, course = marker
    own = reading.course
    if course and course != own.id:
        report(messages.wrong_course(title, course, own.id))
        return ""
    leaves = sheet_places(own)
    place = sheet_columns(own).get(heading(named), "")
    if place in leaves:
        return place
    if why := fed_elsewhere(own).get(named):
        report(messages.not_by_sheet(title, why))
        return ""
    report(messages.unknown_place(title, named, nearest(named, leaves), list(leaves)))
    return ""


def _columns(sheet: Grid, form: Layout) -> dict[int, Column]:
    """Place every column of marks; headings must state the full mark the scheme declares."""
    names = {bare(heading(one.heading))[0]: one for one in form.marks}
    found: dict[int, Column] = {}
    for index, key in enumerate(sheet.keys):
        name, full = bare(key)
        if key in {*PASSED_OVER, *form.keys, messages.NAME, messages.LATE_DAYS, ""}:
            continue
        if name == messages.MARK:  # of the whole place, and it says itself what it is out of
            found[index] = Column(sheet.shown[index], form.place, Fraction(full or WHOLE))
        elif name not in names:
            known = form.headings
            sheet.report(messages.unknown_here(sheet.title, form.place, sheet.shown[index], known))
        elif key != heading(names[name].heading):
            where = sheet_messages.column(sheet.title, sheet.shown[index])
            sheet.report(messages.older_template(where, sheet.shown[index], names[name].heading))
        elif names[name] in found.values():
            sheet.report(sheet_messages.column_twice(sheet.title, name))
        else:
            found[index] = names[name]
    wholes = [one for one in found.values() if one.place == form.place]
    if len(wholes) > 1:
        sheet.report(sheet_messages.column_twice(sheet.title, messages.MARK))
    lacking = [one.heading for one in form.marks if one not in found.values()]
    if lacking and not wholes:
        sheet.report(messages.lacks_columns(sheet.title, form.place, lacking))
    return found


def _by_student(sheet: Grid, form: Layout, reading: Reading) -> None:
    columns = _columns(sheet, form)
    for number, student, row in students(sheet, reading):
        for place, entry in _entries(sheet, form, columns, number, row):
            reading.keep(student, place, entry)


def _by_group(sheet: Grid, form: Layout, reading: Reading) -> None:
    """Give every member of a group the group's marks."""
    groups: dict[str, list[str]] = {}
    for student, person in reading.people.items():
        groups.setdefault(person.group, []).append(student)
    alone = groups.pop("", [])
    if not groups:
        sheet.report(messages.no_groups(sheet.title, form.place))
        return
    columns = _columns(sheet, form)
    for number, group, row in _groups(sheet, list(groups)):
        note = messages.group_note(group)
        for place, entry in _entries(sheet, form, columns, number, row):
            for student in groups[group]:
                reading.keep(student, place, replace(entry, note=note if entry.value is not None else ""))
    for student in alone:
        reading.keep(student, form.place, Entry(None, messages.UNGROUPED, sheet.title))


def _groups(sheet: Grid, groups: Sequence[str]) -> Iterator[tuple[int, str, Sequence[Any]]]:
    """Yield (row number, group, row) for every group of the groups file once."""
    known = {folded(name): name for name in groups}
    seen: dict[str, int] = {}
    for number, row in lines(sheet):
        shown = sheet.cell(row, messages.GROUP)
        given = folded(shown)
        if given not in known:
            if messages.GONE not in sheet.cell(row, messages.REMARKS):
                where = sheet.at(number, messages.GROUP)
                sheet.report(messages.unknown_group(where, shown, nearest(shown, groups), groups))
            continue
        if given in seen:
            sheet.report(messages.group_twice(sheet.title, known[given], seen[given], number))
            continue
        seen[given] = number
        yield number, known[given], row


def _entries(
    sheet: Grid, form: Layout, columns: Mapping[int, Column], number: int, row: Sequence[Any]
) -> Iterator[tuple[str, Entry]]:
    """Yield (place, entry) for a row's marks and days late."""
    for index, column in columns.items():
        with noting(sheet.report):
            value, where = row[index] if index < len(row) else None, sheet.at(number, index)
            yield column.place, mark(value, where, full=column.full or Fraction(WHOLE))
    with noting(sheet.report):
        where = sheet.at(number, messages.LATE_DAYS)
        late = days(sheet.cell(row, messages.LATE_DAYS), where)
        if late is not None:
            yield form.place, Entry(None, "", where, late_days=late)
