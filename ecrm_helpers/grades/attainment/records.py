"""Attainment of course outcomes as computed by the direct method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

__all__ = ["Attained", "OutcomeResult", "SourceResult"]


@dataclass(frozen=True)
class SourceResult:
    """One piece of evidence i for one outcome j.

    Attributes
    ----------
    label : str
        What a reader calls it: `X3 建立跨境客户关系的开发报告`, `unit3_segments 第 1 题　先看清这张表`.
    place : str
        A node of the plan, or the assignment of a task.
    task : str
        `notebook/grade_id` of a tagged task; empty for a place.
    weight : Fraction
        w_ij: the weights of an outcome's sources add up to 1.
    full : Fraction
        Full marks: a task's points, 100 for a place.
    mean : Fraction or None
        Over the `counted` students; None where nobody has a mark.
    counted : int
    """

    label: str
    place: str
    task: str
    weight: Fraction
    full: Fraction
    mean: Fraction | None
    counted: int

    @property
    def share(self) -> Fraction | None:
        """The mean as a share of full marks."""
        return None if self.mean is None else self.mean / self.full


@dataclass(frozen=True)
class OutcomeResult:
    """One outcome of the class.

    Attributes
    ----------
    outcome, text : str
        LO351 and what it says.
    sources : tuple of SourceResult
    value : Fraction or None
        Σ w_ij · mean_i / full_i over the `counted` students; None where evidence is missing for all of them.
    counted : int
        Students with all the evidence the missing-mark policy asks for.
    left_out : tuple of str
        Ids of students whose state counts and who are left out, because evidence is missing or waits.
    students : mapping
        Student id → the student's own attainment; None where it cannot be told.
    reached : bool or None
        `value` at or above the course's threshold.
    """

    outcome: str
    text: str
    sources: tuple[SourceResult, ...]
    value: Fraction | None
    counted: int
    left_out: tuple[str, ...]
    students: Mapping[str, Fraction | None]
    reached: bool | None


@dataclass(frozen=True)
class Attained:
    """Attainment of one class.

    Attributes
    ----------
    outcomes : tuple of OutcomeResult
        In the course document's order.
    programme : mapping
        Programme outcome (LO35) → mean of the course outcomes that roll up to it, None where one is None.
    weakest : OutcomeResult or None
        The lowest value; the first of several that are equal.
    value : Fraction or None
        What is reported for the course: the weakest, or the mean, by policy.
    threshold : Fraction
    source, consequence : str
        Where the declared evidence is from, and what the choice implies.
    preliminary : bool
        Some counted work still waits for a teacher.
    notes : tuple of str
        What a reader must know: equal outcomes, students left out, tasks that name no outcome.
    """

    outcomes: tuple[OutcomeResult, ...]
    programme: Mapping[str, Fraction | None]
    weakest: OutcomeResult | None
    value: Fraction | None
    threshold: Fraction
    source: str
    consequence: str
    preliminary: bool
    notes: tuple[str, ...]

    @property
    def lowest(self) -> tuple[OutcomeResult, ...]:
        """Every outcome with the lowest value, where all are known and they are not all equal.

        Else there is no weakest: it may be the one that is not known, or the word means nothing.
        """
        values = {one.value for one in self.outcomes}
        if None in values or self.weakest is None or len(values) == 1 < len(self.outcomes):
            return ()
        return tuple(one for one in self.outcomes if one.value == self.weakest.value)
