"""Which marks are evidence for which outcome, and with what weight w_ij.

Tasks whose cells name an outcome are evidence by themselves, by the points of the total they carry. What a
component holds besides them is evidence by the declared table. Both stand on one scale, the effective weight
in the total: tagged tasks that carry 3 points of 100 beside declared components that carry 57 weigh 3 : 57,
and the 57 are divided as the table says.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from ecrm_helpers.grades.plan import TOTAL
from ecrm_helpers.grades.scheme import WHOLE
from ecrm_helpers.messages import attainment as messages

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ecrm_helpers.grades.coverage.records import GradedTask
    from ecrm_helpers.grades.plan import Node
    from ecrm_helpers.grades.scheme import Course

__all__ = ["Source", "carried", "sources", "tagged"]


@dataclass(frozen=True)
class Source:
    """One piece of evidence: a place of the plan, or one task (`notebook/grade_id`)."""

    label: str
    place: str
    task: str
    weight: Fraction
    full: Fraction


def carried(plan: Mapping[str, Node]) -> dict[str, Fraction]:
    """Compute how many of the total's 100 points each place carries; a product's as its shares say.

    Examples
    --------
    >>> from ecrm_helpers.grades.plan import Node
    >>> total = Node("总评", "总评", "sum", (("a", Fraction(30)), ("b", Fraction(70))))
    >>> nodes = [Node("a", "平时", "sheet"), Node("b", "期末", "sheet"), total]
    >>> carried({node.place: node for node in nodes})["b"]
    Fraction(70, 1)
    """
    points: dict[str, Fraction] = defaultdict(Fraction)
    points[TOTAL] = Fraction(WHOLE)
    for node in reversed(list(plan.values())):
        for part, weight in node.parts:
            points[part] += points[node.place] * weight / WHOLE
    return {place: points[place] for place in plan}


def tagged(
    course: Course, plan: Mapping[str, Node], tasks: Iterable[GradedTask]
) -> dict[str, list[GradedTask]]:
    """List by assignment the tasks that name an outcome and count in the total."""
    if not course.evidence.tasks:
        return {}
    points, outcomes = carried(plan), set(course.evidence.shares)
    found: dict[str, list[GradedTask]] = defaultdict(list)
    for task in tasks:
        if task.points > 0 and points.get(task.assignment) and outcomes & set(task.objectives):
            found[task.assignment].append(task)
    return dict(found)


def sources(
    course: Course, plan: Mapping[str, Node], tasks: Sequence[GradedTask]
) -> dict[str, tuple[Source, ...]]:
    """List the evidence of every declared outcome; the weights of each outcome add up to 1.

    Parameters
    ----------
    course : Course
    plan : mapping
        From `plan(course)`.
    tasks : sequence of GradedTask
        Every graded task of every assignment; a task's share of its assignment is by its points.
    """
    own = tagged(course, plan, tasks)
    points = carried(plan)
    full: dict[str, Fraction] = defaultdict(Fraction)
    for task in tasks:
        full[task.assignment] += _exact(task.points)
    worth = {
        task: points[name] * _exact(task.points) / full[name]
        for name, listed in own.items()
        for task in listed
    }
    found: dict[str, tuple[Source, ...]] = {}
    for outcome, shares in course.evidence.shares.items():
        mine = {task: carries for task, carries in worth.items() if outcome in task.objectives}
        declared = _declared(shares, plan, points, set(own))
        in_places = sum((points[place] for place in declared), Fraction(0))
        found[outcome] = _on_one_scale(plan, declared, in_places, mine)
    return found


def _on_one_scale(
    plan: Mapping[str, Node],
    declared: Mapping[str, Fraction],
    in_places: Fraction,
    worth: Mapping[GradedTask, Fraction],
) -> tuple[Source, ...]:
    both = in_places + sum(worth.values(), Fraction(0))
    rest = in_places / both if both else Fraction(1)
    places = [
        Source(messages.place(plan, place), place, "", rest * share, Fraction(WHOLE))
        for place, share in declared.items() if rest
    ]  # fmt: skip
    tasks = [
        Source(
            messages.task(task.assignment, task.title), task.assignment, f"{task.notebook}/{task.task}",
            carries / both, _exact(task.points),
        )
        for task, carries in worth.items()
    ]  # fmt: skip
    return (*places, *tasks)


def _declared(
    shares: Mapping[str, float], plan: Mapping[str, Node], points: Mapping[str, Fraction], own: set[str]
) -> dict[str, Fraction]:
    """Share, adding up to 1, of every declared place, or of what it holds besides the tagged assignments."""
    found: dict[str, Fraction] = defaultdict(Fraction)
    for place, share in shares.items():
        rest = _besides(place, plan, own)
        held = [points[one] for one in rest]
        total = sum(held, Fraction(0))
        for one, part in zip(rest, held, strict=True):
            found[one] += _exact(share) * (part / total if total else Fraction(1, len(rest)))
    whole = sum(found.values(), Fraction(0))
    return {place: share / whole for place, share in found.items() if share}


def _besides(place: str, plan: Mapping[str, Node], own: set[str]) -> list[str]:
    """List the largest places under `place`, itself included, that hold none of the assignments `own`."""
    if place in own:
        return []
    if not _holds(place, plan, own):
        return [place]
    return [one for part, _ in plan[place].parts for one in _besides(part, plan, own)]


def _holds(place: str, plan: Mapping[str, Node], own: set[str]) -> bool:
    return place in own or any(_holds(part, plan, own) for part, _ in plan[place].parts)


def _exact(value: float) -> Fraction:
    return Fraction(repr(float(value)))
