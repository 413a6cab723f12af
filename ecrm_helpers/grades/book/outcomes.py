"""Sheet 课程目标: attainment of every outcome, its roll-up, and the evidence with its weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrm_helpers.grades.book.cells import Cell
from ecrm_helpers.grades.book.formulas import mean, text
from ecrm_helpers.grades.book.heads import headline
from ecrm_helpers.grades.book.layout import evidence_key
from ecrm_helpers.grades.book.styles import attained_look, on_paper
from ecrm_helpers.grades.book.tables import paragraphs, table
from ecrm_helpers.messages import book as messages

if TYPE_CHECKING:
    from fractions import Fraction

    from ecrm_helpers.grades.attainment.records import OutcomeResult, SourceResult
    from ecrm_helpers.grades.book.layout import Book

__all__ = ["add"]

WIDTHS = (12, 46, 12, 10, 12, 12, 14, 12)
NUMBER = ("grid", "attained3")
COUNT = ("grid", "whole")


def add(book: Book) -> None:
    """Add the sheet."""
    sheet = book.file.add_worksheet(messages.OBJECTIVES)
    headline(book, sheet)
    attained, start = book.results.attained, book.objectives.start
    ranges = _source_rows(book)
    outcomes = [_outcome(book, n, one, ranges[one.outcome]) for n, one in enumerate(attained.outcomes)]
    table(book, sheet, start["outcomes"], "outcomes", [*outcomes, _course(book)], widths=WIDTHS)
    if attained.programme:
        lines = [_programme(book, name, value) for name, value in attained.programme.items()]
        table(book, sheet, start["programme"], "programme", lines, widths=WIDTHS)
    evidence = [
        _evidence(book, one, source, row)
        for one in attained.outcomes
        for row, source in zip(ranges[one.outcome], one.sources, strict=True)
    ]
    if evidence:
        table(book, sheet, start["evidence"], "evidence", evidence, widths=WIDTHS)
    paragraphs(book, sheet, start["words"], messages.NOTES, messages.evidence(attained), widths=WIDTHS)
    for column, wide in enumerate(WIDTHS):
        sheet.set_column(column, column, wide)
    on_paper(sheet, book.results, heading=(0, 1), columns=len(WIDTHS))


def _source_rows(book: Book) -> dict[str, range]:
    """Rows of every outcome's evidence, from 0."""
    row, found = book.objectives.start["evidence"] + 2, {}
    for one in book.results.attained.outcomes:
        found[one.outcome] = range(row, row + len(one.sources))
        row += len(one.sources)
    return found


def _outcome(book: Book, n: int, one: OutcomeResult, rows: range) -> list[Cell]:
    row = book.objectives.start["outcomes"] + 3 + n  # as a formula counts, from 1
    counted = f"COUNT({book.students.column(one.outcome)})"
    here = f"C{row}"
    every = _values(book)
    all_known = f"COUNT({every})={len(book.results.attained.outcomes)}"
    differ = f"ROUND(MAX({every})-MIN({every}),9)>0" if len(book.results.attained.outcomes) > 1 else "1=1"
    lowest = f"ROUND({here}-MIN({every}),9)=0"
    weakest = (
        f"IF({all_known},IF({differ},IF({lowest},{text(messages.WEAKEST)},{text(messages.NONE)}),"
        f"{text(messages.NONE)}),{text(messages.NONE)})"
    )
    return [
        Cell(one.outcome, "", ("grid", "text")),
        Cell(one.text, "", ("grid", "text", "wrap")),
        _value(book, one.value, _sum(rows, counted)),
        Cell(float(book.results.attained.threshold), "", ("grid", "points")),
        _reached(one, here, f"D{row}"),
        Cell(
            messages.WEAKEST if one in book.results.attained.lowest else messages.NONE,
            weakest,
            ("grid", "centre"),
        ),
        Cell(one.counted, counted, COUNT),
        Cell(len(book.results.listed.rows) - one.counted, f"{len(book.results.listed.rows)}-G{row}", COUNT),
    ]


