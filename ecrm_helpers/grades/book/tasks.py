"""Sheet 题目: points by task, and each assignment's points and percent by formula."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_rowcol_to_cell

from ecrm_helpers.grades.book.cells import ID, NAME, Cell
from ecrm_helpers.grades.book.heads import heads, people
from ecrm_helpers.grades.book.layout import points_key, put
from ecrm_helpers.messages import book as messages

if TYPE_CHECKING:
    from ecrm_helpers.grades.book.layout import Book
    from ecrm_helpers.grades.book.points import AssignmentTasks, Points
    from ecrm_helpers.grades.gradebook import Work
    from ecrm_helpers.grades.record import StudentRow

__all__ = ["add", "reached"]

NOTHING = Cell(messages.NONE, look=("grid", "missing"))


def add(book: Book) -> None:
    """Add the sheet, where there is a gradebook."""
    grid, assignments = book.tasks, book.points.assignments
    if not assignments:
        return
    names, titles, full = {ID: ID, NAME: NAME}, {}, {}
    for one in assignments:
        first = one.tasks[0].key
        names[first] = one.assignment
        for task in one.tasks:
            titles[task.key] = task.title
            full[task.key] = Cell(float(task.full), "", ("grid", "under", "points"))
        titles |= {points_key(one.assignment): messages.POINTS, one.assignment: messages.OUT_OF_100}
        full[points_key(one.assignment)] = _full(book, one)
        full[one.assignment] = Cell(100.0, "", ("grid", "under", "whole"))
    full_row: dict[str, str | Cell] = {NAME: messages.FULL, **full}
    sheet = heads(book, grid, [names, titles, full_row], note=messages.TASKS_NOTE)
    for one in assignments:
        left, right = grid.columns[one.tasks[0].key], grid.columns[one.assignment]
        sheet.merge_range(grid.top - 3, left, grid.top - 3, right, "", book.look("grid", "head"))
        put(book, sheet, grid.top - 3, left, Cell(one.assignment, "", ("grid", "head")))
    for row, student in enumerate(book.results.listed.rows, start=grid.top):
        people(book, sheet, grid, row, student)
        for one in assignments:
            for key, cell in _cells(book, one, student, row).items():
                put(book, sheet, row, grid.columns[key], cell)


def _cells(book: Book, one: AssignmentTasks, student: StudentRow, row: int) -> dict[str, Cell]:
    own = book.points.students.get(student.student_id, {})
    cells = {task.key: _points(own.get(task.key)) for task in one.tasks}
    work = reached(book, one.assignment, student.student_id)
    if work is None:
        return {**cells, points_key(one.assignment): NOTHING, one.assignment: NOTHING}
    across = f"{book.tasks.cell(one.tasks[0].key, row)}:{book.tasks.cell(one.tasks[-1].key, row)}"
    points = book.tasks.cell(points_key(one.assignment), row)
    formula = f"MAX(0,MIN(100,{points}*100/{_on_full_row(book, points_key(one.assignment))}))"
    return {
        **cells,
        points_key(one.assignment): Cell(float(work.points), f"SUM({across})", ("grid", "strong", "points")),
        one.assignment: Cell(float(work.percent), formula, ("grid", "strong", "mark")),
    }


def reached(book: Book, assignment: str, student: str) -> Work | None:
    """Look up what a student reached in an assignment; None where there are no points of it."""
    gradebook = book.results.gradebook
    return gradebook.work(assignment).get(student) if gradebook else None


def _points(one: Points | None) -> Cell:
    if one is None:
        return NOTHING
    return Cell(float(one.score), "", ("grid", "points", *(("waiting",) if one.waiting else ())))


def _full(book: Book, one: AssignmentTasks) -> Cell:
    first, last = (_on_full_row(book, one.tasks[n].key) for n in (0, -1))
    return Cell(
        float(sum(task.full for task in one.tasks)), f"SUM({first}:{last})", ("grid", "under", "points")
    )


def _on_full_row(book: Book, key: str) -> str:
    return xl_rowcol_to_cell(book.tasks.top - 1, book.tasks.columns[key], row_abs=True, col_abs=True)
