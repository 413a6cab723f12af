"""What `grading_config.py` is written in: a course's assessment scheme as plain declarations.

Published weights are kept as published. What actually multiplies a mark is `Course.effective_weights`,
computed from them by the course's `gap` policy in exact fractions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "Component", "CountIn", "Course", "Evidence", "Formative", "GiveRest", "Missing", "Part", "Product",
    "RoundHalfUp", "ScaleTo100", "WeightedSum",
]  # fmt: skip

Missing = Literal["pending", "zero", "leave_out"]
WHOLE = 100


@dataclass(frozen=True)
class ScaleTo100:
    """Gap policy: multiply every published weight by the same factor so that they add up to 100."""


@dataclass(frozen=True)
class GiveRest:
    """Gap policy: what is missing to 100 is added to one component's published weight."""

    to: str


@dataclass(frozen=True)
class CountIn:
    """Unit exercises make up `share` percent of the component (`X3`) or part (`X1.互动`) `target`."""

    target: str
    share: float


@dataclass(frozen=True)
class Formative:
    """Unit exercises are practice: they carry no weight."""


@dataclass(frozen=True)
class WeightedSum:
    """Parts are added by their shares."""


@dataclass(frozen=True)
class Product:
    """The first part is multiplied by the second in percent: group mark × individual contribution."""


@dataclass(frozen=True, kw_only=True)
class RoundHalfUp:
    """Decimals shown, halves going up, as a school rounds.

    Examples
    --------
    >>> str(RoundHalfUp(components=1, total=0).shown(Fraction(169, 2), digits=0))
    '85'
    """

    components: int
    total: int

    def shown(self, value: Fraction, *, digits: int) -> Decimal:
        """Round an exact mark; a binary float would turn 84.5 into 84."""
        step = Decimal(1).scaleb(-digits)
        halves_up = Fraction(value) / Fraction(step) + Fraction(1, 2)
        return Decimal(halves_up.numerator // halves_up.denominator) * step


@dataclass(frozen=True)
class Part:
    """A share, in percent, of its component; its marks stand in the score-sheet column of its name."""

    name: str
    share: float


@dataclass(frozen=True)
class Component:
    """One published line of the assessment table.

    Attributes
    ----------
    id, title : str
        Both work as the heading of a score-sheet column.
    weight : float
        Percent of the result, as published; 0 where the course document gives none.
    parts : sequence of Part
        Empty when the component has one mark.
    combine : WeightedSum or Product
        How parts become one mark.
    criteria : sequence of str
        Rubric dimensions of the course document.
    group : str
        Heading the component is published under, such as 过程性评价.
    """

    id: str
    title: str
    weight: float
    parts: Sequence[Part] = ()
    combine: WeightedSum | Product = field(default_factory=WeightedSum)
    criteria: Sequence[str] = ()
    group: str = ""


@dataclass(frozen=True)
class Evidence:
    """Which marks show that an outcome was reached: outcome → {component or component.part: share}."""

    source: str
    shares: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, kw_only=True)
class Course:
    """One course's assessment: published components, then the policies for what was left open.

    Attributes
    ----------
    id, title, result : str
        Course id, its name, and what the total is called (课程总评, 单元成绩).
    components : sequence of Component
    exercises : sequence of str
        nbgrader assignments that are unit exercises.
    gap : ScaleTo100, GiveRest or None
        What happens when published weights do not add up to 100; None when they do.
    unit_exercises : CountIn or Formative
    evidence : Evidence
        For every outcome of the course.
    missing : {'pending', 'zero', 'leave_out'}
        What a mark that is not there counts as.
    rounding : RoundHalfUp
    programme : mapping
        Programme outcome → the course outcomes that roll up to it.
    groups : mapping
        Published sums of weights by heading.
    counted_twice : sequence of str
        Rubric criteria that the course document itself lists under more than one component.
    """

    id: str
    title: str
    result: str
    components: Sequence[Component]
    exercises: Sequence[str]
    gap: ScaleTo100 | GiveRest | None
    unit_exercises: CountIn | Formative
    evidence: Evidence
    missing: Missing
    rounding: RoundHalfUp
    programme: Mapping[str, Sequence[str]] = field(default_factory=dict)
    groups: Mapping[str, float] = field(default_factory=dict)
    counted_twice: Sequence[str] = ()

    @property
    def published_total(self) -> Fraction:
        """The sum of the published weights, in percent."""
        return sum((Fraction(str(one.weight)) for one in self.components), Fraction(0))

    def effective_weights(self) -> dict[str, Fraction]:
        """Percent of the result per component id, after the gap policy; they add up to 100.

        Components with no weight are left out.
        """
        weights = {one.id: Fraction(str(one.weight)) for one in self.components}
        total = self.published_total
        if isinstance(self.gap, ScaleTo100):
            weights = {key: weight * WHOLE / total for key, weight in weights.items()}
        if isinstance(self.gap, GiveRest):
            weights[self.gap.to] += WHOLE - total
        return {key: weight for key, weight in weights.items() if weight}

    def places(self) -> dict[str, tuple[Component, Part | None]]:
        """Every place a mark can stand in, by reference: `X2`, or `X1.互动` for a part."""
        found: dict[str, tuple[Component, Part | None]] = {}
        for component in self.components:
            found[component.id] = (component, None)
            found.update({f"{component.id}.{part.name}": (component, part) for part in component.parts})
        return found
