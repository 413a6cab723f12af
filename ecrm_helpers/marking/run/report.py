"""What a run of marking leaves to say: one line per student, from the gradebook itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ecrm_helpers.marking.run.ledger import read_ledger
from ecrm_helpers.marking.run.rows import seconds_late

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Mapping

    from ecrm_helpers.marking.run.gradebook import AssignmentRows, Book

__all__ = ["MarkReport", "StudentLine", "lines_of"]


@dataclass(kw_only=True)
class StudentLine:
    """One student after a run.

    Parameters
    ----------
    student : str
    state : {'marked', 'unchanged', 'failed', 'capped'}
    score : float or None
        Points so far, what lateness costs taken off; None for one who has no result.
    full : float
        Full marks of the assignment.
    late, penalty : float
        Seconds after the deadline, and the points that they cost.
    notes : list of str
        What was wrong with the file.
    seconds : float
        How long marking took, whenever it was.
    waiting, review : list of str
        ``notebook/grade_id`` of tasks that wait for the teacher, and of those whose answer has changed since
        the teacher marked or commented it (需重阅).
    reason : str
        Why a submission was not marked.
    """

    student: str
    state: str = "unchanged"
    score: float | None = None
    full: float = 0.0
    late: float = 0.0
    penalty: float = 0.0
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0
    waiting: list[str] = field(default_factory=list)
    review: list[str] = field(default_factory=list)
    reason: str = ""


@dataclass(kw_only=True)
class MarkReport:
    """A run: who was marked, how, and what is left to do.

    Parameters
    ----------
    assignment : str
    lines : list of StudentLine
    seconds : float
    forgeable : list of str
        Tasks scored by the students' own processes.
    remarks : list of str
        About groups, in Chinese.
    reasons : mapping
        By task: why the teacher decides, in Chinese, and how often in this run.
    broken : str
        Why nothing could be judged: what loading ``marking.py`` raised.
    """

    assignment: str
    lines: list[StudentLine]
    seconds: float
    forgeable: list[str]
    remarks: list[str] = field(default_factory=list)
    reasons: Mapping[str, Counter[str]] = field(default_factory=dict)
    broken: str = ""

    def in_state(self, state: str) -> list[StudentLine]:
        """Return the lines of students in one state."""
        return [line for line in self.lines if line.state == state]


def lines_of(
    connection: Any,
    book: Book,
    rows: AssignmentRows,
    students: Iterable[str],
    states: Mapping[str, tuple[str, str]],
) -> list[StudentLine]:
    """Return a line for each of `students`; `states` says what became of those not left unchanged."""
    full = sum(cell.points or 0.0 for cells in rows.cells.values() for cell in cells.values())
    ledger = read_ledger(connection, book.ledger, rows.name)
    lines = {student: StudentLine(student=student, full=full) for student in students}
    for student, line in lines.items():
        line.state, line.reason = states.get(student, ("unchanged", ""))
        if student in ledger:
            line.notes, line.seconds = list(ledger[student].notes), ledger[student].seconds
    for row in _grade_rows(connection, book, rows):
        if row.student_id not in lines:
            continue
        line, key = lines[row.student_id], f"{row.notebook}/{row.name}"
        earned = row.manual_score if row.manual_score is not None else row.auto_score
        line.score = (
            (line.score or 0.0) + (earned or 0.0) + (row.extra_credit or 0.0 if earned is not None else 0.0)
        )
        if row.needs_manual_grade:
            (line.waiting if row.manual_score is None else line.review).append(key)
        # An outdated comment stays on the list until the teacher takes the notebook's flag away.
        entry = ledger.get(row.student_id)
        if entry is not None and row.flagged:
            line.review += [name for name in entry.review if name not in line.review]
    for row in _late_rows(connection, book, rows):
        found = lines.get(row.student_id)
        if found is not None and found.score is not None:
            found.late, found.penalty = seconds_late(row, rows.duedate), row.penalty or 0.0
            found.score = max(0.0, found.score - found.penalty)
    return [lines[student] for student in sorted(lines)]


def _grade_rows(connection: Any, book: Book, rows: AssignmentRows) -> Any:
    t = book.tables
    handed, books, grades = t["submitted_assignment"], t["submitted_notebook"], t["grade"]
    cells, names = t["base_cell"], t["notebook"]
    joined = (
        handed.join(books, books.c.assignment_id == handed.c.id)
        .join(grades, grades.c.notebook_id == books.c.id)
        .join(cells, cells.c.id == grades.c.cell_id)
        .join(names, names.c.id == books.c.notebook_id)
    )
    wanted = joined.select().with_only_columns(
        handed.c.student_id, names.c.name.label("notebook"), cells.c.name, books.c.flagged,
        grades.c.auto_score, grades.c.manual_score, grades.c.extra_credit, grades.c.needs_manual_grade,
    )  # fmt: skip
    return connection.execute(wanted.where(handed.c.assignment_id == rows.id).order_by(cells.c.name))


def _late_rows(connection: Any, book: Book, rows: AssignmentRows) -> Any:
    from sqlalchemy import func  # noqa: PLC0415 - slow

    handed, books = book.tables["submitted_assignment"], book.tables["submitted_notebook"]
    joined = handed.join(books, books.c.assignment_id == handed.c.id)
    columns = (handed.c.student_id, handed.c.timestamp, handed.c.extension)
    taken = func.sum(books.c.late_submission_penalty).label("penalty")
    wanted = joined.select().with_only_columns(*columns, taken).where(handed.c.assignment_id == rows.id)
    return connection.execute(wanted.group_by(*columns))