def _sum(rows: range, counted: str) -> str:
    """Σ w · mean/full over the evidence that is there, divided by its weights: 1 unless some waits."""
    if not rows:
        return ""
    weights, shares = (f"${column}${rows[0] + 1}:${column}${rows[-1] + 1}" for column in "CF")
    return (
        f"IF({counted}=0,{text(messages.NONE)},"
        f"SUMPRODUCT({weights},{shares})/SUMPRODUCT(ISNUMBER({shares})*{weights}))"
    )


def _value(book: Book, value: Fraction | None, formula: str) -> Cell:
    look = attained_look(value, book.results.attained.threshold)
    return Cell(messages.NONE if value is None else float(value), formula, ("grid", look, "strong"))


def _reached(one: OutcomeResult, value: str, threshold: str) -> Cell:
    shown = messages.NONE if one.reached is None else messages.YES if one.reached else messages.NO
    formula = (
        f"IF(ISNUMBER({value}),IF(ROUND({value},9)>={threshold},{text(messages.YES)},{text(messages.NO)}),"
        f"{text(messages.NONE)})"
    )
    return Cell(shown, formula, ("grid", "centre"))


def _values(book: Book) -> str:
    first = book.objectives.start["outcomes"] + 3
    return f"$C${first}:$C${first + len(book.results.attained.outcomes) - 1}"


def _course(book: Book) -> list[Cell]:
    """Report the course as a whole: unknown while one outcome is."""
    attained, every = book.results.attained, _values(book)
    how = "MIN" if book.results.listed.course.attainment.course == "weakest" else "AVERAGE"
    formula = f"IF(COUNT({every})={len(attained.outcomes)},{how}({every}),{text(messages.NONE)})"
    return [
        Cell(messages.COURSE, "", ("grid", "strong")),
        Cell(messages.course_value(book.results.listed.course), "", ("grid", "strong")),
        _value(book, attained.value, formula),
    ]


def _programme(book: Book, name: str, value: Fraction | None) -> list[Cell]:
    members = book.results.listed.course.programme[name]
    first = book.objectives.start["outcomes"] + 3
    order = [one.outcome for one in book.results.attained.outcomes]
    cells = [f"$C${first + order.index(one)}" for one in members]
    formula = f"IF(COUNT({','.join(cells)})={len(cells)},AVERAGE({','.join(cells)}),{text(messages.NONE)})"
    of = "、".join(members)
    return [Cell(name, "", ("grid", "text")), Cell(of, "", ("grid", "text")), _value(book, value, formula)]


def _evidence(book: Book, outcome: OutcomeResult, one: SourceResult, row: int) -> list[Cell]:
    at, missing = row + 1, book.results.listed.course.missing
    values, counted = book.students.column(evidence_key(one)), book.students.column(outcome.outcome)
    average = mean(values, counted, missing=missing, otherwise=messages.NONE)
    share, part = f"IF(ISNUMBER(E{at}),E{at}/D{at},{text(messages.NONE)})", None
    if one.share is not None:
        part = one.share * one.weight
    return [
        Cell(outcome.outcome, "", ("grid", "text")),
        Cell(one.label, "", ("grid", "text", "wrap")),
        Cell(float(one.weight), "", NUMBER),
        Cell(float(one.full), "", ("grid", "points")),
        _plain(one.mean, average if one.mean is not None else "", ("grid", "ratio")),
        _plain(one.share, share, NUMBER),
        _plain(part, f"IF(ISNUMBER(F{at}),C{at}*F{at},{text(messages.NONE)})", NUMBER),
        Cell(one.counted, _how_many(values, counted, missing=missing) if one.counted else "", COUNT),
    ]


def _how_many(values: str, counted: str, *, missing: str) -> str:
    return f"COUNT({counted})" if missing == "zero" else f"SUMPRODUCT(ISNUMBER({counted})*ISNUMBER({values}))"


def _plain(value: Fraction | None, formula: str, look: tuple[str, ...]) -> Cell:
    return Cell(messages.NONE if value is None else float(value), formula, look)
