"""The gradebook's rows of one submission: made where they are missing, never deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.messages import marking_run as say

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from ecrm_helpers.marking.run.gradebook import AssignmentRows, Book

__all__ = ["notebook_row", "seconds_late", "submission_row"]


def submission_row(
    connection: Any,
    book: Book,
    rows: AssignmentRows,
    student: str,
    *,
    timestamp: dt.datetime | None,
    create_student: bool,
) -> Any:
    """Return the row of a student's submission, with `timestamp` unless that is None.

    Raises
    ------
    MarkingError
        The student is unknown and may not be created.
    """
    people, table = book.tables["student"], book.tables["submitted_assignment"]
    if connection.execute(people.select().where(people.c.id == student)).first() is None:
        if not create_student:
            message = say.unknown_student(student)
            raise MarkingError(message)
        connection.execute(people.insert().values(id=student))
    mine = (table.c.assignment_id == rows.id) & (table.c.student_id == student)
    found = connection.execute(table.select().where(mine)).first()
    if found is None:
        made = {"id": uuid4().hex, "assignment_id": rows.id, "student_id": student}
        connection.execute(table.insert().values(**made, timestamp=timestamp))
    elif timestamp is not None:
        connection.execute(table.update().where(mine).values(timestamp=timestamp))
    return connection.execute(table.select().where(mine)).one()


def notebook_row(connection: Any, book: Book, rows: AssignmentRows, submission: str, notebook: str) -> str:
    """Return the id of a submitted notebook that has a grade and a comment for every cell."""
    table = book.tables["submitted_notebook"]
    mine = (table.c.assignment_id == submission) & (table.c.notebook_id == rows.notebooks[notebook])
    found = connection.execute(table.select().where(mine)).first()
    row = found.id if found is not None else uuid4().hex
    if found is None:
        made = {"id": row, "assignment_id": submission, "notebook_id": rows.notebooks[notebook]}
        connection.execute(table.insert().values(**made, flagged=False))
    cells = rows.cells[notebook].values()
    graded, commented = [cell.grade for cell in cells], [cell.comment for cell in cells]
    _add_missing(connection, book.tables["grade"], row, graded, {"needs_manual_grade": True})
    _add_missing(connection, book.tables["comment"], row, commented, {})
    return row


def _add_missing(
    connection: Any, table: Any, row: str, cells: Sequence[str | None], values: Mapping[str, Any]
) -> None:
    there = table.select().where(table.c.notebook_id == row).with_only_columns(table.c.cell_id)
    known = set(connection.execute(there).scalars())
    made = [
        {"id": uuid4().hex, "notebook_id": row, "cell_id": cell, **values}
        for cell in cells
        if cell is not None and cell not in known
    ]
    if made:
        connection.execute(table.insert(), made)


def seconds_late(submission: Any, due: dt.datetime | None) -> float:
    """Return how late a submission row is, its extension counted in."""
    if submission.timestamp is None or due is None:
        return 0.0
    extension = submission.extension
    if extension is not None and not hasattr(extension, "total_seconds"):
        # SQLite keeps an interval as a date counted from 1970, and reflection does not know that it is one.
        extension -= type(extension)(1970, 1, 1)
    until = due + extension if extension is not None else due
    return max(0.0, float((submission.timestamp - until).total_seconds()))
