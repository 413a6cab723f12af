"""Read a folder of score sheets: a teacher's own, filled templates, and imports.

A blank cell and a word such as 缓考 are missing marks, never zeros; 0 is a zero. Anything else that is
not a mark stops the reading with its file, row and column: a guessed mark is worse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrm_helpers.grades.sheets.layout import split_marker
from ecrm_helpers.grades.sheets.marked import read_marked
from ecrm_helpers.grades.sheets.problems import Problems, noting
from ecrm_helpers.grades.sheets.records import ScoreSheets, refuse_lost_zeros
from ecrm_helpers.grades.sheets.register import Reading
from ecrm_helpers.grades.sheets.tables import HEADING_ROWS, clean, is_table, tables
from ecrm_helpers.grades.sheets.wide import read_wide

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ecrm_helpers.grades.record import Person
    from ecrm_helpers.grades.scheme import Course

__all__ = ["read_folder", "read_sheets"]

FOLDER = "scores"


def read_sheets(folder: Path, course: Course, people: Mapping[str, Person] | None = None) -> ScoreSheets:
    """Read every score sheet of a folder.

    Parameters
    ----------
    folder : Path
        A folder that does not exist reads as no sheets.
    course : Course
    people : mapping, optional
        The roster by normalised id; without it every id is accepted, and marks by group are not.

    Raises
    ------
    GradingError
        Naming file, row and column of everything that is wrong, at most 20 of each file: an unreadable
        file, an unknown column or place, a bad id, name or mark, one student's mark given twice.
    """
    sheets, problems = read_folder(folder, course, people)
    problems.refuse()
    return sheets


def read_folder(
    folder: Path, course: Course, people: Mapping[str, Person] | None = None, *, without: Path | None = None
) -> tuple[ScoreSheets, Problems]:
    """Read what can be read, all files but `without`, and return it with everything that is wrong."""
    reading = Reading(course, people or {})
    for path in sorted(folder.glob("*")):
        report = reading.problems.of(path.name)
        with noting(report):
            if path == without or not is_table(path):
                continue
            reading.sheets.files.append(path.name)
            for title, rows in tables(path):
                marker = split_marker([[clean(value) for value in row] for row in rows[:HEADING_ROWS]])
                if marker is None:
                    read_wide(title, rows, reading, report)
                else:
                    read_marked(title, rows, marker, reading, report)
    reading.tell_clashes()
    with noting(reading.problems.of(FOLDER)):
        refuse_lost_zeros(sorted({*reading.sheets.entries, *reading.people}))
    return reading.sheets, reading.problems
