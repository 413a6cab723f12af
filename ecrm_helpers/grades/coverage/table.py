"""Show coverage in a terminal of 80 columns, and write the whole matrix as CSV."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from ecrm_helpers.curriculum import STEP_MINUTES
from ecrm_helpers.messages import coverage as messages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from rich.console import Console
    from rich.table import Table

    from ecrm_helpers.grades.coverage.hours import CourseHours, UnitHours
    from ecrm_helpers.grades.coverage.matrix import Matrix, Row
    from ecrm_helpers.grades.coverage.records import GradedTask, Section

__all__ = ["show_coverage", "write_matrix"]


def show_coverage(found: Matrix, planned: CourseHours, console: Console) -> None:
    """Print the matrix by objective, its holes in words, and the hours."""
    console.rule(style="dim")
    console.print(messages.matrix_title(found), style="bold", soft_wrap=True)
    if not found.sections:
        console.print(messages.nothing_written(found.course_id), markup=False, highlight=False)
    console.print(_by_objective(found, console.width * 3 // 10))
    console.print(messages.LEGEND)
    for line in messages.holes(found, [one.id for one in planned.units if not one.notebooks]):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    console.print()
    console.print(messages.HOURS_TITLE, style="bold")
    console.print(_by_unit(planned))
    for line in messages.hours_notes(planned, STEP_MINUTES.get(planned.course_id, ())):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def write_matrix(found: Matrix, path: Path) -> Path:
    """Write objective × section × task as a CSV that Excel opens in Chinese.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    from ecrm_helpers.grades.output import neutral, write_privately  # noqa: PLC0415  brings pandas along

    text = io.StringIO(newline="")
    lines = csv.writer(text)
    lines.writerow(neutral(cell) for cell in messages.csv_headings(found))
    for row in found.rows:
        lines.writerow(neutral(cell) for cell in _cells(found, row))
    return write_privately(path, text.getvalue().encode("utf-8-sig"))


def _cells(found: Matrix, row: Row) -> Iterator[str]:
    yield from messages.csv_objective(row.objective)
    yield from (messages.MARK if one in row.sections else "" for one in found.sections)
    yield from (messages.MARK if one in row.tasks else "" for one in found.tasks)
    yield "、".join(row.places)
    yield messages.lacking(row)


def _by_objective(found: Matrix, width: int) -> Table:
    """Fold the wording ourselves: rich would break Chinese at every space before a number."""
    from rich.cells import chop_cells  # noqa: PLC0415  imports wait for their command

    table = _table()
    table.add_column(messages.OBJECTIVE, no_wrap=True)
    table.add_column(messages.WORDING, width=width)
    for heading in (messages.TAUGHT, messages.MEASURED):
        table.add_column(heading, ratio=1, overflow="fold")
    for row in found.rows:
        table.add_row(
            messages.marked_id(row.objective), "\n".join(chop_cells(row.objective.text, width)),
            messages.taught(_by_notebook(row.sections), untaught=row.untaught),
            messages.measured(_by_assignment(row.tasks), row.places, unmeasured=row.unmeasured),
        )  # fmt: skip
    return table


def _by_unit(planned: CourseHours) -> Table:
    table = _table()
    table.add_column(messages.UNIT, overflow="fold")
    for heading in messages.HOURS_HEADINGS:
        table.add_column(heading, justify="right", overflow="fold")
    for unit in planned.units:
        table.add_row(f"{unit.id} {unit.title}", *_hours_cells(unit))
    table.add_section()
    table.add_row(messages.SUM, *messages.sum_cells(planned))
    return table


def _hours_cells(unit: UnitHours) -> Iterable[str]:
    published = messages.published(unit.published)
    if unit.difference is None:
        return published, messages.NOT_WRITTEN, ""
    return published, f"{unit.theory} + {unit.practice}", messages.difference(*unit.difference)


def _table() -> Any:
    from rich import box  # noqa: PLC0415  imports wait for their command
    from rich.table import Table  # noqa: PLC0415

    return Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=False)


def _by_notebook(found: Iterable[Section]) -> dict[str, list[Section]]:
    held: dict[str, list[Section]] = {}
    for one in found:
        held.setdefault(one.notebook, []).append(one)
    return held


def _by_assignment(found: Iterable[GradedTask]) -> dict[str, list[GradedTask]]:
    held: dict[str, list[GradedTask]] = {}
    for one in found:
        held.setdefault(one.assignment, []).append(one)
    return held
