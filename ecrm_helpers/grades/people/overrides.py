"""Read the marks a teacher put in place of computed ones: each with who, when and why."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from difflib import get_close_matches
from fractions import Fraction
from typing import TYPE_CHECKING

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.people.cells import Row, one_file, read_table
from ecrm_helpers.grades.people.ids import (
    ID,
    ID_HEADINGS,
    NAME,
    NAME_HEADINGS,
    known_student,
)
from ecrm_helpers.grades.plan import plan
from ecrm_helpers.grades.record import Override
from ecrm_helpers.grades.tables import folded
from ecrm_helpers.messages import people as messages

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ecrm_helpers.grades.people.folder import People
    from ecrm_helpers.grades.record import Person
    from ecrm_helpers.grades.scheme import Course

__all__ = [
    "COLUMNS", "HEADINGS", "NEEDED", "PLACE", "VALUE", "WHEN", "WHO", "WHY", "day", "override_in", "place_of",
    "places_of", "read_overrides", "refuse_twice",
]  # fmt: skip

PLACE, VALUE, WHO, WHEN, WHY = "考核项", "改为", "谁", "何时", "为什么"
HEADINGS = (ID, NAME, PLACE, VALUE, WHO, WHEN, WHY)
NEEDED = (ID, PLACE, VALUE, WHO, WHEN, WHY)
COLUMNS = {
    ID: ID_HEADINGS, NAME: NAME_HEADINGS, PLACE: ("考核项", "项目", "考核项目", "成绩项"),
    VALUE: ("改为", "改成", "新分数", "改后分数"), WHO: ("谁", "谁改的", "改分人", "经办人", "教师"),
    WHEN: ("何时", "日期", "时间", "改分日期"), WHY: ("为什么", "原因", "理由", "改分原因", "依据"),
}  # fmt: skip
FULL = 100
_MARK = re.compile(r"\d{1,3}(\.\d{1,17})?")
_DATE = re.compile(r"(20\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]\d{1,2}:\d\d(?::\d\d)?)?")


def read_overrides(root: Path, course: Course, people: People) -> tuple[Override, ...]:
    """Read `overrides.csv` or `overrides.xlsx` of a course folder; nothing where there is none.

    Raises
    ------
    GradingError
        Naming file, row and column: no who, when or why, an unknown place (with the nearest one), a mark out
        of range, an unknown student, one student's place twice, a date that is none.
    """
    path = one_file(root, "overrides")
    if path is None:
        return ()
    places = places_of(course)
    seen: dict[tuple[str, str], Override] = {}
    for row in read_table(path, COLUMNS, needed=NEEDED, empty=True).rows:
        found, shown = override_in(row, places, people.people)
        refuse_twice(found, shown, seen)
    return tuple(seen.values())


def override_in(
    row: Row, places: Mapping[str, tuple[str, ...]], people: Mapping[str, Person]
) -> tuple[Override, str]:
    """Return what a row says, and the id as it is written there.

    Raises
    ------
    GradingError
    """
    student, shown = known_student(row, people)
    for column in (PLACE, VALUE, WHO, WHEN, WHY):
        if not row.cells[column]:
            message = messages.override_missing(row.at(column))
            raise GradingError(message)
    value = unicodedata.normalize("NFKC", row.cells[VALUE])
    if not _MARK.fullmatch(value) or Fraction(value) > FULL:
        message = messages.bad_value(row.at(VALUE), value)
        raise GradingError(message)
    place = place_of(row.cells[PLACE], row.at(PLACE), places)
    when = day(row.cells[WHEN], row.at(WHEN))
    where = row.at(VALUE)
    return Override(student, place, Fraction(value), row.cells[WHO], when, row.cells[WHY], where), shown


def refuse_twice(found: Override, shown: str, seen: dict[tuple[str, str], Override]) -> None:
    """Refuse a second override of one student's place; `seen` grows.

    Raises
    ------
    GradingError
    """
    other = seen.setdefault((found.student_id, found.place), found)
    if other is not found:
        message = messages.override_twice(other.where, found.where, shown, found.place)
        raise GradingError(message)


def place_of(text: str, where: str, places: Mapping[str, tuple[str, ...]]) -> str:
    """Return the place of the plan that a text names, by its own name or its title.

    Raises
    ------
    GradingError
    """
    found = places.get(folded(text), ())
    if len(found) == 1:
        return found[0]
    if found:
        message = messages.ambiguous_place(where, text, found)
        raise GradingError(message)
    near = get_close_matches(folded(text), places, n=1, cutoff=0.4)
    names = list(dict.fromkeys(place for one in places.values() for place in one))
    message = messages.unknown_place(where, text, places[near[0]][0] if near else "", names)
    raise GradingError(message)


def day(text: str, where: str) -> str:
    """Return an ISO date.

    Raises
    ------
    GradingError

    Examples
    --------
    >>> day("2026年1月5日", "表"), day("2026/1/5", "表"), day("2026-01-05 00:00:00", "表")
    ('2026-01-05', '2026-01-05', '2026-01-05')
    """
    found = _DATE.fullmatch(unicodedata.normalize("NFKC", text))
    try:
        return dt.date(*(int(part) for part in found.groups())).isoformat() if found else _no_day(text, where)
    except ValueError:
        return _no_day(text, where)


def _no_day(text: str, where: str) -> str:
    message = messages.bad_date(where, text)
    raise GradingError(message)


def places_of(course: Course) -> dict[str, tuple[str, ...]]:
    """Map names and titles to places; a title that several places share names them all."""
    nodes = plan(course)
    found: dict[str, tuple[str, ...]] = {folded(place): (place,) for place in nodes}
    titles: dict[str, list[str]] = {}
    for place, node in nodes.items():
        for title in {node.title, place + node.title, place.replace(".", "")} - {place}:
            titles.setdefault(folded(title), []).append(place)
    return {**{title: tuple(places) for title, places in titles.items()}, **found}
