"""Sheet 题目分析: how the tasks worked, and what the class most often missed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrm_helpers.grades.book.cells import Cell
from ecrm_helpers.grades.book.heads import headline
from ecrm_helpers.grades.book.styles import on_paper
from ecrm_helpers.grades.book.tables import paragraphs, table
from ecrm_helpers.grades.items.review import sections_for
from ecrm_helpers.messages import book as messages
from ecrm_helpers.messages import items as item_messages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecrm_helpers.grades.book.layout import Book
    from ecrm_helpers.grades.items.records import AssignmentItems, Item, Missed

__all__ = ["add"]

WIDTHS = (18, 22, 50, 8, 8, 9, 9, 9, 12, 10, 10)
TEXT, COUNT, RATIO, SHARE = ("grid", "text", "wrap"), ("grid", "whole"), ("grid", "ratio"), ("grid", "share")


def add(book: Book) -> None:
    """Add the sheet; it says so when there is nothing to analyse."""
    sheet = book.file.add_worksheet(messages.ITEMS)
    headline(book, sheet)
    for column, wide in enumerate(WIDTHS):
        sheet.set_column(column, column, wide)
    on_paper(sheet, book.results, heading=(0, 1), columns=len(WIDTHS))
    analysis, row = book.results.items, 3
    if not analysis.assignments:
        paragraphs(book, sheet, row, messages.NOTES, [messages.NO_ITEMS], widths=WIDTHS)
        return
    row = paragraphs(book, sheet, row, messages.NOTES, messages.READING, widths=WIDTHS)
    items = [one for assignment in analysis.assignments for one in assignment.items]
    lines = [_item(one, at) for at, one in enumerate(items, start=row + 3)]
    row = table(book, sheet, row, "items", lines, widths=WIDTHS)
    row = table(book, sheet, row, "alpha", [_alpha(one) for one in analysis.assignments], widths=WIDTHS)
    missed = [
        [Cell(one.assignment, "", TEXT), Cell(_go_back(book, one), "", TEXT), Cell(one.text, "", TEXT),
         Cell(one.students, "", COUNT), Cell(one.share, "", SHARE)]
        for one in analysis.missed
    ]  # fmt: skip
    if missed:
        row = table(book, sheet, row, "missed", missed, widths=WIDTHS)
    answers = [line for one in items for line in _answers(one)]
    if answers:
        table(book, sheet, row, "answers", answers, widths=WIDTHS)


def _go_back(book: Book, missed: Missed) -> str:
    results = book.results
    found = sections_for(missed, results.tasks, results.sections)
    return "\n".join(item_messages.section(one.notebook, one.title) for one in found) or messages.NONE


def _item(one: Item, row: int) -> list[Cell]:
    difficulty = f"F{row}/D{row}" if one.full and one.difficulty == one.mean / one.full else ""
    return [
        Cell(one.assignment, "", TEXT), Cell(one.task, "", TEXT), Cell(one.title, "", TEXT),
        Cell(one.full, "", ("grid", "points")), Cell(one.counted, "", COUNT), Cell(one.mean, "", RATIO),
        Cell(one.difficulty, difficulty, RATIO), _known(one.discrimination), _known(one.correlation),
        Cell(one.none, "", SHARE), Cell(one.all, "", SHARE),
    ]  # fmt: skip


def _alpha(one: AssignmentItems) -> list[Cell]:
    return [
        Cell(one.assignment, "", TEXT), Cell(messages.basis(one), "", TEXT),
        Cell(messages.unmarked(one), "", TEXT), _known(one.alpha),
    ]  # fmt: skip


def _answers(one: Item) -> Iterator[list[Cell]]:
    named = [(messages.ANSWERED, answer) for answer in one.answers]
    named += [(messages.TOLD, answer) for answer in one.messages]
    for what, answer in named:
        yield [
            Cell(one.assignment, "", TEXT), Cell(one.title, "", TEXT), Cell(f"{what}{answer.text}", "", TEXT),
            Cell(answer.count, "", COUNT), Cell(answer.share, "", SHARE), Cell(answer.points, "", RATIO),
        ]  # fmt: skip


def _known(value: float | None) -> Cell:
    return Cell(messages.NONE, "", ("grid", "missing")) if value is None else Cell(value, "", RATIO)
