"""Turn a column of a platform's export into a marked score sheet; nothing is guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.scheme import WHOLE
from ecrm_helpers.grades.sheets.exported_cells import mark_text, roll_call_word
from ecrm_helpers.grades.sheets.exports import Export, find_columns, read_exports
from ecrm_helpers.grades.sheets.import_book import former_rows, import_path
from ecrm_helpers.grades.sheets.matching import matched
from ecrm_helpers.grades.sheets.places import by_group, sheet_columns, sheet_places, source_of, title_of
from ecrm_helpers.grades.sheets.problems import Problems, noting
from ecrm_helpers.grades.sheets.reading import read_folder
from ecrm_helpers.grades.sheets.tables import heading
from ecrm_helpers.grades.sources import Attendance, PeerReview
from ecrm_helpers.messages import score_import as messages
from ecrm_helpers.messages import score_sheets
from ecrm_helpers.messages import sheets as sheet_messages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from ecrm_helpers.grades.record import Person
    from ecrm_helpers.grades.scheme import Course
    from ecrm_helpers.grades.sheets.exports import ExportRow
    from ecrm_helpers.grades.sources import Source

__all__ = ["Import", "plan_import"]


@dataclass(frozen=True)
class Import:
    """An import before it is written.

    Attributes
    ----------
    place, path : str, Path
        Where the marks belong, and the sheet that will hold them.
    platform : str
    title : str
        The first row, with where the marks come from.
    headings : tuple of str
    rows : mapping
        The cells under `headings` by student id.
    unmatched, absent, changes : tuple of str
        Rows that are nobody's, students the file does not have, what differs from the former import.
    replaces : bool
        Whether there is a former import.
    """

    place: str
    path: Path
    platform: str
    title: str
    headings: tuple[str, ...]
    rows: Mapping[str, tuple[str, ...]]
    unmatched: tuple[str, ...]
    absent: tuple[str, ...]
    changes: tuple[str, ...]
    replaces: bool


def plan_import(
    file: Path,
    course: Course,
    people: Mapping[str, Person],
    folder: Path,
    *,
    to: str,
    columns: Sequence[str] = (),
    full: str = "",
    day: str,
) -> Import:
    """Match an export to the class and scale nothing but by the full mark given.

    Parameters
    ----------
    file : Path
        CSV or XLSX as a platform exports it.
    course : Course
    people : mapping
        The class by normalised id.
    folder : Path
        The course's scores/.
    to : str
        The place, by id or title.
    columns : sequence of str
        Headings; several for attendance only, one per session.
    full : str
        What the column is out of; by default what the file states, else 100.
    day : str
        ISO date of the import.

    Raises
    ------
    GradingError
        No ids, no such column, log-ins for attendance, marks above the full mark or that are none, a
        student twice, nobody of the class, marks of the place in another sheet.
    """
    place = _place(course, to)
    export, found = find_columns(file.name, read_exports(file), columns)
    names = [export.headings[index] for index in found]
    source = source_of(course, place)
    _refuse_logins(course, place, export.title, names)
    if len(found) > 1 and not isinstance(source, Attendance):
        message = messages.one_column(place)
        raise GradingError(message)
    out_of = "" if isinstance(source, Attendance) else _full(export, found[0], full)
    own, unmatched = matched(export, people)
    if not own:
        message = messages.nobody_matched(file.name)
        raise GradingError(message)
    problems = Problems()
    cells: dict[str, tuple[str, ...]] = {}
    for student, row in own.items():
        with noting(problems.of(export.title)):
            texts = tuple(_cells(export, row, found, source, out_of))
            if any(texts):
                cells[student] = texts
    problems.refuse()
    path = import_path(folder, place)
    former = former_rows(path, course)
    _refuse_other_sheets(folder, course, people, place, path)
    absent = [f"{one.shown_id} {one.name}" for key, one in people.items() if key not in own]
    return Import(
        place, path, export.platform,
        score_sheets.marker(place, course.id)
        + messages.title(file.name, export.platform, names, out_of, day),
        _headings(source, names, out_of), cells, tuple(unmatched), tuple(absent),
        tuple(_changes(former, cells, people)), former is not None,
    )  # fmt: skip


def _place(course: Course, to: str) -> str:
    """Return the place marks go to."""
    fitting = [
        place for place in sheet_places(course)
        if not by_group(source_of(course, place)) and not isinstance(source_of(course, place), PeerReview)
    ]  # fmt: skip
    place = sheet_columns(course).get(heading(to), "")
    if place not in fitting:
        message = messages.not_importable(to, fitting)
        raise GradingError(message)
    return place


def _refuse_logins(course: Course, place: str, title: str, names: Sequence[str]) -> None:
    """Refuse log-ins, visits and minutes for a place that is attendance, by its source or by its name."""
    named = title_of(course, place)
    if not isinstance(source_of(course, place), Attendance) and not any(
        word in named for word in messages.ATTENDANCE_NAMES
    ):
        return
    for name in names:
        told = heading(title.rpartition("[")[2] + name if title.endswith("]") else name).lower()
        if any(word in told for word in messages.LOGINS):
            message = messages.login_is_no_attendance(name, place)
            raise GradingError(message)


def _full(export: Export, column: int, given: str) -> str:
    stated = export.full.get(column, "")
    full = given or stated or str(WHOLE)
    if not re.fullmatch(r"\d{1,4}(\.\d+)?", full) or not Fraction(full):
        message = messages.no_mark("--full", full)
        raise GradingError(message)
    if stated and Fraction(stated) != Fraction(full):
        message = messages.other_full(export.headings[column], stated, full)
        raise GradingError(message)
    return score_sheets.shown(Fraction(full))


def _cells(export: Export, row: ExportRow, found: Sequence[int], source: Source, full: str) -> Iterator[str]:
    for index in found:
        where, text = sheet_messages.at(export.title, row.number, export.headings[index]), row.cells[index]
        if isinstance(source, Attendance):
            yield roll_call_word(text, where, source.points)
            continue
        yield mark_text(text, where, full)


def _headings(source: Source, names: Sequence[str], full: str) -> tuple[str, ...]:
    """Head the columns: sessions by number with the platform's heading, or a mark with what it is out of."""
    if isinstance(source, Attendance):
        return tuple(f"{score_sheets.session(n)} {name}" for n, name in enumerate(names, start=1))
    return (score_sheets.out_of(score_sheets.MARK, full),)


def _refuse_other_sheets(
    folder: Path, course: Course, people: Mapping[str, Person], place: str, own: Path
) -> None:
    sheets, _ = read_folder(folder, course, people, without=own)
    marked = [
        entry.where for entries in sheets.entries.values() for key, entry in entries.items()
        if key.partition(":")[0] == place and entry.value is not None
    ]  # fmt: skip
    if marked:
        message = messages.marks_elsewhere(place, len(marked), marked[0])
        raise GradingError(message)


def _changes(
    former: Mapping[str, tuple[str, ...]] | None,
    cells: Mapping[str, tuple[str, ...]],
    people: Mapping[str, Person],
) -> list[str]:
    if former is None:
        return []
    return [
        messages.change(
            people[key].shown_id if key in people else key, people[key].name if key in people else "",
            "、".join(former.get(key, ())), "、".join(cells.get(key, ())),
        )
        for key in dict.fromkeys([*people, *former]) if former.get(key, ()) != cells.get(key, ())
    ]  # fmt: skip
