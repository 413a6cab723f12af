"""What a teacher should know about a class that is no error and changes no mark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrm_helpers.messages import totals as messages

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from ecrm_helpers.grades.gradebook import Gradebook
    from ecrm_helpers.grades.totals.steps import Step

__all__ = ["notices"]


def notices(
    gradebook: Gradebook | None, steps: Sequence[Step], *, class_ids: Collection[str]
) -> Iterator[str]:
    """Name what was not counted or has no points, nbgrader's own penalties, unknown attempts."""
    if gradebook is None:
        return
    outside = sorted(set(gradebook.names) - set(class_ids))
    if outside:
        yield messages.accounts_outside(outside)
    counted = {step.node.place: step for step in steps if step.kind == "assignment"}
    unused = sorted(gradebook.assignments - set(counted))
    if unused:
        yield messages.assignments_outside(unused)
    handed_in = set(gradebook.submissions["assignment"])
    pointless = [name for name in counted if name in handed_in and not gradebook.full(name)]
    if pointless:
        yield messages.no_points(pointless)
    works = {
        name: [work for student, work in gradebook.work(name).items() if student in class_ids]
        for name in counted
    }
    punished = {name: sum(work.penalty != 0 for work in own) for name, own in works.items()}
    if any(punished.values()):
        yield messages.penalties_found({name: count for name, count in punished.items() if count})
    unknown = {
        name: sum(work.attempts is None for work in own)
        for name, own in works.items()
        if counted[name].resubmit is not None
    }
    if any(unknown.values()):
        yield messages.attempts_unknown({name: count for name, count in unknown.items() if count})
