"""Cells of the sheets 口径 and 课程目标 that formulas on other sheets read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_range_abs

from ecrm_helpers.grades.book.cells import elsewhere
from ecrm_helpers.grades.plan import TOTAL
from ecrm_helpers.messages import book as messages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecrm_helpers.grades.plan import Node
    from ecrm_helpers.grades.results import Results

__all__ = ["Objectives", "Rules", "objectives", "rules"]

FIRST_SECTION = 3
EFFECTIVE, SHARE, WEIGHT = 4, 4, 2  # columns, from 0


@dataclass(frozen=True)
class Rules:
    """What stands where on 口径.

    Attributes
    ----------
    start : mapping
        Row of every section's title, from 0; its heading is one row below, its first line two.
    weights : mapping
        Effective weight's cell by component.
    shares : mapping
        Share's cell by (node, part).
    states, effects : str
        Ranges: the states' names, and what each does to the total.
    levels : tuple of (str, str)
        Cells of name and lowest total, highest first.
    """

    start: Mapping[str, int]
    weights: Mapping[str, str]
    shares: Mapping[tuple[str, str], str]
    states: str
    effects: str
    levels: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Objectives:
    """What stands where on 课程目标.

    Attributes
    ----------
    start : mapping
        As in `Rules`.
    weights : mapping
        Cell of w_ij by (outcome, number of its source).
    """

    start: Mapping[str, int]
    weights: Mapping[tuple[str, int], str]


def rules(results: Results) -> Rules:
    """Place the sections of 口径 one below the other."""
    course, plan = results.listed.course, results.listed.plan
    pairs = [(node.place, part) for node in combining(plan) for part, _ in node.parts]
    start = _stacked({
        "weights": len(course.components) + 1, "shares": len(pairs), "states": len(course.states),
        "levels": len(course.levels), "bands": len(course.bands) + 2, "words": 0,
    })  # fmt: skip
    sheet = messages.RULES
    weights, shares, states = (start[name] + 2 for name in ("weights", "shares", "states"))
    names, effects = (
        f"'{sheet}'!{xl_range_abs(states, column, states + len(course.states) - 1, column)}"
        for column in (0, 1)
    )
    low = start["levels"] + 2
    return Rules(
        start=start,
        weights={one.id: elsewhere(sheet, weights + n, EFFECTIVE) for n, one in enumerate(course.components)},
        shares={pair: elsewhere(sheet, shares + n, SHARE) for n, pair in enumerate(pairs)},
        states=names, effects=effects,
        levels=tuple((elsewhere(sheet, low + n, 0), elsewhere(sheet, low + n, 1))
                     for n in range(len(course.levels))),
    )  # fmt: skip


def combining(plan: Mapping[str, Node]) -> list[Node]:
    """List the nodes that are made of others, the total left out."""
    return [node for place, node in plan.items() if node.parts and place != TOTAL]


def objectives(results: Results) -> Objectives:
    """Place the sections of 课程目标 one below the other."""
    attained = results.attained
    pairs = [(one.outcome, n) for one in attained.outcomes for n, _ in enumerate(one.sources)]
    start = _stacked({
        "outcomes": len(attained.outcomes) + 1, "programme": len(attained.programme),
        "evidence": len(pairs), "words": 0,
    })  # fmt: skip
    first = start["evidence"] + 2
    cells = {pair: elsewhere(messages.OBJECTIVES, first + n, WEIGHT) for n, pair in enumerate(pairs)}
    return Objectives(start, cells)


def _stacked(lengths: Mapping[str, int]) -> dict[str, int]:
    """Give every section that has lines a title, a heading and an empty row after it."""
    start, row = {}, FIRST_SECTION
    for name, lines in lengths.items():
        start[name] = row
        row += lines + 3 if lines else 0
    return start
