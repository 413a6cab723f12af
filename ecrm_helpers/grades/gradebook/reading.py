"""Read nbgrader's tables, one SQL statement each, in any database that SQLAlchemy speaks, and join them.

The frames keep every task of every student, so that class lists, attainment and item analysis can all be
computed from one reading.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.gradebook.opening import opened
from ecrm_helpers.grades.gradebook.records import FINDINGS, Gradebook
from ecrm_helpers.grades.sheets import normal_id
from ecrm_helpers.grades.sheets.tables import clean
from ecrm_helpers.messages import gradebook as messages

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["read_gradebook"]

_COLUMNS = {
    "assignment": "id, name, duedate",
    "notebook": "id, name, assignment_id",
    "base_cell": "id, name, notebook_id",
    "grade_cells": "id, max_score, cell_type",
    "task_cells": "id, max_score, cell_type",
    "student": "id, first_name, last_name",
    "submitted_assignment": "id, assignment_id, student_id, timestamp, extension",
    "submitted_notebook": "id, assignment_id, late_submission_penalty",
    "grade": "notebook_id, cell_id, auto_score, manual_score, extra_credit, needs_manual_grade",
}
_OURS = {
    "ecrm_marked": "assignment, student, attempts",
    "ecrm_findings": "assignment, student, notebook, task, message, answer",
}
_EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001  nbgrader stores naive UTC


def read_gradebook(source: str | Path) -> Gradebook:
    """Read a gradebook.

    Parameters
    ----------
    source : Path or str
        A SQLite file, opened read-only, or a database address as in `CourseDirectory.db_url`.

    Raises
    ------
    GradingError
        No such file, not an nbgrader gradebook, one that is being written, a database that cannot be reached,
        a driver that is not installed, or two accounts that are one student id.
    """
    table = _tables(source)
    cells = _cells(table)
    submissions = _submissions(table)
    return Gradebook(
        names=_names(table["student"]),
        tasks=cells[["assignment", "notebook", "task", "full", "kind"]],
        marks=_marks(table, cells, submissions),
        submissions=submissions.drop(columns="submission_id"),
        findings=_findings(table["ecrm_findings"]),
        source=source.name if isinstance(source, Path) else messages.DATABASE,
    )


def _tables(source: str | Path) -> dict[str, pd.DataFrame]:
    import sqlalchemy as sa  # noqa: PLC0415  a quarter of a second, not needed for --help

    with opened(source) as connection:
        there = set(sa.inspect(connection).get_table_names())
        return {
            name: _table(connection, name, columns, there=name in there or name in _COLUMNS)
            for name, columns in {**_COLUMNS, **_OURS}.items()
        }


def _table(connection: Any, name: str, columns: str, *, there: bool) -> pd.DataFrame:
    names = columns.split(", ")
    if not there:
        return pd.DataFrame(columns=names, dtype=object)
    rows = connection.exec_driver_sql(f"SELECT {columns} FROM {name}").all()  # noqa: S608  constants above
    columnwise = (
        zip(*rows, strict=True) if rows else [()] * len(names)
    )  # by row, pandas takes ten times as long
    frame = pd.DataFrame({one: list(values) for one, values in zip(names, columnwise, strict=True)})
    return frame if rows else frame.astype(object)  # an empty column of numbers joins no column of ids


def _cells(table: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    assignment = table["assignment"].rename(columns={"id": "assignment_id", "name": "assignment"})
    notebook = table["notebook"].rename(columns={"id": "notebook_id", "name": "notebook"})
    parts = [one for one in (table["grade_cells"], table["task_cells"]) if len(one)]
    graded = pd.concat(parts or [table["grade_cells"]]).rename(columns={"id": "cell_id"})
    return (
        table["base_cell"].rename(columns={"id": "cell_id", "name": "task"})
        .merge(graded, on="cell_id")
        .merge(notebook, on="notebook_id")
        .merge(assignment[["assignment_id", "assignment"]], on="assignment_id")
        .rename(columns={"max_score": "full", "cell_type": "kind"})
        .astype({"full": float})
    )  # fmt: skip


def _marks(table: Mapping[str, pd.DataFrame], cells: pd.DataFrame, submissions: pd.DataFrame) -> pd.DataFrame:
    """Score every task as nbgrader does: manual before automatic; extra credit only where there is either.

    A task without a score waits even where nothing says so: its autograding was cut short.
    """
    sheets = table["submitted_notebook"].rename(columns={"id": "sheet_id", "assignment_id": "submission_id"})
    owners = sheets.merge(submissions[["submission_id", "student_id"]], on="submission_id")
    marks = (
        table["grade"].rename(columns={"notebook_id": "sheet_id"})
        .merge(owners[["sheet_id", "student_id"]], on="sheet_id")
        .merge(cells[["cell_id", "task", "full", "notebook", "assignment"]], on="cell_id")
    )  # fmt: skip
    auto, manual = marks["auto_score"].astype(float), marks["manual_score"].astype(float)
    extra = marks["extra_credit"].astype(float).fillna(0.0)
    marks = marks.assign(
        auto=auto, manual=manual, score=(manual.fillna(auto) + extra).fillna(0.0),
        pending=marks["needs_manual_grade"].astype(bool) | (auto.isna() & manual.isna()),
    )  # fmt: skip
    columns = ["student_id", "assignment", "notebook", "task", "full", "auto", "manual", "score", "pending"]
    return marks[columns].sort_values(columns[:4], ignore_index=True)


def _submissions(table: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    assignment = table["assignment"].rename(columns={"id": "assignment_id", "name": "assignment"})
    rows = table["submitted_assignment"].rename(columns={"id": "submission_id"})
    rows = rows.merge(assignment, on="assignment_id")
    rows["student_id"] = _normal(rows["student_id"])
    handed_in = _moments(rows["timestamp"])
    due = _moments(rows["duedate"]) + rows["extension"].map(_interval).astype("timedelta64[us]")
    late_by = (handed_in - due).where(handed_in > due, pd.Timedelta(0))  # no due date or no time: not late
    penalty = table["submitted_notebook"].groupby("assignment_id")["late_submission_penalty"].sum()
    rows = rows.assign(
        handed_in_at=handed_in, late_by=late_by, late=late_by > pd.Timedelta(0),
        penalty=rows["submission_id"].map(penalty).astype(float).fillna(0.0),
    )  # fmt: skip
    columns = ["submission_id", "student_id", "assignment", "handed_in_at", "late", "late_by", "penalty"]
    tries = table["ecrm_marked"].rename(columns={"student": "student_id"})
    tries = tries.assign(student_id=_normal(tries["student_id"]), attempts=tries["attempts"].astype("Int64"))
    tries = tries.drop_duplicates(["student_id", "assignment"], keep="last")
    return rows[columns].merge(tries, on=["student_id", "assignment"], how="left")


def _normal(students: pd.Series) -> pd.Series:
    return students.map(normal_id).astype(object)


def _moments(values: pd.Series) -> pd.Series:
    """SQLite keeps text, in ISO's form with or without a fraction of a second."""
    return pd.to_datetime(values, format="ISO8601")


def _interval(value: Any) -> pd.Timedelta:
    """Read an extension: an interval, or, where a database has none, a moment counted from 1970."""
    if value is None or pd.isna(value):
        return pd.Timedelta(0)
    if isinstance(value, str | dt.datetime):
        return pd.Timestamp(value) - pd.Timestamp(_EPOCH)
    return pd.Timedelta(value)


def _findings(rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows.rename(columns={"student": "student_id"})
    return rows.assign(student_id=_normal(rows["student_id"]))[list(FINDINGS)].fillna("")


def _names(students: pd.DataFrame) -> dict[str, str]:
    names: dict[str, str] = {}
    for raw, first, last in zip(students["id"], students["first_name"], students["last_name"], strict=True):
        student = normal_id(str(raw))
        if student in names:
            message = messages.account_twice(student)
            raise GradingError(message)
        names[student] = clean(f"{last or ''}{first or ''}")
    return names
