"""组内互评: what the other members of a group gave, by mean or median."""

from __future__ import annotations

import statistics
from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.identity import normal_id
from ecrm_helpers.grades.sheets.cells import mark
from ecrm_helpers.grades.sheets.grid import Grid, lines, member
from ecrm_helpers.grades.sheets.layout import bare
from ecrm_helpers.grades.sheets.problems import noting
from ecrm_helpers.grades.sheets.records import Entry
from ecrm_helpers.messages import score_sheets as messages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ecrm_helpers.grades.sheets.register import Reading
    from ecrm_helpers.grades.sources import PeerReview

__all__ = ["combined", "read_peers"]


def combined(ratings: Sequence[Fraction], source: PeerReview, where: str) -> Entry:
    """Turn what others gave somebody into a mark.

    Examples
    --------
    >>> from ecrm_helpers.grades import PeerReview
    >>> given = [Fraction(60), Fraction(90), Fraction(95)]
    >>> combined(given, PeerReview(combine="median"), "").value
    Fraction(90, 1)
    >>> combined(given, PeerReview(least=4), "").word
    '互评只有 3 份，至少要 4 份'
    """
    if len(ratings) < max(source.least, 1):
        return Entry(None, messages.too_few_ratings(len(ratings), source.least), where)
    middle = statistics.median if source.combine == "median" else statistics.mean
    note = messages.peer_note(len(ratings), source.combine)
    return Entry(Fraction(middle(sorted(ratings))), "", where, note=note)


def read_peers(sheet: Grid, place: str, source: PeerReview, reading: Reading) -> None:
    """Read one row per rater and rated member."""
    if not any(person.group for person in reading.people.values()):
        sheet.report(messages.no_groups(sheet.title, place))
        return
    given: dict[str, list[Fraction]] = defaultdict(list)
    first: dict[str, str] = {}
    for number, rated, entry in _ratings(sheet, reading):
        first.setdefault(rated, sheet.at(number, messages.RATING))
        if entry.value is not None:
            given[rated].append(entry.value)
    for student, person in reading.people.items():
        where = first.get(student, sheet.title)
        if not person.group:
            reading.keep(student, place, Entry(None, messages.UNGROUPED, where))
        elif given:  # an empty template says nothing about anybody
            reading.keep(student, place, combined(given[student], source, where))


def _ratings(sheet: Grid, reading: Reading) -> Iterator[tuple[int, str, Entry]]:
    """Yield (row number, who was rated, mark) for every row that may count."""
    index = next((i for i, key in enumerate(sheet.keys) if bare(key)[0] == messages.RATING), None)
    if index is None:
        return
    seen: dict[tuple[str, str], int] = {}
    for number, row in lines(sheet):
        pair = ("", "")
        with noting(sheet.report):
            pair = _pair(sheet, number, row, reading)
            if pair in seen and pair[0]:
                message = messages.rating_twice(sheet.title, *pair, seen[pair], number)
                raise GradingError(message)
        if not pair[0] or pair in seen:
            continue
        seen[pair] = number
        with noting(sheet.report):
            value = row[index] if index < len(row) else None
            yield number, pair[1], mark(value, sheet.at(number, index))


def _pair(sheet: Grid, number: int, row: Sequence[Any], reading: Reading) -> tuple[str, str]:
    """Return (rater, rated) of a row; empty ids where one of them has left the class or the group."""
    rater, rated = (
        _member(sheet, number, row, columns, reading)
        for columns in ((messages.RATER_ID, messages.RATER), (messages.RATED_ID, messages.RATED))
    )
    where, marked = sheet.at(number, messages.RATING), messages.GONE in sheet.cell(row, messages.REMARKS)
    if not rater or not rated:
        return "", ""
    first, second = reading.people[rater], reading.people[rated]
    if rater == rated:
        message = messages.rates_oneself(where, first.shown_id)
        raise GradingError(message)
    if first.group and first.group == second.group:
        return rater, rated
    if marked:
        return "", ""
    message = messages.rates_other_group(where, first.shown_id, first.group, second.shown_id, second.group)
    raise GradingError(message)


def _member(sheet: Grid, number: int, row: Sequence[Any], columns: tuple[str, str], reading: Reading) -> str:
    """Return an id held against the roster; "" where the row is marked as somebody's who has left."""
    marked = messages.GONE in sheet.cell(row, messages.REMARKS)
    if marked and normal_id(sheet.cell(row, columns[0])) not in reading.people:
        return ""
    return member(sheet, number, row, columns, reading)
