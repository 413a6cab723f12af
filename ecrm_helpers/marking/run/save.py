"""Save one marked submission: gradebook, ledger and files change together, or not at all."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.marking.records.findings_table import replace_findings
from ecrm_helpers.marking.records.settled import waits_for_teacher
from ecrm_helpers.marking.run.ledger import Entry, read_ledger, write_entry
from ecrm_helpers.marking.run.rows import notebook_row, seconds_late, submission_row
from ecrm_helpers.messages import marking_run as say

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from ecrm_helpers.marking.run.gradebook import AssignmentRows, Book

__all__ = ["Saving", "save_outcome"]


@dataclass(frozen=True, kw_only=True)
class Saving:
    """What saving needs beside the outcome itself.

    Parameters
    ----------
    timestamp : datetime or None
        When it was handed in; None leaves what the gradebook says.
    fingerprint : str
        Of everything that decides the result, "" while the submission is not complete.
    submitted : str
        Of what the student handed in.
    penalty : callable
        ``penalty(student, score, seconds_late)``: points taken off, or None.
    create_student : bool
        Whether an unknown student gets a row.
    """

    timestamp: dt.datetime | None = None
    fingerprint: str = ""
    submitted: str = ""
    penalty: Callable[[str, float, float], float | None] = lambda _student, _score, _late: None
    create_student: bool = True


@dataclass(frozen=True)
class _Writer:
    """One outcome on its way into the gradebook."""

    connection: Any
    book: Book
    rows: AssignmentRows
    outcome: Mapping[str, Any]
    saving: Saving
    before: Entry | None

    def changed(self, key: str) -> bool:
        """Tell whether an answer is another than when it was marked last."""
        held = self.before.answers if self.before is not None else {}
        return held.get(key) != self.outcome["answers"].get(key)

    def held(self, table: str, notebook_row: str) -> dict[str, Any]:
        """Return a submitted notebook's rows of a table by cell; no mark is given between this and saving."""
        chosen = self.book.tables[table].select().where(self.book.tables[table].c.notebook_id == notebook_row)
        return {row.cell_id: row for row in self.connection.execute(chosen.with_for_update())}

    def update(self, table: str, row: str, **values: Any) -> None:
        """Change one row."""
        changed = self.book.tables[table]
        self.connection.execute(changed.update().where(changed.c.id == row).values(**values))


def save_outcome(
    connection: Any, book: Book, rows: AssignmentRows, *, outcome: Mapping[str, Any], saving: Saving
) -> list[str]:
    """Write an outcome within the transaction of `connection`.

    Parameters
    ----------
    connection : SQLAlchemy connection
        In a transaction; the caller ends it.
    book, rows : Book, AssignmentRows
        The gradebook and the assignment in it.
    outcome : mapping
        As `mark_submission` returns it; only the notebooks that it names are touched.
    saving : Saving
        Time, digests and policy.

    Returns
    -------
    list of str
        ``notebook/grade_id`` of manual marks and comments whose answer has changed: 需重阅.

    Raises
    ------
    MarkingError
        The student or a cell is unknown to the gradebook, or a score is not finite.
    """
    student = str(outcome["student"])
    before = read_ledger(connection, book.ledger, rows.name, student).get(student)
    writer = _Writer(connection, book, rows, outcome, saving, before)
    options = {"timestamp": saving.timestamp, "create_student": saving.create_student}
    submission = submission_row(connection, book, rows, student, **options)  # type: ignore[arg-type]
    marks: list[str] = []
    comments: list[str] = []
    notebooks = sorted({row["notebook"] for row in (*outcome["grades"], *outcome["comments"])})
    for notebook in notebooks:
        row = notebook_row(connection, book, rows, submission.id, notebook)
        marks += _grades(writer, row, notebook)
        comments += _comments(writer, row, notebook)
        _late(writer, row, submission)
    where = {"assignment": rows.name, "student": student, "notebooks": notebooks}
    replace_findings(connection, book.findings, grades=outcome["grades"], **where)  # type: ignore[arg-type]
    _enter(writer, comments)
    return sorted({*marks, *comments})


