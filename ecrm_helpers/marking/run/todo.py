"""Whose submission is to be marked in a run, and the job that each makes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ecrm_helpers.errors import MarkingError
from ecrm_helpers.marking.run.files import recover
from ecrm_helpers.marking.run.group_work import shared_fingerprint
from ecrm_helpers.marking.run.ledger import Entry, read_ledger
from ecrm_helpers.marking.run.plan import HandIn, Released, read_hand_in, students_with_work
from ecrm_helpers.messages import marking_run as say

if TYPE_CHECKING:
    import datetime as dt
    from collections import Counter
    from collections.abc import Iterable, Mapping, Sequence

    from ecrm_helpers.marking.groups import Groups
    from ecrm_helpers.marking.run.course import Course
    from ecrm_helpers.marking.run.gradebook import AssignmentRows, Book
    from ecrm_helpers.marking.run.settings import Settings

__all__ = ["Run", "chosen_students", "due_dates", "job_for", "to_do", "used_up"]


@dataclass
class Run:
    """One run while it lasts.

    Parameters
    ----------
    course, settings, book, rows, released
        What is marked, with what.
    trusted : bool
        Whether the notebooks run without the sandbox.
    dues : dict
        By student: when the work is due, as text; it decides the points taken off.
    states : dict
        By student: what became of the submission, and why.
    forgeable : set
        Tasks scored by the student's own process.
    handed : dict
        By student: what is being marked, and its fingerprint.
    groups : Groups or None
        Who works with whom, None where everybody works alone.
    held : dict
        By student: outcomes that wait for the rest of their group.
    counted : dict
        By member of a group: when the group's work came.
    marked : set
        Who has a complete result from an earlier run.
    reasons : dict
        By task: why the teacher decides, and how often in this run.
    broken : str
        Why nothing could be judged: what loading ``marking.py`` raised.
    """

    course: Course
    settings: Settings
    book: Book
    rows: AssignmentRows
    released: Released
    trusted: bool = False
    dues: dict[str, str] = field(default_factory=dict)
    states: dict[str, tuple[str, str]] = field(default_factory=dict)
    forgeable: set[str] = field(default_factory=set)
    handed: dict[str, tuple[HandIn, str]] = field(default_factory=dict)
    groups: Groups | None = None
    held: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    counted: dict[str, dt.datetime | None] = field(default_factory=dict)
    marked: set[str] = field(default_factory=set)
    reasons: dict[str, Counter[str]] = field(default_factory=dict)
    broken: str = ""

    def read(self, student: str) -> tuple[HandIn, str]:
        """Return what a student handed in, as it is now, and its fingerprint."""
        folder = self.course.submitted(student, self.rows.name)
        handed = read_hand_in(folder, student, self.released.parsed)
        due = self.dues.get(student, f"{self.rows.duedate} None")
        fingerprint = handed.fingerprint(self.released.digest, due=due)
        return handed, shared_fingerprint(self, student, fingerprint)


def chosen_students(run: Run, students: Sequence[str] | None) -> list[str]:
    """Return who is asked for and has handed in; a folder that is none becomes a line of its own.

    Raises
    ------
    MarkingError
        Nobody has handed in, or not the student asked for, nor a mate.
    """
    name = run.rows.name
    submitted = run.course.root / run.course.submitted_directory
    found, odd = students_with_work(submitted, name)
    wanted = set() if students else {*found, *odd}
    for student in students or ():
        # Of a group's member without a hand-in the mates' is meant.
        theirs = run.groups.mates(student) if run.groups and student not in odd else (student,)
        here = {student} if student in (*found, *odd) else {mate for mate in theirs if mate in found}
        if not here:
            message = say.no_such_student(student, name)
            raise MarkingError(message)
        wanted |= here
    if not wanted:
        message = say.no_work(name, submitted)
        raise MarkingError(message)
    run.states |= {student: ("failed", say.NOT_A_FOLDER) for student in odd if student in wanted}
    return [student for student in found if student in wanted]


def to_do(run: Run, students: Iterable[str], *, again: bool) -> list[str]:
    """Return whose submission is new or changed since it was marked; with `again` everybody's."""
    with run.book.transaction() as connection:
        ledger = read_ledger(connection, run.book.ledger, run.rows.name)
        run.dues |= due_dates(connection, run)
    run.marked |= {student for student, entry in ledger.items() if entry.fingerprint}
    todo = []
    for student in students:
        recover(run.course.autograded(student, run.rows.name))
        handed, fingerprint = run.read(student)
        entry = ledger.get(student)
        if used_up(run.settings.attempts, entry, handed):
            run.states[student] = ("capped", say.used_up(run.settings.attempts))
        elif again or student not in run.dues or not _is_marked(run, entry, student, fingerprint):
            todo.append(student)
    return todo


def due_dates(connection: Any, run: Run) -> dict[str, str]:
    """Return when the work of those in the gradebook is due: points for lateness hang on it."""
    table = run.book.tables["submitted_assignment"]
    known = connection.execute(table.select().where(table.c.assignment_id == run.rows.id))
    return {row.student_id: f"{run.rows.duedate} {row.extension}" for row in known}


def used_up(most: int, entry: Entry | None, handed: HandIn) -> bool:
    """Tell whether a hand-in comes after as many others as are marked; the last of those may be repeated."""
    return bool(most and entry is not None and entry.attempts >= most and entry.submitted != handed.digest())


def _is_marked(run: Run, entry: Entry | None, student: str, fingerprint: str) -> bool:
    """Tell whether the gradebook and the marked files hold the result of exactly these bytes."""
    if entry is None or entry.fingerprint != fingerprint:
        return False
    folder = run.course.autograded(student, run.rows.name)
    marked = [folder / f"{name}.ipynb" for name in run.rows.notebooks]
    return all(path.is_file() and fingerprint.encode() in path.read_bytes() for path in marked)


def job_for(run: Run, student: str) -> dict[str, Any]:
    """Return a submission as plain data, read now, for `mark_submission`."""
    handed, fingerprint = run.handed[student] = run.read(student)
    return {
        "student": student,
        "course": run.course.source(run.rows.name).parent.name,
        "assignment": run.rows.name,
        "notebooks": {
            name: {"data": data, "notes": [*handed.notes, *notes]}
            for name, (data, notes) in handed.notebooks.items()
        },
        "releases": dict(run.released.notebooks),
        "marking": run.released.marking,
        "beside": dict(run.released.beside),
        "files": dict(run.released.files),
        "limits": run.settings.limits,
        "hidden": [str(run.course.root), str(run.course.source(run.rows.name).parent)],
        "seconds_per_task": run.settings.seconds_per_task,
        "max_lines": run.settings.max_lines,
        "trusted": run.trusted,
        "attachments": {
            name: {"files": files, "notes": notes} for name, (files, notes) in handed.attachments.items()
        },
        "attachments_digest": handed.attachments_digest(),
        "fingerprint": fingerprint,
    }
