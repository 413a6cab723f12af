"""What a teacher keeps besides the gradebook: roster, groups, filled score sheets, an override.

The sheets are the templates of `ecrm scores template`, filled as a teacher fills them, so that the class
reads back what real courses read.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook

from ecrm_helpers.grades.output import write_privately
from ecrm_helpers.grades.people import read_people
from ecrm_helpers.grades.people.cells import csv_bytes, protected
from ecrm_helpers.grades.people.groups import Member, groups_bytes
from ecrm_helpers.grades.people.overrides import HEADINGS
from ecrm_helpers.grades.people.roster import Listed, roster_bytes
from ecrm_helpers.grades.record import Person
from ecrm_helpers.grades.sheets.drawing import HEADING_ROW
from ecrm_helpers.grades.sheets.layout import Layout, layout
from ecrm_helpers.grades.sheets.places import has_late_days, sheet_places
from ecrm_helpers.grades.sheets.template import sheet_title, write_templates
from ecrm_helpers.grades.sources import Attendance
from ecrm_helpers.messages import classroom as messages
from ecrm_helpers.messages import score_sheets as sheet_messages

if TYPE_CHECKING:
    import random
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from ecrm_helpers.classroom.room import Room
    from ecrm_helpers.classroom.students import Student

__all__ = ["Special", "keep_papers", "special"]

GROUP_SIZE = 4
OVERRIDDEN_TO = 88
FULL = 100
Special = dict[str, str]  # what for → student id, where the class has somebody for it
_WANTED = {
    "deferred": ("careless",),
    "retaking": ("copied",),
    "late_paper": ("late",),
    "overridden": ("average", "late"),
}


def special(room: Room) -> Special:
    """Choose the one student of each kind of trouble: 缓考, 重修, a late paper, an override."""
    found: Special = {}
    for purpose, kinds in _WANTED.items():
        by_kind = {one.kind.name: one.student_id for one in reversed(room.students)}
        chosen = next((by_kind[kind] for kind in kinds if kind in by_kind), None)
        if chosen is not None:
            found[purpose] = chosen
    return found


def keep_papers(room: Room) -> dict[str, Path]:
    """Write roster, groups, overrides and filled score sheets into the course folder; return where."""
    chosen = special(room)
    roster = write_privately(room.root / "roster.csv", roster_bytes(_listed(room, chosen)))
    people = read_people(room.root, room.course, groups=False).people
    groups = write_privately(room.root / "groups.csv", groups_bytes(_members(room), people))
    paths = {"roster": roster, "groups": groups}
    if "overridden" in chosen:
        content = csv_bytes(_overrides(room, chosen["overridden"]))
        paths["overrides"] = write_privately(room.root / "overrides.csv", content)
    paths["scores"] = room.root / "scores"
    _fill_sheets(room, chosen, paths["scores"])
    return paths


def _listed(room: Room, chosen: Special) -> list[Listed]:
    """Two 行政班: every second student is in the second."""
    states = {chosen.get("deferred"): "缓考", chosen.get("retaking"): "重修"}
    return [
        Listed(
            Person(
                one.student_id, one.student_id, one.name,
                class_name=messages.CLASS_NAMES[number % len(messages.CLASS_NAMES)],
                state=states.get(one.student_id, "正常"),
            ),
            note="", where="",
        )
        for number, one in enumerate(room.students)
    ]  # fmt: skip


def _members(room: Room) -> list[Member]:
    return [
        Member(
            one.student_id,
            messages.group(number // GROUP_SIZE + 1),
            messages.ROLES[number % GROUP_SIZE],
            Fraction(one.dice("contribution").randint(*one.kind.sheet)),
        )
        for number, one in enumerate(room.students)
    ]


def _overrides(room: Room, student: str) -> list[list[str]]:
    names = {one.student_id: one.name for one in room.students}
    place = list(room.course.effective_weights())[1]
    row = (student, names[student], place, str(OVERRIDDEN_TO), *messages.OVERRIDE)
    return [[protected(text) for text in line] for line in (HEADINGS, row)]


def _fill_sheets(room: Room, chosen: Special, folder: Path) -> None:
    people = read_people(room.root, room.course).people
    forms = [layout(room.course, place) for place in sheet_places(room.course)]
    by_id = {one.student_id: one for one in room.students}
    groups: dict[str, Student] = {}
    for one in people.values():
        groups.setdefault(one.group, by_id[one.student_id])
    for path in write_templates(room.course, people, folder).written:
        book = load_workbook(path)
        for form in (one for one in forms if sheet_title(one) in book.sheetnames):
            if form.place.partition(".")[0] == path.name.partition(" ")[0]:
                _fill(room, book[sheet_title(form)], form, by_id | groups, chosen)
        book.save(path)
        path.chmod(0o600)


def _fill(room: Room, sheet: Worksheet, form: Layout, by_key: dict[str, Student], chosen: Special) -> None:
    columns = {str(cell.value): cell.column for cell in sheet[HEADING_ROW] if cell.value}
    key = columns[form.needed[0]]
    last = list(room.course.effective_weights())[-1]
    for number in range(HEADING_ROW + 1, sheet.max_row + 1):
        student = by_key.get(str(sheet.cell(number, key).value))
        if student is None:
            continue
        dice = student.dice(f"{form.place}|{number if len(form.needed) > 1 else ''}")
        deferred = student.student_id == chosen.get("deferred") and form.place.partition(".")[0] == last
        for column in form.marks:
            value = messages.DEFERRED if deferred else _mark(form, column.full, student, dice)
            sheet.cell(number, columns[column.heading]).value = value
        late = student.student_id == chosen.get("late_paper") and form.place == _late_place(room)
        if late:
            sheet.cell(number, columns[sheet_messages.LATE_DAYS]).value = 1


def _late_place(room: Room) -> str:
    return next((place for place in sheet_places(room.course) if has_late_days(room.course, place)), "")


def _mark(form: Layout, full: Fraction | None, student: Student, dice: random.Random) -> Any:
    """Give a mark as this kind gets them, or a word of attendance."""
    share = Fraction(dice.randint(*student.kind.sheet), FULL)
    if full is not None:
        return float(round(share * full * 2) / 2)
    assert isinstance(form.source, Attendance)  # noqa: S101  only attendance has columns of words
    best, *others = form.source.points
    return best if dice.random() < share or not others else dice.choice(others)
