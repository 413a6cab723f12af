"""Attendance: the mean of the points declared for what was registered each time."""

from __future__ import annotations

import re
from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.sheets.cells import nearest
from ecrm_helpers.grades.sheets.grid import PASSED_OVER, Grid, students
from ecrm_helpers.grades.sheets.problems import noting
from ecrm_helpers.grades.sheets.records import Entry
from ecrm_helpers.grades.sheets.tables import clean, heading
from ecrm_helpers.messages import score_sheets as messages
from ecrm_helpers.messages import sheets as sheet_messages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from ecrm_helpers.grades.sheets.layout import Layout
    from ecrm_helpers.grades.sheets.register import Reading
    from ecrm_helpers.grades.sources import Attendance

__all__ = ["attended", "read_attendance"]

_SESSION = re.compile(r"第(\d+)次")


def attended(words: Mapping[str, str], points: Mapping[str, float | None], where: str) -> Entry:
    """Turn one student's words into a mark.

    Parameters
    ----------
    words : mapping
        Word by session that was held, "" where nothing was registered: then the mark is missing.
    points : mapping
        Points out of 100 by word; None: the session is not counted.
    where : str

    Examples
    --------
    >>> entry = attended({"第1次": "出勤", "第2次": "迟到", "第3次": "请假"},
    ...                  {"出勤": 100, "迟到": 60, "请假": None}, "")
    >>> entry.value, entry.note
    (Fraction(80, 1), '出勤 1、迟到 1、请假 1（不计）')
    """
    counts = Counter(word for word in words.values() if word)
    note = messages.attendance_note(
        (word, counts[word], given is not None) for word, given in points.items() if counts[word]
    )
    if gaps := [name for name, word in words.items() if not word]:
        return Entry(None, messages.not_registered(gaps) if counts else "", where, note=note)
    given = [points[word] for word in words.values()]
    counted = [Fraction(str(one)) for one in given if one is not None]
    if not counted:
        return Entry(None, messages.NOTHING_COUNTED if words else "", where, note=note)
    return Entry(sum(counted, Fraction(0)) / len(counted), "", where, note=note)


def read_attendance(sheet: Grid, form: Layout, source: Attendance, reading: Reading) -> None:
    """Read 第1次…; a session that is blank for the whole class was not held."""
    sessions = _sessions(sheet, form)
    points = source.points
    found: list[tuple[int, str, dict[int, str]]] = []
    for number, student, row in students(sheet, reading):
        words: dict[int, str] = {}
        for index in sessions:
            with noting(sheet.report):
                words[index] = _word(row, index, points, sheet.at(number, index))
        if len(words) == len(sessions):
            found.append((number, student, words))
    held = [index for index in sessions if any(words[index] for _, _, words in found)]
    for number, student, words in found:
        own = {sessions[index]: words[index] for index in held}
        reading.keep(
            student, form.place, attended(own, points, sheet_messages.at(sheet.title, number, form.place))
        )
    skipped = [sessions[index] for index in sessions if index not in held]
    notices = _notices(sheet.title, form.place, skipped, len(held), source.sessions)
    reading.sheets.notices.extend(notices)


def _sessions(sheet: Grid, form: Layout) -> dict[int, str]:
    """Find the columns 第1次…, which may carry a date behind; name by column."""
    found: dict[int, str] = {}
    for index, key in enumerate(sheet.keys):
        if session := _SESSION.match(key):
            name = messages.session(int(session[1]))
            if name in found.values():
                sheet.report(sheet_messages.column_twice(sheet.title, name))
                continue
            found[index] = name
        elif key and key not in {*PASSED_OVER, *form.keys}:
            sheet.report(messages.unknown_here(sheet.title, form.place, sheet.shown[index], form.headings))
    if not found:
        sheet.report(messages.lacks_columns(sheet.title, form.place, [messages.session(1)]))
    return found


def _word(row: Sequence[Any], index: int, points: Mapping[str, float | None], where: str) -> str:
    text = heading(clean(row[index] if index < len(row) else None))
    if text and text not in points:
        meant = messages.SHORTHAND.get(text, "")
        near = meant if meant in points else nearest(text, points)
        message = messages.unknown_word(where, text, near, list(points))
        raise GradingError(message)
    return text


def _notices(title: str, place: str, skipped: list[str], held: int, declared: int) -> Iterator[str]:
    if held > declared:
        yield messages.sessions_more(title, place, held, declared)
    if held and skipped:
        yield messages.sessions_skipped(title, place, skipped, declared)
