"""CSV of a class, and a unit's total as a score sheet of the school's course."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from xlsxwriter import Workbook

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.book.cells import ID, NAME
from ecrm_helpers.grades.book.heads import about
from ecrm_helpers.grades.book.layout import LEVEL, NOTES, STANDING, who
from ecrm_helpers.grades.book.styles import fit
from ecrm_helpers.grades.output import neutral, write_privately
from ecrm_helpers.grades.sheets.cells import MISSING_WORDS
from ecrm_helpers.messages import book as messages
from ecrm_helpers.messages import grades as grade_messages

if TYPE_CHECKING:
    from pathlib import Path

    from ecrm_helpers.grades.record import Mark, StudentRow
    from ecrm_helpers.grades.results import Results

__all__ = ["write_csv", "write_export"]

MARK = 2  # column of the exported total, from 0


def write_csv(results: Results, path: Path) -> Path:
    """Write one row per student as UTF-8 with a byte-order mark; the last column names the policies.

    Parameters
    ----------
    results : Results
    path : Path
    """
    listed = results.listed
    rules = "；".join(listed.policies)
    people = who(results)
    assignments = [place for place, node in listed.plan.items() if node.kind == "assignment"]
    weighed = [one for one in listed.course.components if one.id in listed.weights]
    headings = [
        *people, *(_assignment(results, name) for name in assignments),
        *(grade_messages.component_heading(one, listed.weights[one.id]) for one in weighed),
        listed.course.result, *([LEVEL] if listed.course.levels else []), STANDING, NOTES,
        messages.RULES_HEADING,
    ]  # fmt: skip
    rows = []
    for student in listed.rows:
        known = about(student)
        places = [*assignments, *(one.id for one in weighed)]
        rows.append([
            *(known[key] for key in people), *(_shown(results, student.marks[place]) for place in places),
            _total(results, student), *([student.level] if listed.course.levels else []),
            messages.standing(student), messages.notes(student), rules,
        ])  # fmt: skip
    return write_privately(path, _csv([headings, *rows]))


def write_export(results: Results, path: Path) -> Path:
    """Write the total as one component of the school's course: a wide score sheet, CSV or XLSX by its name.

    Parameters
    ----------
    results : Results
    path : Path
        CSV or XLSX by its suffix, for the folder `scores` of the other course.

    Raises
    ------
    GradingError
        The course does not say what its total is called there.
    """
    course = results.listed.course
    if not course.exported_as:
        message = messages.not_exported(course)
        raise GradingError(message)
    rows = [[ID, NAME, course.exported_as, *([messages.REMARK] if messages.preliminary(results) else [])]]
    for student in results.listed.rows:
        known, waits = about(student), messages.WAITS if student.total.pending else ""
        rows.append([known[ID], known[NAME], _exported(student), waits][: len(rows[0])])
    content = _csv(rows) if path.suffix.lower() == ".csv" else _xlsx(rows)
    return write_privately(path, content)


def _assignment(results: Results, name: str) -> str:
    exercises = results.listed.course.exercises
    return grade_messages.exercise_heading(name) if name in exercises else name


def _shown(results: Results, mark: Mark) -> str:
    course = results.listed.course
    if mark.value is None:
        return messages.missing(course.missing)
    return str(course.rounding.shown(mark.value, digits=course.rounding.components))


def _total(results: Results, student: StudentRow) -> str:
    shown = student.shown_total
    return str(messages.total(results, student)) if shown is None else str(shown)


def _exported(student: StudentRow) -> str:
    """Show the total, or a word that a score sheet reads as a missing mark."""
    if student.shown_total is not None:
        return str(student.shown_total)
    return student.person.state if student.person.state in MISSING_WORDS else messages.MISSING


def _csv(rows: list[list[str]]) -> bytes:
    lines = io.StringIO(newline="")
    csv.writer(lines).writerows([[neutral(cell) for cell in row] for row in rows])
    return lines.getvalue().encode("utf-8-sig")


def _xlsx(rows: list[list[str]]) -> bytes:
    content = io.BytesIO()
    file = Workbook(content, {"in_memory": True})
    sheet = file.add_worksheet(messages.EXPORT)
    text, head = file.add_format({"num_format": "@"}), file.add_format({"bold": True})
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            sheet.write_string(row, column, cell, text if row else head)
        if row and cells[MARK][:1].isdigit():
            sheet.write_number(row, MARK, float(cells[MARK]))
    for column in range(len(rows[0])):
        sheet.set_column(column, column, fit(cells[column] for cells in rows))
    sheet.freeze_panes(1, 0)
    file.close()
    return content.getvalue()
