"""Where everything stands, worked out before a cell is written: sheets refer to each other both ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecrm_helpers.grades.book.cells import ID, NAME, Grid
from ecrm_helpers.grades.book.places import objectives, rules
from ecrm_helpers.grades.plan import TOTAL
from ecrm_helpers.messages import book as messages

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from ecrm_helpers.grades.attainment.records import SourceResult
    from ecrm_helpers.grades.book.cells import Cell
    from ecrm_helpers.grades.book.places import Objectives, Rules
    from ecrm_helpers.grades.book.points import Table
    from ecrm_helpers.grades.results import Results

__all__ = [
    "CLASS", "GROUP", "LEVEL", "NOTES", "STANDING", "STATE",
    "Book", "averaged", "evidence_key", "layout", "points_key", "put", "who",
]  # fmt: skip

CLASS, STATE, GROUP, LEVEL, STANDING, NOTES = "行政班", "状态", "组号", "等级", "成绩状态", "说明"
NUMBERS = {"mark", "total", "points", "ratio", "attained3", "share", "whole"}
TOTALS_TOP, COMPONENTS_TOP, TASKS_TOP, STUDENTS_TOP = 5, 6, 6, 6  # rows of title and headings


@dataclass(frozen=True)
class Book:
    """A workbook being written.

    Attributes
    ----------
    file : Workbook
    results : Results
    look : callable
        The format that joins some looks.
    points : Table
    totals, components, tasks, students : Grid
    rules : Rules
    objectives : Objectives
    """

    file: Workbook
    results: Results
    look: Callable[..., Format]
    points: Table
    totals: Grid
    components: Grid
    tasks: Grid
    students: Grid
    rules: Rules
    objectives: Objectives


def layout(file: Workbook, results: Results, look: Callable[..., Format], points: Table) -> Book:
    """Give every sheet its columns and every formula its cells."""
    listed = results.listed
    ending = [*([LEVEL] if listed.course.levels else []), STANDING, NOTES]
    places = [place for place in listed.plan if place != TOTAL]
    outcomes = [one.outcome for one in results.attained.outcomes]
    evidence = [evidence_key(one) for outcome in results.attained.outcomes for one in outcome.sources]
    by_assignment = [
        key
        for one in points.assignments
        for key in (*(task.key for task in one.tasks), points_key(one.assignment), one.assignment)
    ]

    def grid(sheet: str, top: int, *keys: str) -> Grid:
        return Grid(sheet, top, len(listed.rows), {key: n for n, key in enumerate(dict.fromkeys(keys))})

    return Book(
        file, results, look, points,
        totals=grid(messages.TOTALS, TOTALS_TOP, *who(results), *listed.weights, TOTAL, *ending),
        components=grid(messages.COMPONENTS, COMPONENTS_TOP, ID, NAME, *places, *averaged(results)),
        tasks=grid(messages.TASKS, TASKS_TOP, ID, NAME, *by_assignment),
        students=grid(messages.STUDENTS, STUDENTS_TOP, ID, NAME, STATE, *outcomes, *evidence),
        rules=rules(results), objectives=objectives(results),
    )  # fmt: skip


def who(results: Results) -> list[str]:
    """List the columns that say who a student is; class and group only where there are any."""
    people = [row.person for row in results.listed.rows]
    classes = [CLASS] if any(one.class_name for one in people) else []
    groups = [GROUP] if any(one.group for one in people) else []
    return [ID, NAME, *classes, STATE, *groups]


def averaged(results: Results) -> dict[str, tuple[str, ...]]:
    """Key and components of every column of the school's office that averages several components."""
    office = results.listed.course.office
    return {
        messages.office_key(heading): tuple(what) for heading, what in office.items()
        if not isinstance(what, str)
    }  # fmt: skip


def points_key(assignment: str) -> str:
    """Key of the column with the sum of an assignment's points; the assignment's name is its percent's."""
    return f"{assignment}/"


def evidence_key(source: SourceResult) -> str:
    """Key of a piece of evidence: a place, or a task as on the tasks' sheet."""
    return f"{source.place}/{source.task}" if source.task else source.place


def put(book: Book, sheet: Worksheet, row: int, column: int, cell: Cell) -> None:
    """Write one cell; text stays text whatever it looks like, and a formula carries its value."""
    beside_numbers = isinstance(cell.value, str) and not NUMBERS.isdisjoint(cell.look)
    look = book.look(*cell.look, *(("centre",) if beside_numbers else ()))
    if cell.formula:
        sheet.write_formula(row, column, f"={cell.formula}", look, cell.value)
    elif isinstance(cell.value, str):
        sheet.write_string(row, column, _no_markup(cell.value), look)
    else:
        sheet.write_number(row, column, cell.value, look)
    if cell.comment:
        sheet.write_comment(row, column, cell.comment, {"x_scale": 2, "font_size": 9})


def _no_markup(text: str) -> str:
    """Keep XlsxWriter from taking a text of this form for finished XML."""
    return f" {text}" if text.startswith("<r>") and text.endswith("</r>") else text
