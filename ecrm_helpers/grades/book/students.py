"""Sheet 个人达成度: every student's attainment of every outcome, beside the evidence it is computed from."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_rowcol_to_cell

from ecrm_helpers.grades.book.cells import ID, NAME, Cell
from ecrm_helpers.grades.book.formulas import combined
from ecrm_helpers.grades.book.heads import heads, people
from ecrm_helpers.grades.book.layout import STATE, evidence_key, put
from ecrm_helpers.grades.book.styles import attained_look
from ecrm_helpers.messages import book as messages

if TYPE_CHECKING:
    from ecrm_helpers.grades.attainment.records import OutcomeResult, SourceResult
    from ecrm_helpers.grades.book.layout import Book
    from ecrm_helpers.grades.record import StudentRow

__all__ = ["add"]


def add(book: Book) -> None:
    """Add the sheet."""
    grid, attained = book.students, book.results.attained
    evidence = {evidence_key(one): one for outcome in attained.outcomes for one in outcome.sources}
    sheet = heads(book, grid, [
        {ID: ID, NAME: NAME, STATE: STATE, **{one.outcome: one.outcome for one in attained.outcomes},
         **{key: one.label for key, one in evidence.items()}},
        {NAME: messages.FULL, **{one.outcome: Cell(1.0, "", ("grid", "under")) for one in attained.outcomes},
         **{key: Cell(float(one.full), "", ("grid", "under", "points")) for key, one in evidence.items()}},
    ], note=messages.STUDENTS_NOTE)  # fmt: skip
    usable = {one.outcome: _usable(book, one) for one in attained.outcomes}
    for row, student in enumerate(book.results.listed.rows, start=grid.top):
        people(book, sheet, grid, row, student)
        for key, source in evidence.items():
            put(book, sheet, row, grid.columns[key], _evidence(book, source, student, row))
        for outcome in attained.outcomes:
            cell = _attained(book, outcome, usable[outcome.outcome], student, row)
            put(book, sheet, row, grid.columns[outcome.outcome], cell)


def waits(book: Book, source: SourceResult, student: str) -> bool:
    """Tell whether this piece of evidence of this student is a task that a teacher still has to mark."""
    own = book.points.students.get(student, {}).get(evidence_key(source)) if source.task else None
    return own is not None and own.waiting


def _usable(book: Book, outcome: OutcomeResult) -> list[int]:
    """List the numbers of the sources that do not wait with everybody who counts."""
    handed_in: dict[int, list[bool]] = defaultdict(list)
    for n, source in enumerate(outcome.sources):
        key = evidence_key(source)
        handed_in[n] = [
            own[key].waiting
            for own in (book.points.students.get(student, {}) for student in outcome.students)
            if source.task and key in own
        ]
    return [n for n, waiting in handed_in.items() if not waiting or not all(waiting)]


def _evidence(book: Book, source: SourceResult, student: StudentRow, row: int) -> Cell:
    own = book.students.cell(ID, row)
    if not source.task:
        mark = student.marks[source.place]
        formula = book.components.find(source.place, own)
        if mark.value is None:
            missing = messages.missing(book.results.listed.course.missing)
            return Cell(missing, formula, ("grid", "missing"))
        return Cell(float(mark.value), formula, ("grid", "mark"))
    key = evidence_key(source)
    point = book.points.students.get(student.student_id, {}).get(key)
    if point is None:
        return Cell(
            messages.NONE, book.tasks.find(key, own) if key in book.tasks.columns else "", ("grid", "missing")
        )
    if point.waiting:
        return Cell(messages.WAITING, "", ("grid", "waiting", "centre"))
    within = max(0.0, min(float(source.full), point.score))
    formula = book.tasks.find(key, own) if within == point.score else ""
    return Cell(within, formula, ("grid", "points"))


def _attained(book: Book, outcome: OutcomeResult, usable: list[int], student: StudentRow, row: int) -> Cell:
    name = student.student_id
    if name not in outcome.students:
        return Cell(messages.LEFT_OUT, "", ("grid", "missing"))
    value = outcome.students[name]
    sources = [(n, outcome.sources[n]) for n in usable]
    if not sources or any(waits(book, one, name) for _, one in sources):
        return Cell(messages.WAITING if sources else messages.NONE, "", ("grid", "missing"))
    keys = [evidence_key(one) for _, one in sources]
    top = book.students.top - 1
    formula = combined(
        [book.students.cell(key, row) for key in keys],
        [book.objectives.weights[outcome.outcome, n] for n, _ in sources],
        full=[xl_rowcol_to_cell(top, book.students.columns[key], row_abs=True) for key in keys],
        missing=book.results.listed.course.missing, otherwise=messages.NONE,
    )  # fmt: skip
    look = attained_look(value, book.results.attained.threshold)
    return Cell(messages.NONE if value is None else float(value), formula, ("grid", look))
