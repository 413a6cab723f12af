"""The plan of a course, with what applies at each of its places: one step per place, parts first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ecrm_helpers.grades.plan import REGISTERED, TOTAL, Node, plan
from ecrm_helpers.grades.policies import CountIn
from ecrm_helpers.grades.scheme import EXERCISES
from ecrm_helpers.grades.sources import Assignments, Contribution
from ecrm_helpers.messages import totals as messages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ecrm_helpers.grades.policies import Late, Resubmit
    from ecrm_helpers.grades.scheme import Course

__all__ = ["Step", "steps"]

Kind = Literal["assignment", "sheet", "dimension", "rubric", "sum", "product"]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One place of the plan.

    Attributes
    ----------
    node : Node
    kind : str
        As in the plan; a sum of dimensions is a 'rubric': it carries the work.
    entry : str
        Where a score sheet's entry for this place stands: `X1.互动` for `X1.互动:登记`.
    whole : str
        For a dimension, the place of its rubric.
    label : str
        What lines call it.
    contribution : bool
        The mark stands in the groups file.
    late, resubmit : Late, Resubmit or None
        The policies that apply to the work here.
    """

    node: Node
    kind: Kind
    entry: str
    whole: str
    label: str
    contribution: bool
    late: Late | None
    resubmit: Resubmit | None


def steps(course: Course) -> tuple[Step, ...]:
    """List a course's steps in the plan's order."""
    nodes = plan(course)
    return tuple(_step(course, nodes, node) for node in nodes.values())


def _step(course: Course, nodes: Mapping[str, Node], node: Node) -> Step:
    entry = node.place.removesuffix(f":{REGISTERED}")
    leaf = course.leaves().get(entry)
    asked = list(_asked(course, node.place, entry))
    parts = {nodes[place].kind for place, _ in node.parts}
    side = f"（{REGISTERED}）" if entry != node.place else ""
    return Step(
        node=node,
        kind="rubric" if node.kind == "sum" and parts == {"dimension"} else node.kind,
        entry=entry,
        whole=entry.partition(":")[0],
        label=course.result if node.place == TOTAL else messages.label(course, entry, node.title) + side,
        contribution=leaf is not None and isinstance((leaf[1] or leaf[0]).by, Contribution),
        late=next((course.late[place] for place in asked if place in course.late), None),
        resubmit=next((course.resubmit[place] for place in asked if place in course.resubmit), None),
    )


def _asked(course: Course, place: str, entry: str) -> Iterator[str]:
    """Name whose policy applies, nearest first: the assignment, all unit exercises, part, component."""
    yield place
    belongs = entry
    if place in course.exercises:
        yield EXERCISES
        policy = course.unit_exercises
        belongs = policy.target if isinstance(policy, CountIn) else ""
    else:
        for leaf, (component, part) in course.leaves().items():
            source = (part or component).by
            if isinstance(source, Assignments) and place in source.names:
                belongs = leaf
    yield belongs
    yield belongs.partition(".")[0]
