"""Count students by what the judge told them."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from ecrm_helpers.grades.items.answers import LEAST_GROUP
from ecrm_helpers.grades.items.lines import Clause
from ecrm_helpers.grades.items.records import AnswerShare
from ecrm_helpers.messages import items as messages

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from ecrm_helpers.grades.items.lines import Lines

__all__ = ["Told", "message_shares", "told_by_task"]


class Told(NamedTuple):
    """What students of a task were told: how many, and their mean points.

    `other` is the one row per task for everything that fewer than three were told.
    """

    number: int
    text: str
    students: int
    points: float
    other: bool


def told_by_task(rows: pd.DataFrame, clauses: Sequence[Clause]) -> list[Told]:
    """Count each point once per student, in no particular order.

    Parameters
    ----------
    rows : DataFrame
        Of `Lines`, or some of them.
    clauses : sequence of Clause
    """
    once = rows.drop_duplicates(["number", "point", "student"])
    few = once.groupby(["number", "point"])["student"].transform("size") < LEAST_GROUP
    named = once.loc[~few].groupby(["number", "point"])["points"].agg(["size", "mean"])
    rest = once.loc[few].drop_duplicates(["number", "student"])
    texts = _texts(rows, clauses)
    found = [
        Told(number, texts[number, point], int(size), float(mean), other=False)
        for (number, point), size, mean in zip(named.index, named["size"], named["mean"], strict=True)
    ]
    others = rest.groupby("number")["points"].agg(["size", "mean"])
    return found + [
        Told(number, messages.OTHER_LINES, int(size), float(mean), other=True)
        for number, size, mean in zip(others.index, others["size"], others["mean"], strict=True)
    ]


def _texts(rows: pd.DataFrame, clauses: Sequence[Clause]) -> dict[tuple[int, int], str]:
    """Put each point of each task into words: as said if always the same, else without its numbers."""
    labels: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    said: dict[tuple[int, int], Clause] = {}
    counts = rows.groupby(["number", "point", "piece"], as_index=False).size()
    for number, point, piece, count in zip(*(counts[name].tolist() for name in counts), strict=True):
        clause, key = clauses[piece], (number, point)
        same = said.setdefault(key, clause).text == clause.text
        said[key] = clause if same else Clause("", clause.core, clause.core)
        labels[key][clause.label] += count
    return {key: messages.line(clause.text, _by_count(labels[key])) for key, clause in said.items()}


def _by_count(labels: Counter[str]) -> list[str]:
    return sorted((one for one in labels if one), key=lambda one: (-labels[one], one))


def message_shares(lines: Lines, findings: pd.DataFrame) -> dict[int, tuple[AnswerShare, ...]]:
    """Count what students were told about each task, most frequent first; one may be told several things.

    Shares are of those the judge said anything to.
    """
    everyone = findings.loc[findings["message"] != ""].groupby("number").size()
    told = told_by_task(lines.rows, lines.clauses)
    found: dict[int, list[AnswerShare]] = defaultdict(list)
    for one in sorted(told, key=lambda one: (one.number, one.other, -one.students, one.text)):
        share = one.students / int(everyone[one.number])
        found[one.number].append(AnswerShare(one.text, one.students, share, one.points))
    return {number: tuple(shares) for number, shares in found.items()}
