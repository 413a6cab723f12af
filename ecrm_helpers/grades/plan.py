"""How a total is built: every place that carries a mark, and from which others it is computed.

Totals, the workbook's formulas and the report all walk this one plan, so they cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from ecrm_helpers.grades.policies import CountIn, Product
from ecrm_helpers.grades.scheme import EXERCISES, WHOLE, Component, Course, Part
from ecrm_helpers.grades.sources import Assignments

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["REGISTERED", "TOTAL", "Node", "plan"]

TOTAL = "总评"
REGISTERED = "登记"  # the score-sheet side of a place that unit exercises count in

Kind = Literal["assignment", "sheet", "dimension", "sum", "product"]


@dataclass(frozen=True)
class Node:
    """One place of the calculation; every mark is out of 100.

    Attributes
    ----------
    place : str
        `总评`, `X1`, `X1.互动`, `X1.互动:登记`, `X4:分析`, `单元练习`, an assignment's name.
    title : str
        What a reader calls it.
    kind : str
        'assignment' and 'sheet' have a source of their own; a 'dimension' too, or else it takes the one mark
        given for its whole rubric; 'sum' weighs its parts, 'product' multiplies the first by the second in
        percent.
    parts : tuple of (place, weight)
        Weights add up to 100; all parts come before this node in the plan.
    """

    place: str
    title: str
    kind: Kind
    parts: tuple[tuple[str, Fraction], ...] = ()


def plan(course: Course) -> dict[str, Node]:
    """List every node of a scheme that `problems` finds nothing wrong with, parts before what they make up.

    Examples
    --------
    >>> from ecrm_helpers.grades import Component, Evidence, Formative, RoundHalfUp
    >>> course = Course(
    ...     id="demo", title="示例", result="总评", exercises=(), gap=None, unit_exercises=Formative(),
    ...     components=(Component("A", "平时", 40), Component("B", "期末", 60)), missing="pending",
    ...     evidence=Evidence("示例", {}), rounding=RoundHalfUp(components=1, total=0),
    ... )
    >>> {place: node.kind for place, node in plan(course).items()}
    {'A': 'sheet', 'B': 'sheet', '总评': 'sum'}
    """
    return {node.place: node for node in _nodes(course)}


def _nodes(course: Course) -> Iterator[Node]:
    for name in _assignments(course):
        yield Node(name, name, "assignment")
    if course.exercises:
        yield Node(EXERCISES, EXERCISES, "sum", _equally(course.exercises))
    for component in course.components:
        for part in component.parts:
            yield from _leaf(course, component, part)
        if not component.parts:
            yield from _leaf(course, component, None)
            continue
        shares = tuple((f"{component.id}.{one.name}", Fraction(str(one.share))) for one in component.parts)
        kind: Kind = "product" if isinstance(component.combine, Product) else "sum"
        yield Node(component.id, component.title, kind, shares)
    yield Node(TOTAL, course.result, "sum", tuple(course.effective_weights().items()))


def _assignments(course: Course) -> list[str]:
    """Name the unit exercises, then every assignment that is a component's or part's source, each once."""
    sources = [(part or component).by for component, part in course.leaves().values()]
    fed = [name for source in sources if isinstance(source, Assignments) for name in source.names]
    return list(dict.fromkeys([*course.exercises, *fed]))


def _leaf(course: Course, component: Component, part: Part | None) -> Iterator[Node]:
    place = f"{component.id}.{part.name}" if part else component.id
    title = part.name if part else component.title
    policy = course.unit_exercises
    if not isinstance(policy, CountIn) or policy.target != place:
        yield from _source(component, part, place, title)
        return
    share = Fraction(str(policy.share))
    registered = f"{place}:{REGISTERED}"
    if share == WHOLE:
        yield Node(place, title, "sum", ((EXERCISES, share),))
        return
    yield from _source(component, part, registered, f"{title}（{REGISTERED}）")
    yield Node(place, title, "sum", ((registered, WHOLE - share), (EXERCISES, share)))


def _source(component: Component, part: Part | None, place: str, title: str) -> Iterator[Node]:
    source = (part or component).by
    if isinstance(source, Assignments):
        yield Node(place, title, "sum", _equally(source.names))
        return
    dimensions = component.dimensions(part)
    own = f"{component.id}.{part.name}" if part else component.id
    for name in dimensions:
        yield Node(f"{own}:{name}", name, "dimension")
    if dimensions:
        yield Node(place, title, "sum", tuple((f"{own}:{name}", share) for name, share in dimensions.items()))
        return
    yield Node(place, title, "sheet")


def _equally(names: Iterable[str]) -> tuple[tuple[str, Fraction], ...]:
    listed = tuple(names)
    return tuple((name, Fraction(WHOLE, len(listed))) for name in listed)
