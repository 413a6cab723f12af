"""Which assignments a course has, for a groups file that must carry one's name."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from ecrm_helpers.errors import GradingError
from ecrm_helpers.messages import grouping as messages

if TYPE_CHECKING:
    from pathlib import Path

    from ecrm_helpers.grades.scheme import Course

__all__ = ["check_assignment"]


def check_assignment(root: Path, course: Course, name: str) -> None:
    """Refuse an assignment that was neither declared nor generated: marking would never look for its groups.

    Raises
    ------
    GradingError
    """
    from ecrm_helpers.grades.plan import plan  # noqa: PLC0415

    declared = {place for place, node in plan(course).items() if node.kind == "assignment"}
    known = sorted(declared | {path.name for path in (root / "snapshots").glob("*") if path.is_dir()})
    if name in known:
        return
    near = get_close_matches(name, known, n=1)
    message = messages.unknown_assignment(name, near[0] if near else "", known)
    raise GradingError(message)