def _grades(writer: _Writer, row: str, notebook: str) -> list[str]:
    held, review = writer.held("grade", row), []
    for grade in writer.outcome["grades"]:
        if grade["notebook"] != notebook:
            continue
        cell = writer.rows.cells[notebook].get(grade["grade_id"])
        if cell is None or cell.grade is None:
            message = say.unknown_task(notebook, grade["grade_id"])
            raise MarkingError(message)
        old, key = held[cell.grade], f"{notebook}/{grade['grade_id']}"
        waits = waits_for_teacher(
            manual=old.manual_score,
            waited=bool(old.needs_manual_grade),
            changed=writer.changed(key),
            needs_manual=bool(grade["needs_manual"]),
        )
        if old.manual_score is not None and waits:
            review.append(key)
        writer.update("grade", old.id, auto_score=_points(grade, cell.points), needs_manual_grade=waits)
    return review


def _points(grade: Mapping[str, Any], full: float | None) -> float | None:
    """Return points that nbgrader can hold: an outcome may come from another machine."""
    points = grade["auto_score"]
    if points is None:
        return None
    if isinstance(points, bool) or not isinstance(points, int | float) or not math.isfinite(points):
        message = say.odd_points(grade["grade_id"], points)
        raise MarkingError(message)
    return min(max(float(points), 0.0), float(full or 0.0))


def _comments(writer: _Writer, row: str, notebook: str) -> list[str]:
    """Write what marking says beside an answer; flag the notebook where a teacher's comment is outdated."""
    held, review = writer.held("comment", row), []
    for comment in writer.outcome["comments"]:
        cell = (
            writer.rows.cells[notebook].get(comment["grade_id"]) if comment["notebook"] == notebook else None
        )
        if cell is None or cell.comment is None:
            continue
        old, key = held[cell.comment], f"{notebook}/{comment['grade_id']}"
        if old.manual_comment and writer.changed(key):
            review.append(key)
        if old.auto_comment != comment["auto_comment"]:
            writer.update("comment", old.id, auto_comment=comment["auto_comment"])
    if review:
        writer.update("submitted_notebook", row, flagged=True)
    return review


def _late(writer: _Writer, row: str, submission: Any) -> None:
    """Take off what the course takes off for lateness, as nbgrader's AssignLatePenalties does."""
    taken = None
    late = seconds_late(submission, writer.rows.duedate)
    if late > 0:
        score = sum(_counted(grade) for grade in writer.held("grade", row).values())
        taken = writer.saving.penalty(str(writer.outcome["student"]), score, late)
        taken = None if taken is None else min(max(taken, 0.0), score)
    writer.update("submitted_notebook", row, late_submission_penalty=taken)


def _counted(grade: Any) -> float:
    """Return what a grade counts, as the gradebook computes it."""
    points = grade.auto_score if grade.manual_score is None else grade.manual_score
    return 0.0 if points is None else points + (grade.extra_credit or 0.0)


def _enter(writer: _Writer, review: list[str]) -> None:
    saving, before = writer.saving, writer.before or Entry(assignment="", student="")
    same = before.submitted == saving.submitted
    whole = bool(saving.fingerprint)
    entry = Entry(
        assignment=writer.rows.name,
        student=str(writer.outcome["student"]),
        fingerprint=saving.fingerprint,
        submitted=saving.submitted if whole else before.submitted,
        attempts=before.attempts + (whole and not same),
        answers={**before.answers, **writer.outcome["answers"]},
        review=sorted({*review, *(before.review if same else ())}),
        notes=list(dict.fromkeys(writer.outcome["notes"])),
        seconds=float(writer.outcome["seconds"]),
    )
    write_entry(writer.connection, writer.book.ledger, entry, known=writer.before is not None)
