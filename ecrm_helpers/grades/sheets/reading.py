"""Read a teacher's score sheets (CSV or XLSX): one row per student, one column per mark out of 100.

A blank cell and a word such as 缓考 are missing marks, never zeros; 0 is a zero. Anything else that is
not a mark from 0 to 100 stops the reading with its file, row and column: a guessed mark is worse.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.sheets.records import Entry, ScoreSheets, normal_id, refuse_lost_zeros
from ecrm_helpers.grades.sheets.tables import HEADING_ROWS, ID_COLUMN, clean, heading, tables
from ecrm_helpers.messages import sheets as messages

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ecrm_helpers.grades.record import Person
    from ecrm_helpers.grades.scheme import Course

__all__ = ["read_sheets", "sheet_columns"]

NAME_COLUMN = "姓名"
PASSED_OVER = {"序号", "班级", "行政班", "专业", "学院", "性别", "小组", "组别", "备注"}
MISSING_WORDS = {"缺", "缺考", "缓考", "缺交", "缺席", "缺勤", "未交", "未考", "-", "--", "—", "–", "/"}
FULL = 100
_ID = re.compile(r"[0-9a-z_.-]{1,32}")
_MARK = re.compile(r"\d{1,3}(\.\d{1,17})?")


def sheet_columns(course: Course) -> dict[str, str]:
    """Map each heading a score sheet may use to where its marks belong: `X2`, `X1.出勤`, an assignment."""
    columns: dict[str, str] = {name: name for name in course.exercises}
    for one in course.components:
        if not one.parts:
            columns.update(dict.fromkeys((one.id, one.title, one.id + one.title), one.id))
        for part in one.parts:
            place = f"{one.id}.{part.name}"
            columns.update(dict.fromkeys((part.name, place, one.id + part.name), place))
    return {heading(key): place for key, place in columns.items()}


def read_sheets(folder: Path, course: Course, people: Mapping[str, Person] | None = None) -> ScoreSheets:
    """Read every CSV and XLSX file of a folder.

    Parameters
    ----------
    folder : Path
        A folder that does not exist reads as no sheets.
    course : Course
    people : mapping, optional
        The roster by normalised id; without it every id is accepted.

    Raises
    ------
    GradingError
        Naming file, row and column: an unreadable file, an unknown column, a cell without a column
        heading, a bad id or mark, one student's mark given twice, two names for one id, two ids that
        differ by leading zeros only.
    """
    columns, sheets = sheet_columns(course), ScoreSheets()
    for path in sorted(folder.glob("*")):
        if path.name.startswith((".", "~$")) or not path.is_file():
            continue
        if path.suffix.lower() in {".xls", ".et", ".ods"}:
            message = messages.old_format(path.name)
            raise GradingError(message)
        if path.suffix.lower() in {".csv", ".xlsx"}:
            for title, rows in tables(path):
                _read_table(title, rows, columns, sheets)
            sheets.files.append(path.name)
    refuse_lost_zeros({*sheets.entries, *(people or {})})
    return sheets


def _read_table(title: str, rows: list[list[Any]], columns: Mapping[str, str], sheets: ScoreSheets) -> None:
    start, places = _headings(title, rows, columns)
    names = [clean(name) for name in rows[start]]
    seen: dict[str, int] = {}
    for number, row in enumerate(rows[start + 1 :], start=start + 2):
        cells = {place: row[index] for index, place in places.items() if index < len(row)}
        if all(clean(value) == "" for value in row):
            continue
        if any(clean(value) and not name for value, name in zip_longest(row, names, fillvalue="")):
            message = messages.no_heading(title, number)
            raise GradingError(message)
        student = _student(title, number, cells.get(ID_COLUMN))
        if student in seen:
            message = messages.student_twice(title, student, seen[student], number)
            raise GradingError(message)
        seen[student] = number
        _keep_name(sheets, student, clean(cells.get(NAME_COLUMN)), messages.at(title, number, NAME_COLUMN))
        for place, value in cells.items():
            if place not in {ID_COLUMN, NAME_COLUMN}:
                _keep_entry(sheets, student, place, _entry(value, messages.at(title, number, place)))


def _headings(title: str, rows: list[list[Any]], columns: Mapping[str, str]) -> tuple[int, dict[int, str]]:
    top = [[heading(clean(value)) for value in row] for row in rows[:HEADING_ROWS]]
    start = next((number for number, names in enumerate(top) if ID_COLUMN in names), None)
    if start is None:
        message = messages.no_id_column(title)
        raise GradingError(message)
    known = {**columns, ID_COLUMN: ID_COLUMN, NAME_COLUMN: NAME_COLUMN}
    places: dict[int, str] = {}
    for index, name in enumerate(top[start]):
        if not name or name in PASSED_OVER:
            continue
        if name not in known:
            near = get_close_matches(name, known, n=1)
            message = messages.unknown_column(
                title, name, near[0] if near else "", sorted(set(columns.values()))
            )
            raise GradingError(message)
        if known[name] in places.values():
            message = messages.column_twice(title, known[name])
            raise GradingError(message)
        places[index] = known[name]
    return start, places


def _student(title: str, number: int, raw: Any) -> str:
    student = normal_id(clean(raw))
    if re.fullmatch(r"\d(\.\d+)?e\+?\d+", student):
        message = messages.id_in_scientific(messages.at(title, number, ID_COLUMN), student)
        raise GradingError(message)
    if not _ID.fullmatch(student):
        message = messages.bad_id(messages.at(title, number, ID_COLUMN), student)
        raise GradingError(message)
    return student


def _entry(raw: Any, where: str) -> Entry:
    text = unicodedata.normalize("NFKC", clean(raw))
    if text == "" or text in MISSING_WORDS:
        return Entry(None, text, where)
    if isinstance(raw, bool) or not _MARK.fullmatch(text) or Decimal(text) > FULL:
        message = messages.bad_mark(where, text)
        raise GradingError(message)
    return Entry(Fraction(text), "", where)


def _keep_name(sheets: ScoreSheets, student: str, name: str, where: str) -> None:
    sheets.entries.setdefault(student, {})
    known = sheets.names.setdefault(student, name)
    if name and known and known != name:
        message = messages.two_names(where, student, known, name)
        raise GradingError(message)
    sheets.names[student] = known or name


def _keep_entry(sheets: ScoreSheets, student: str, place: str, entry: Entry) -> None:
    kept = sheets.entries[student].get(place)
    if kept is not None and kept.value is not None and entry.value is not None:
        message = messages.mark_twice(student, place, kept.where, entry.where)
        raise GradingError(message)
    if kept is None or entry.value is not None:
        sheets.entries[student][place] = entry
