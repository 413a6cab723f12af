"""The evidence table w_ij, and the sum behind every attainment."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from ecrm_helpers.grades.page.numbers import weight
from ecrm_helpers.messages import student_page as messages

if TYPE_CHECKING:
    from ecrm_helpers.grades.attainment.records import OutcomeResult, SourceResult
    from ecrm_helpers.grades.results import Results

__all__ = ["Matrix", "matrix", "measured_by", "terms"]

WIDE = 7  # columns of a table that fits A4


@dataclass(frozen=True)
class Matrix:
    """Weights by source and outcome.

    Attributes
    ----------
    columns, rows : list of (short, long)
        Headings: a code, and what it means, "" where the code says all.
    cells : list of list of (str, str)
        Per row: the key of the weight among the facts and its text, "" where there is none.
    """

    columns: list[tuple[str, str]]
    rows: list[tuple[str, str]]
    cells: list[list[tuple[str, str]]]


def matrix(results: Results) -> Matrix | None:
    """Lay the evidence out with the fewer kind across; None where neither kind fits the page."""
    outcomes = results.attained.outcomes
    used = {_key(source): (_code(source), source.label) for one in outcomes for source in one.sources}
    weights = {
        (one.outcome, _key(source)): (f"outcome.{one.outcome}.source.{index}.weight", weight(source.weight))
        for one in outcomes
        for index, source in enumerate(one.sources)
    }
    by_outcome, by_source = [(one.outcome, one.text) for one in outcomes], list(used.values())
    if not by_source or min(len(by_outcome), len(by_source)) > WIDE:
        return None
    if len(by_outcome) <= len(by_source) or len(by_outcome) <= WIDE // 2:
        cells = [[weights.get((outcome, source), ("", "")) for outcome, _ in by_outcome] for source in used]
        return Matrix([(code, "") for code, _ in by_outcome], by_source, cells)
    cells = [[weights.get((outcome, source), ("", "")) for source in used] for outcome, _ in by_outcome]
    return Matrix(by_source, by_outcome, cells)


def terms(one: OutcomeResult) -> tuple[list[int], str]:
    """List the sources that carry the figure, and what their sum is divided by, "" where it is 1."""
    known = [index for index, source in enumerate(one.sources) if source.mean is not None]
    if one.value is None:
        return [], ""
    whole = sum((one.sources[index].weight for index in known), Fraction(0))
    return known, "" if whole == 1 else weight(whole)


def measured_by(one: OutcomeResult) -> list[str]:
    """Name what an outcome is measured by, with weights; the tasks of an assignment together."""
    weights: dict[str, Fraction] = {}
    for source in one.sources:
        label = messages.tasks_of(source.place) if source.task else source.label
        weights[label] = weights.get(label, Fraction(0)) + source.weight
    return [f"{label} {weight(value)}" for label, value in weights.items()]


def _key(source: SourceResult) -> tuple[str, str]:
    return source.place, source.task


def _code(source: SourceResult) -> str:
    return f"{source.place} {source.task.rpartition('/')[2]}" if source.task else source.place
