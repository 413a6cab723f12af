"""Show a class in a terminal of 80 columns: one table, then everything that needs a teacher's eye."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table
from rich.text import Text

from ecrm_helpers.grades.attainment.shown import decimals
from ecrm_helpers.grades.policies import RoundHalfUp
from ecrm_helpers.messages import class_table as messages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from fractions import Fraction
    from pathlib import Path

    from ecrm_helpers.grades.attainment import Attained
    from ecrm_helpers.grades.record import ClassList, Mark, StudentRow
    from ecrm_helpers.grades.results import Results

__all__ = ["lines", "rules", "table"]

MOST = 60  # entries of a list; a school year has its workbook
NAME_WIDTH = 8  # four characters
_ROUND = RoundHalfUp(components=3, total=3)


def table(listed: ClassList) -> Group:
    """Lay the class list out: a column for each component, state, total, level, and whether it is final."""
    waiting = sum(bool(row.total.pending) for row in listed.rows)
    title = Text(messages.title(listed.course, waiting=waiting), style="bold")
    return Group(title, _table(listed), Text(messages.WAITING_MEANS))


def _table(listed: ClassList) -> Table:
    view = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    view.add_column(messages.STUDENT_ID, no_wrap=True)
    view.add_column(messages.NAME, overflow="fold", min_width=NAME_WIDTH)
    view.add_column(messages.STATE, no_wrap=True)
    for place, weight in listed.weights.items():
        view.add_column(messages.heading(place, weight), justify="right", no_wrap=True)
    view.add_column(messages.TOTAL, justify="right", no_wrap=True)
    if listed.course.levels:
        view.add_column(messages.LEVEL, no_wrap=True)
    view.add_column(messages.NOTE, no_wrap=True)
    for row in listed.rows:
        view.add_row(*(Text(cell) for cell in _cells(listed, row)))
    return view


def lines(results: Results, written: Sequence[Path]) -> Iterator[str]:
    """Yield what stands beneath the table and what a teacher acts on: counts, lists, attainment, files."""
    listed = results.listed
    yield _counts(listed)
    for title, found in (
        (messages.MISSING_TITLE, _missing(listed)),
        (messages.PENDING_TITLE, _pending(listed)),
        (messages.LINES_TITLE, _shaped(listed.rows, {"late", "attempts", "note"})),
        (messages.OVERRIDES_TITLE, _shaped(listed.rows, {"override"})),
        (messages.STATES_TITLE, _shaped([row for row in listed.rows if row.by_state], {"state"})),
        (messages.NOTICES_TITLE, [f"  {notice}" for notice in listed.notices]),
    ):
        yield from messages.listing(title, found, most=MOST)
    if results.attained.outcomes:
        yield _attained(results.attained)
    yield from messages.written(written)


def rules(listed: ClassList) -> Iterator[str]:
    """Yield what the figures rest on and nobody needs to act on: sources, and every policy, last."""
    yield messages.sources(listed.sources)
    policies = [f"  {policy}" for policy in listed.policies]
    yield from messages.listing(messages.POLICIES_TITLE, policies, most=len(policies))


def _cells(listed: ClassList, row: StudentRow) -> list[str]:
    digits = listed.course.rounding.components
    total = str(row.shown_total)
    if row.shown_total is None:
        total = row.person.state if row.by_state else messages.MISSING
    levels = [row.level] if listed.course.levels else []
    waiting = bool(row.total.pending)
    note = messages.note(total=row.shown_total is not None, decided=row.by_state, waiting=waiting)
    return [
        row.person.shown_id,
        row.name,
        row.person.state,
        *(_shown(row.marks[place], listed.course.rounding, digits=digits) for place in listed.weights),
        total + (messages.WAITING if waiting else ""),
        *levels,
        note,
    ]


def _shown(mark: Mark, rounding: RoundHalfUp, *, digits: int) -> str:
    if mark.value is None:
        return messages.MISSING
    return str(rounding.shown(mark.value, digits=digits)) + (messages.WAITING if mark.pending else "")


def _missing(listed: ClassList) -> list[str]:
    """Name what nobody has once, then what single students lack; a state that decides lacks nothing."""
    rows = [row for row in listed.rows if not row.by_state]
    shared = set.intersection(*(set(row.total.missing) for row in rows)) if len(rows) > 1 else set()
    nobody = [place for place in rows[0].total.missing if place in shared] if rows else []
    own = ((row, [place for place in row.total.missing if place not in shared]) for row in rows)
    each = [messages.person(row.person.shown_id, row.name, "、".join(lacks)) for row, lacks in own if lacks]
    return [*([messages.nobody_has(nobody)] if nobody else []), *each]


def _pending(listed: ClassList) -> list[str]:
    return [
        messages.person(row.person.shown_id, row.name, messages.tasks(row.total.pending))
        for row in listed.rows
        if row.total.pending
    ]


def _shaped(rows: Iterable[StudentRow], kinds: set[str]) -> list[str]:
    return [
        messages.person(row.person.shown_id, row.name, line.text)
        for row in rows
        for line in row.lines
        if line.kind in kinds
    ]


def _attained(found: Attained) -> str:
    figures = [(one.outcome, _figure(one.value, found.threshold)) for one in found.outcomes]
    weakest = "、".join(one.outcome for one in found.lowest)
    threshold = f"{float(found.threshold):g}"
    value = _figure(found.value, found.threshold)
    return messages.attained(figures, weakest, value, threshold, preliminary=found.preliminary)


def _figure(value: Fraction | None, threshold: Fraction) -> str:
    if value is None:
        return messages.NOT_KNOWN
    return str(_ROUND.shown(value, digits=decimals(value, threshold)))


def _counts(listed: ClassList) -> str:
    decided = [row for row in listed.rows if row.by_state]
    others = [row for row in listed.rows if not row.by_state]
    with_total = [row for row in others if row.total.value is not None]
    preliminary = sum(bool(row.total.pending) for row in with_total)
    return messages.counts(
        complete=len(with_total) - preliminary,
        preliminary=preliminary,
        incomplete=len(others) - len(with_total),
        decided=len(decided),
    )
