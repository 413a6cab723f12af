"""Sheet 分项: every place of the scheme as a column, sums and products by formula."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrm_helpers.grades.book.cells import ID, NAME, Cell
from ecrm_helpers.grades.book.formulas import combined, product
from ecrm_helpers.grades.book.heads import heads, people
from ecrm_helpers.grades.book.layout import averaged, put
from ecrm_helpers.grades.book.tasks import reached
from ecrm_helpers.grades.totals import combine
from ecrm_helpers.messages import book as messages

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from ecrm_helpers.grades.book.layout import Book
    from ecrm_helpers.grades.plan import Node
    from ecrm_helpers.grades.record import Mark, StudentRow

__all__ = ["add", "averaged_mark", "look"]


def add(book: Book) -> None:
    """Add the sheet."""
    grid, listed = book.components, book.results.listed
    places = [key for key in grid.columns if key in listed.plan]
    office = averaged(book.results)
    sheet = heads(book, grid, [
        {ID: ID, NAME: NAME, **{place: listed.plan[place].title for place in places},
         **{messages.office_key(name): messages.office_title(name) for name in listed.course.office}},
        {place: messages.under(place, listed.plan[place]) for place in places},
        {place: _share(book, place) for place in places},
    ], note=messages.COLOURS)  # fmt: skip
    for row, student in enumerate(listed.rows, start=grid.top):
        people(book, sheet, grid, row, student)
        for place in places:
            put(book, sheet, row, grid.columns[place], _cell(book, listed.plan[place], student, row))
        for key, parts in office.items():
            put(book, sheet, row, grid.columns[key], _averaged(book, parts, student, row))


def look(mark: Mark) -> tuple[str, ...]:
    """Say at a glance that a mark is missing, waits, was deducted from or put in place by a teacher."""
    if mark.value is None:
        return ("grid", "missing")
    kinds = {line.kind for line in mark.lines}
    changed = ("changed",) if "override" in kinds else ("deducted",) if kinds & {"late", "attempts"} else ()
    return ("grid", "mark", *changed, *(("waiting",) if mark.pending else ()))


def _share(book: Book, place: str) -> Cell:
    """Share in the first place it is a part of."""
    shares = book.rules.shares
    parent = next((node for node in book.results.listed.plan.values() if place in dict(node.parts)), None)
    formula = shares.get((parent.place, place)) or book.rules.weights.get(place) if parent else None
    if parent is None or not formula:
        return Cell(messages.NONE, look=("grid", "under"))
    share = dict(parent.parts)[place]
    return Cell(float(share), formula, ("grid", "under", "percent0" if share.denominator == 1 else "percent"))


def _cell(book: Book, node: Node, student: StudentRow, row: int) -> Cell:
    mark = student.marks[node.place]
    comment = "\n".join([*([mark.note] if mark.note else []), *(line.text for line in mark.lines)])
    if mark.value is None:
        return Cell(messages.missing(book.results.listed.course.missing), "", look(mark), comment)
    return Cell(float(mark.value), _formula(book, node, student, row), look(mark), comment)


def _formula(book: Book, node: Node, student: StudentRow, row: int) -> str:
    """Write how the mark comes about; none for a number a teacher entered or put in its place."""
    mark = student.marks[node.place]
    deducted = [line.points for line in mark.lines if line.kind != "override" and line.points]
    before = mark.value if mark.before is None else mark.before
    overridden = any(line.kind == "override" for line in mark.lines)
    if overridden or before is None or before + sum(deducted) != mark.value:
        return ""
    source = _source(book, node, student, row, before)
    if not source and not deducted:
        return ""
    return (source or repr(float(before))) + "".join(f"{float(points):+.17g}" for points in deducted)


def _source(book: Book, node: Node, student: StudentRow, row: int, before: Fraction) -> str:
    grid, missing = book.components, book.results.listed.course.missing
    if node.kind == "assignment":
        return _from_tasks(book, node.place, student, row, before)
    if not node.parts:
        return ""
    weighed = [(part, weight) for part, weight in node.parts if weight]
    cells = [grid.cell(part, row) for part, _ in weighed]
    otherwise = messages.missing(missing)
    if node.kind == "product":
        return product(*cells, missing=missing, otherwise=otherwise)
    weights = [book.rules.shares[node.place, part] for part, _ in weighed]
    return combined(cells, weights, missing=missing, otherwise=otherwise)


def _from_tasks(book: Book, assignment: str, student: StudentRow, row: int, before: Fraction) -> str:
    work = reached(book, assignment, student.student_id)
    if work is None or work.percent != before:
        return ""
    return book.tasks.find(assignment, book.components.cell(ID, row))


def averaged_mark(book: Book, parts: Sequence[str], student: StudentRow) -> Mark:
    """Average several components by their weights, as the school's office asks for."""
    listed = book.results.listed
    weighed = [(listed.weights[part], student.marks[part]) for part in parts if part in listed.weights]
    return combine(weighed, missing=listed.course.missing)


def _averaged(book: Book, parts: Sequence[str], student: StudentRow, row: int) -> Cell:
    used = [part for part in parts if part in book.results.listed.weights]
    missing = book.results.listed.course.missing
    otherwise, mark = messages.missing(missing), averaged_mark(book, parts, student)
    if not used:
        return Cell(otherwise, look=look(mark))
    formula = combined(
        [book.components.cell(part, row) for part in used], [book.rules.weights[part] for part in used],
        missing=missing, otherwise=otherwise,
    )  # fmt: skip
    return Cell(otherwise if mark.value is None else float(mark.value), formula, look(mark))
