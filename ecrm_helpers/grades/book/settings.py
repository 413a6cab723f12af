"""Sheet 口径: every weight and policy that shaped the figures; formulas read the weights here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrm_helpers.grades.book.cells import Cell
from ecrm_helpers.grades.book.formulas import text
from ecrm_helpers.grades.book.heads import headline
from ecrm_helpers.grades.book.layout import LEVEL, STANDING, put
from ecrm_helpers.grades.book.places import combining
from ecrm_helpers.grades.book.styles import on_paper
from ecrm_helpers.grades.book.tables import paragraphs, table
from ecrm_helpers.grades.plan import TOTAL
from ecrm_helpers.grades.policies import GiveRest, ScaleTo100
from ecrm_helpers.grades.scheme import WHOLE
from ecrm_helpers.messages import book as messages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlsxwriter.worksheet import Worksheet

    from ecrm_helpers.grades.book.layout import Book

__all__ = ["add"]

WIDTHS = (30, 34, 26, 14, 14)
CODE_HEIGHT = 12
TEXT, COUNT, CENTRE = ("grid", "text", "wrap"), ("grid", "whole"), ("grid", "centre")


def add(book: Book) -> None:
    """Add the sheet."""
    sheet = book.file.add_worksheet(messages.RULES)
    headline(book, sheet)
    course, start = book.results.listed.course, book.rules.start
    table(book, sheet, start["weights"], "weights", list(_weights(book)), widths=WIDTHS)
    sections = {
        "shares": list(_shares(book)),
        "states": list(_states(book)),
        "levels": list(_levels(book)),
        "bands": list(_bands(book)) if course.bands else [],
    }
    for name, lines in sections.items():
        if lines:
            table(book, sheet, start[name], name, lines, widths=WIDTHS)
    _words(book, sheet)
    for column, wide in enumerate(WIDTHS):
        sheet.set_column(column, column, wide)
    on_paper(sheet, book.results, heading=(0, 1), columns=len(WIDTHS))


def _weights(book: Book) -> Iterator[list[Cell]]:
    listed = book.results.listed
    components, first = listed.course.components, book.rules.start["weights"] + 3
    every = f"$D${first}:$D${first + len(components) - 1}"
    for row, one in enumerate(components, start=first):
        effective = listed.weights.get(one.id)
        look = "percent" if effective and effective.denominator != 1 else "percent0"
        yield [
            Cell(one.id, "", TEXT), Cell(one.title, "", TEXT), Cell(one.group or messages.NONE, "", TEXT),
            Cell(float(one.weight), "", ("grid", "points")),
            Cell(float(effective or 0), _effective(book, one.id, f"D{row}", every), ("grid", look)),
        ]  # fmt: skip
    used = f"E{first}:E{first + len(components) - 1}"
    strong = ("grid", "strong")
    yield [
        Cell(messages.WHOLE, "", strong), Cell("", "", strong), Cell("", "", strong),
        Cell(float(listed.course.published_total), f"SUM({every})", (*strong, "points")),
        Cell(float(sum(listed.weights.values())), f"SUM({used})", (*strong, "percent0")),
    ]  # fmt: skip


def _effective(book: Book, component: str, published: str, every: str) -> str:
    gap = book.results.listed.course.gap
    if isinstance(gap, ScaleTo100):
        return f"{published}*{WHOLE}/SUM({every})"
    if isinstance(gap, GiveRest) and gap.to == component:
        return f"{published}+{WHOLE}-SUM({every})"
    return published


def _shares(book: Book) -> Iterator[list[Cell]]:
    plan = book.results.listed.plan
    for node in combining(plan):
        for part, share in node.parts:
            yield [
                Cell(node.place, "", TEXT), Cell(messages.method(node), "", TEXT), Cell(part, "", TEXT),
                Cell(plan[part].title, "", TEXT),
                Cell(float(share), "", ("grid", "percent0" if share.denominator == 1 else "percent")),
            ]  # fmt: skip


def _states(book: Book) -> Iterator[list[Cell]]:
    listed = book.results.listed
    for name, one in listed.course.states.items():
        people = sum(row.person.state == name for row in listed.rows)
        yield [
            Cell(name, "", TEXT), Cell(messages.EFFECTS[one.total], "", TEXT),
            Cell(messages.YES if one.attainment else messages.NO, "", TEXT), Cell(people, "", COUNT),
        ]  # fmt: skip


def _levels(book: Book) -> Iterator[list[Cell]]:
    listed = book.results.listed
    for name, lowest in sorted(listed.course.levels.items(), key=lambda one: -one[1]):
        people = sum(row.level == name and not row.by_state for row in listed.rows)
        formula = f"SUMPRODUCT(({book.totals.column(LEVEL)}={text(name)})*{_own(book)})"
        yield [
            Cell(name, "", TEXT),
            Cell(float(lowest), "", ("grid", "points")),
            Cell(people, formula, COUNT),
        ]


def _bands(book: Book) -> Iterator[list[Cell]]:
    """Distribution of the totals; one that is not given, or that a state gave, is in no band."""
    course, totals = book.results.listed.course, book.totals.column(TOTAL)
    known = [
        float(row.shown_total)
        for row in book.results.listed.rows
        if row.shown_total is not None and not row.by_state
    ]
    there = f"ISNUMBER({totals})*{_own(book)}"
    bounds = [float(bound) for bound in course.bands]
    highest = [None, *bounds]
    lowest = [*bounds, None]
    for name, low, high in zip(messages.band(bounds), lowest, highest, strict=True):
        inside = [one for one in known if (low is None or one >= low) and (high is None or one < high)]
        limits = [f"({totals}>={low:g})"] if low is not None else []
        limits += [f"({totals}<{high:g})"] if high is not None else []
        count = f"SUMPRODUCT({there}*{'*'.join(limits)})"
        share = len(inside) / len(known) if known else messages.NONE
        part = f"IF(SUMPRODUCT({there})=0,{text(messages.NONE)},{count}/SUMPRODUCT({there}))"
        yield [
            Cell(name, "", TEXT), Cell(messages.NONE if low is None else low, "", ("grid", "points")),
            Cell(len(inside), count, COUNT),
            Cell(share, part, ("grid", "share")),
        ]  # fmt: skip
    average = sum(known) / len(known) if known else messages.NONE
    formula = (
        f"IF(SUMPRODUCT({there})=0,{text(messages.NONE)},SUMPRODUCT({there},{totals})/SUMPRODUCT({there}))"
    )
    yield [Cell(messages.BANDS_MEAN, "", TEXT), Cell(average, formula, ("grid", "ratio"))]


def _own(book: Book) -> str:
    """Mark the students whose total no state has decided."""
    return f"(1-ISNUMBER(MATCH({book.totals.column(STANDING)},{book.rules.states},0)))"


def _words(book: Book, sheet: Worksheet) -> None:
    listed, row = book.results.listed, book.rules.start["words"]
    sections = {
        messages.POLICIES: listed.policies, messages.NOTICES: listed.notices,
        messages.FILES: listed.sources, messages.WHEN: (book.results.made_on,),
    }  # fmt: skip
    for title, lines in sections.items():
        if lines:
            row = paragraphs(book, sheet, row, title, lines, widths=WIDTHS)
    put(book, sheet, row, 0, Cell(messages.CONFIG, "", ("section",)))
    for at, line in enumerate(_config(book), start=row + 1):
        put(book, sheet, at, 0, Cell(line, "", ("code",)))
        sheet.set_row(at, CODE_HEIGHT)


def _config(book: Book) -> list[str]:
    path = book.results.config
    return path.read_text(encoding="utf-8").splitlines() if path.is_file() else [messages.CONFIG_MISSING]
