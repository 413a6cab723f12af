"""Read an nbgrader gradebook without writing to it: one SQL statement per table, joined in memory.

The frames keep every task of every student, so that class lists, attainment and item analysis can all be
computed from one reading.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pandas as pd

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.sheets import normal_id
from ecrm_helpers.grades.tables import clean
from ecrm_helpers.messages import sheets as messages

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Gradebook", "Work", "read_gradebook"]

FULL = 100
_STATEMENTS = {
    "assignment": "SELECT id, name, duedate FROM assignment",
    "notebook": "SELECT id, name, assignment_id FROM notebook",
    "base_cell": "SELECT id, name, notebook_id FROM base_cell",
    "grade_cells": "SELECT id, max_score, cell_type FROM grade_cells",
    "task_cells": "SELECT id, max_score, cell_type FROM task_cells",
    "student": "SELECT id, first_name, last_name FROM student",
    "submitted_assignment": (
        "SELECT id, assignment_id, student_id, timestamp, extension FROM submitted_assignment"
    ),
    "submitted_notebook": "SELECT id, assignment_id, late_submission_penalty FROM submitted_notebook",
    "grade": (
        "SELECT notebook_id, cell_id, auto_score, manual_score, extra_credit, needs_manual_grade FROM grade"
    ),
}


@dataclass(frozen=True)
class Work:
    """One student's marked work on one assignment.

    Attributes
    ----------
    percent : Fraction
        Points net of the late penalty, of all points, out of 100.
    pending : tuple of str
        Tasks that still wait for a teacher: their points so far count, the mark is preliminary.
    late : bool
        Handed in after the due date and any extension.
    """

    percent: Fraction
    pending: tuple[str, ...]
    late: bool


@dataclass(frozen=True)
class Gradebook:
    """The tables of one course, as read.

    Attributes
    ----------
    names : dict
        Name by normalised student id.
    tasks : DataFrame
        assignment, notebook, task, full (points), kind {'code', 'markdown'}.
    marks : DataFrame
        student_id, assignment, notebook, task, full, auto, manual, score, pending.
    submissions : DataFrame
        student_id, assignment, handed_in_at, late, penalty (points).
    """

    names: Mapping[str, str]
    tasks: pd.DataFrame
    marks: pd.DataFrame
    submissions: pd.DataFrame

    @property
    def assignments(self) -> set[str]:
        """Names of the assignments that have graded tasks."""
        return set(self.tasks["assignment"])

    def work(self, assignment: str) -> dict[str, Work]:
        """Look up what each student reached in an assignment; who handed in nothing is not there."""
        marks = self.marks[self.marks["assignment"] == assignment]
        handed_in = self.submissions[self.submissions["assignment"] == assignment]
        late = dict(zip(handed_in["student_id"], handed_in["late"], strict=True))
        penalties = dict(zip(handed_in["student_id"], handed_in["penalty"], strict=True))
        found: dict[str, Work] = {}
        for student, rows in marks.groupby("student_id"):
            full, points = _exact(rows["full"]), _exact(rows["score"])
            penalty = _exact([penalties[student]])
            if full == 0:
                continue
            percent = max(Fraction(0), min(Fraction(FULL), (points - penalty) * FULL / full))
            waiting = tuple(rows.loc[rows["pending"], "task"])
            found[str(student)] = Work(percent, waiting, bool(late[student]))
        return found


def read_gradebook(source: str | Path) -> Gradebook:
    """Read a gradebook.

    Parameters
    ----------
    source : Path or str
        A SQLite file, opened read-only, or a database address as in `CourseDirectory.db_url`.

    Raises
    ------
    GradingError
        No such file, not an nbgrader gradebook, or two accounts that are one student id.
    """
    return _assembled(_tables(source))


def _tables(source: str | Path) -> dict[str, pd.DataFrame]:
    from sqlalchemy import create_engine, text  # noqa: PLC0415  a second's import, not needed for --help
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    address = str(source)
    if isinstance(source, Path):
        if not source.is_file():
            message = messages.no_gradebook(source)
            raise GradingError(message)
        address = f"sqlite:///file:{quote(source.resolve().as_posix())}?mode=ro&uri=true"
    engine = create_engine(address)
    try:
        with engine.connect() as connection:
            return {name: pd.read_sql(text(sql), connection) for name, sql in _STATEMENTS.items()}
    except (SQLAlchemyError, pd.errors.DatabaseError) as error:
        message = messages.not_a_gradebook(Path(address).name if isinstance(source, Path) else "db_url")
        raise GradingError(message) from error
    finally:
        engine.dispose()


def _assembled(table: Mapping[str, pd.DataFrame]) -> Gradebook:
    assignment = table["assignment"].rename(columns={"id": "assignment_id", "name": "assignment"})
    notebook = table["notebook"].rename(columns={"id": "notebook_id", "name": "notebook"})
    graded = pd.concat([table["grade_cells"], table["task_cells"]]).rename(columns={"id": "cell_id"})
    cells = (
        table["base_cell"].rename(columns={"id": "cell_id", "name": "task"})
        .merge(graded, on="cell_id")
        .merge(notebook, on="notebook_id")
        .merge(assignment, on="assignment_id")
        .rename(columns={"max_score": "full", "cell_type": "kind"})
    )  # fmt: skip
    names = _names(table["student"])
    handed_in = _submissions(table, assignment)
    sheets = table["submitted_notebook"].rename(columns={"id": "sheet_id", "assignment_id": "submission_id"})
    marks = (
        table["grade"].rename(columns={"notebook_id": "sheet_id"})
        .merge(sheets, on="sheet_id")
        .merge(handed_in[["submission_id", "student_id"]], on="submission_id")
        .merge(cells[["cell_id", "task", "full", "notebook", "assignment"]], on="cell_id")
    )  # fmt: skip
    auto, manual = marks["auto_score"].astype(float), marks["manual_score"].astype(float)
    extra = marks["extra_credit"].astype(float).fillna(0.0)
    marks = marks.assign(
        auto=auto, manual=manual, score=manual.fillna(auto).fillna(0.0) + extra,
        pending=marks["needs_manual_grade"].astype(bool),
    )  # fmt: skip
    penalty = sheets.groupby("submission_id")["late_submission_penalty"].sum()
    handed_in["penalty"] = handed_in["submission_id"].map(penalty).astype(float).fillna(0.0)
    columns = ["student_id", "assignment", "notebook", "task", "full", "auto", "manual", "score", "pending"]
    return Gradebook(
        names=names,
        tasks=cells[["assignment", "notebook", "task", "full", "kind"]],
        marks=marks[columns].sort_values(columns[:4], ignore_index=True),
        submissions=handed_in[["student_id", "assignment", "handed_in_at", "late", "penalty"]],
    )


def _submissions(table: Mapping[str, pd.DataFrame], assignment: pd.DataFrame) -> pd.DataFrame:
    rows = (
        table["submitted_assignment"]
        .rename(columns={"id": "submission_id"})
        .merge(assignment, on="assignment_id")
    )
    handed_in = pd.to_datetime(rows["timestamp"])
    # SQLite stores an interval as a moment counted from 1970, PostgreSQL as an interval.
    extension = rows["extension"].map(_interval).astype("timedelta64[ns]")
    due = pd.to_datetime(rows["duedate"]) + extension
    return rows.assign(
        student_id=rows["student_id"].map(normal_id),
        handed_in_at=handed_in,
        late=(handed_in > due).fillna(value=False),
    )


def _interval(value: object) -> pd.Timedelta:
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return pd.Timedelta(0)
    if isinstance(value, str):
        return pd.Timestamp(value) - pd.Timestamp(0)
    return pd.Timedelta(value)  # type: ignore[arg-type]


def _names(students: pd.DataFrame) -> dict[str, str]:
    names: dict[str, str] = {}
    for row in students.fillna("").to_dict("records"):
        student = normal_id(str(row["id"]))
        if student in names:
            message = messages.account_twice(student)
            raise GradingError(message)
        names[student] = clean(f"{row['last_name']}{row['first_name']}")
    return names


def _exact(values: object) -> Fraction:
    return sum((Fraction(repr(float(one))) for one in values), Fraction(0))  # type: ignore[attr-defined]
