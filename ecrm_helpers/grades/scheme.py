"""What `grading_config.py` is written in: a course's assessment scheme as plain declarations.

Published weights are kept as published. What actually multiplies a mark is `Course.effective_weights`,
computed from them by the course's `gap` policy in exact fractions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from ecrm_helpers.grades.policies import (
    STATES,
    Attainment,
    CountIn,
    Formative,
    GiveRest,
    Late,
    Missing,
    Product,
    Resubmit,
    RoundHalfUp,
    ScaleTo100,
    State,
    WeightedSum,
)
from ecrm_helpers.grades.sources import Rubric, Score, Source

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["EXERCISES", "Component", "Course", "Evidence", "Part"]

WHOLE = 100
EXERCISES = "单元练习"  # the place of all unit exercises together


@dataclass(frozen=True)
class Part:
    """A share, in percent, of its component; its marks stand in the score-sheet column of its name."""

    name: str
    share: float
    by: Source = field(default_factory=Score)


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
    by : Source
        Where the mark comes from, for a component without parts.
    """

    id: str
    title: str
    weight: float
    parts: Sequence[Part] = ()
    combine: WeightedSum | Product = field(default_factory=WeightedSum)
    criteria: Sequence[str] = ()
    group: str = ""
    by: Source = field(default_factory=Score)

    def dimensions(self, part: Part | None = None) -> dict[str, Fraction]:
        """Share, adding up to 100, of every rubric dimension of a part or of the whole; empty without one."""
        source = part.by if part else self.by
        if not isinstance(source, Rubric):
            return {}
        if source.dimensions is not None:
            return {name: Fraction(str(points)) for name, points in source.dimensions.items()}
        return {name: Fraction(WHOLE, len(self.criteria)) for name in self.criteria}


@dataclass(frozen=True)
class Evidence:
    """Which marks show that an outcome was reached: outcome → {place: share}.

    A place is a component (`X2`), a part (`X1.互动`) or a dimension of a rubric (`X4:分析`).
    Tasks whose cells name the outcome are evidence by themselves, by their points, and are not declared here,
    unless `tasks` is False: then only what is declared counts. `consequence` is one sentence the report
    prints about what the choice implies.
    """

    source: str
    shares: Mapping[str, Mapping[str, float]]
    consequence: str = ""
    tasks: bool = True


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
    late, resubmit : mapping
        Place with its own work (`X3`, an assignment, `单元练习` for every unit exercise) → policy.
        Without a policy nothing is deducted; lateness is still shown.
    states : mapping
        What each student state does.
    levels : mapping
        五级制: level → lowest shown total; empty: no levels.
    bands : sequence of float
        分数段: lower bounds of the distribution's bands, highest first.
    attainment : Attainment
    office : mapping
        Column of the school-office sheet → what stands in it: 学号, 姓名, 行政班, 状态, 组号, 总评, 等级,
        a place, or several components, averaged by their weights.
    exported_as : str
        For a unit that is one component of a school's course: the heading its total is exported under.
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
    late: Mapping[str, Late] = field(default_factory=dict)
    resubmit: Mapping[str, Resubmit] = field(default_factory=dict)
    states: Mapping[str, State] = field(default_factory=lambda: dict(STATES))
    levels: Mapping[str, float] = field(default_factory=dict)
    bands: Sequence[float] = (90, 80, 70, 60)
    attainment: Attainment = field(default_factory=lambda: Attainment(threshold=0.6))
    office: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    exported_as: str = ""

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
        """Every place a mark can stand in: `X2`, `X1.互动` for a part, `X4:分析` for a dimension."""
        found: dict[str, tuple[Component, Part | None]] = {}
        for component in self.components:
            found[component.id] = (component, None)
            found.update({f"{component.id}:{name}": (component, None) for name in component.dimensions()})
            for part in component.parts:
                place = f"{component.id}.{part.name}"
                found[place] = (component, part)
                found.update({f"{place}:{name}": (component, part) for name in component.dimensions(part)})
        return found

    def leaves(self) -> dict[str, tuple[Component, Part | None]]:
        """Every place that has a source of its own: the parts, and the components without parts."""
        return {
            place: (component, part) for place, (component, part) in self.places().items()
            if ":" not in place and (part is not None or not component.parts)
        }  # fmt: skip
